"""Many hands to read studies: processes on this machine, or a Dask cluster's workers.

A study is understood by the same code wherever it is done, from its files and what had been learnt;
the answer is a value. Whoever asks opens no object, and a worker that dies takes none of what was
answered with it.

**Knows:** how work is handed out, and what a worker needs so that it reads as this box would.
**Does not know:** which studies are read, and what becomes of a reading.
"""

import ctypes
import multiprocessing
import os
import pickle
import signal
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pydicom import Dataset

from appliance import __version__
from appliance.config import Configuration, Sources
from appliance.dosescreen import default_recogniser
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.learning import LearntAtlas
from appliance.errors import MissingToolError, StateError, UnreadableObjectError
from appliance.rdsr import RecordingDevice
from appliance.services.recogniser import limit_memory
from appliance.services.study_reading import StudyReading, unreadable_object
from appliance.services.study_sources import ATTRIBUTES, is_read_whole
from appliance.services.understanding import Understander
from appliance.spool import read_attributes, read_dataset

PR_SET_PDEATHSIG = 1
"""prctl(2): the kernel signals this process when its parent dies, however that goes."""
NICENESS = 10
"""The box's own work goes first."""
RETRIES = 2
"""How often a cluster reads a study again whose worker failed otherwise than by dying."""
CLUSTER_EXTRA = "install the extra `cluster`: pip install dose-appliance[cluster]"


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """An object as a Part 10 file: ``path`` on this machine, or its ``content`` for another."""

    path: Path
    content: bytes | None = None
    character_set: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """A study to be read: its objects in the order they arrived, and its scanners' atlases."""

    study: str
    files: tuple[ObjectFile, ...]
    atlases: Mapping[str, LearntAtlas]


@dataclass(frozen=True, slots=True)
class Outfit:
    """What makes a worker read as this box does."""

    version: str
    configuration: Configuration
    layouts: tuple[Layout, ...]
    device: RecordingDevice


class Crew(Protocol):
    """Whoever reads."""

    size: int
    """How many studies are read at a time."""

    def submit(self, errand: Errand) -> "Future[StudyReading]":
        """Have a study read; the future raises BrokenExecutor when its reader died."""

    def renew(self) -> None:
        """Begin anew after readers died."""

    def dismiss(self) -> None:
        """No more is read."""


class LocalCrew:
    """Processes on this machine, nicer than the box's services."""

    def __init__(self, box: Understander, workers: int = 0) -> None:
        """``workers`` 0: one fewer than there are cores, at least one."""
        self.size = workers or max(1, (os.cpu_count() or 2) - 1)
        self._outfit = packed(box)
        self._pool = self._new_pool()

    def submit(self, errand: Errand) -> "Future[StudyReading]":
        """By path: the processes see the spool."""
        return self._pool.submit(read_study, self._outfit, errand)

    def renew(self) -> None:
        """A pool that lost a process takes no more work."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._new_pool()

    def dismiss(self) -> None:
        """Waits for what is being read."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.size, mp_context=spawn, initializer=_begin)


class ClusterCrew:
    """The workers of a Dask cluster, which reads on when one of them dies."""

    def __init__(self, box: Understander, address: str) -> None:
        """Raises StateError when the scheduler is not there, MissingToolError without Dask."""
        try:
            from distributed import Client  # noqa: PLC0415 - an optional extra
        except ImportError as missing:
            raise MissingToolError("Dask is not installed", address, CLUSTER_EXTRA) from missing
        try:
            opened: Any = Client
            self._client: Any = opened(address, set_as_default=False)
        except (OSError, ValueError) as failure:
            raise StateError(f"no scheduler there: {failure}", address) from failure
        self._pool: Executor = self._client.get_executor(pure=False, retries=RETRIES)
        self._outfit = packed(box)
        self.size = max(1, sum(self._client.ncores().values()))

    def submit(self, errand: Errand) -> "Future[StudyReading]":
        """By content: no worker need see the spool."""
        files = tuple(
            ObjectFile(each.path, each.path.read_bytes(), each.character_set)
            for each in errand.files
        )
        sent = Errand(errand.study, files, errand.atlases)
        return self._pool.submit(read_study, self._outfit, sent)

    def renew(self) -> None:
        """The cluster lives on."""

    def dismiss(self) -> None:
        """Leave the cluster; it is not ours to end."""
        self._pool.shutdown(wait=True)
        self._client.close()


def packed(box: Understander) -> bytes:
    """The outfit of ``box``'s workers, as bytes: the same for every study."""
    outfit = Outfit(__version__, box.configuration, tuple(box.recogniser.layouts), box.device)
    return pickle.dumps(outfit)


def read_study(outfit: bytes, errand: Errand) -> StudyReading:
    """What a worker does. Raises StateError when it is no fit worker."""
    box = _understander(outfit)
    with tempfile.TemporaryDirectory(prefix="study-") as folder:
        files = [_placed(each, Path(folder), at) for at, each in enumerate(errand.files)]
        try:
            opened = _opened(files, box.configuration.sources)
            return box.understand(errand.study, opened, errand.atlases)
        except UnreadableObjectError as failure:
            return unreadable_object(errand.study, failure)


def _placed(file: ObjectFile, folder: Path, at: int) -> ObjectFile:
    """The same as a file of this machine."""
    if file.content is None:
        return file
    path = folder / f"{at}.dcm"
    path.write_bytes(file.content)
    return ObjectFile(path, None, file.character_set)


def _opened(files: Sequence[ObjectFile], settings: Sources) -> Iterable[Dataset]:
    for file in files:
        attributes = read_attributes(file.path, ATTRIBUTES)
        whole = is_read_whole(attributes, settings)
        yield read_dataset(file.path, file.character_set) if whole else attributes


@cache
def _understander(outfit: bytes) -> Understander:
    given: Outfit = pickle.loads(outfit)  # noqa: S301 - from whoever hands out the work
    if given.version != __version__:
        what = f"this worker is of version {__version__}, the box of {given.version}"
        raise StateError(what, remedy="install the same version on every worker")
    settings = given.configuration.recogniser
    recogniser = default_recogniser(settings.tesseract, settings.tesseract_timeout_s, given.layouts)
    return Understander(given.configuration, recogniser, given.device)


def _begin() -> None:
    """A reader of this machine: it yields to others, and ends with whoever it reads for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever it reads for
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(NICENESS)
    limit_memory()
