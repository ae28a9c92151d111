"""The power goes before every step of taking a file over: no secret is lost, none stays on FAT.

The box's work runs in a child that ends itself before its n-th change of a file system; what it had
written to a file without fsync is gone by then, as a file system may have it.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.services.box_folder import BoxFolder
from appliance.services.provisioning import Places, provision
from tests.provisioning.world import (
    SECRETS,
    a_box_with_secrets,
    boot_of,
    kept_secrets,
    names_in,
    secrets_on,
)

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR
CUT = 77
LOSSES = ("kept", "empty", "zeros")
"""What becomes of a file's content that was not synced."""


class Power:
    """Goes at the step ``at``; ``lose`` is done to what is not on the disk by then."""

    def __init__(self, at: int, loss: str, within: tuple[Path, ...]) -> None:
        self._at, self._loss, self._within = at, loss, tuple(map(str, within))
        self._steps = 0
        self._unsynced: set[str] = set()
        self._real_fsync = os.fsync

    def watch(self) -> None:
        """From now on; cannot be taken back, so only in a child."""
        sys.addaudithook(self._event)
        setattr(os, "fsync", self._fsync)  # noqa: B010 - of this process alone

    def _event(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str | os.PathLike) and isinstance(flags, int) and flags & WRITING:
                self._step(os.fspath(path))
                if self._is_watched(os.fspath(path)):
                    self._unsynced.add(os.fspath(path))
        elif event in CHANGES and isinstance(arguments[0], str | os.PathLike):
            self._step(os.fspath(arguments[0]))

    def _fsync(self, descriptor: Any) -> None:  # noqa: ANN401 - as the real one
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        self._step(path)
        self._real_fsync(descriptor)
        self._unsynced.discard(path)

    def _is_watched(self, path: str) -> bool:
        return path.startswith(self._within)

    def _step(self, path: str) -> None:
        if not self._is_watched(path):
            return
        self._steps += 1
        if self._steps == self._at:
            self._at = 0
            for file in filter(os.path.exists, self._unsynced):
                size = Path(file).stat().st_size
                if self._loss != "kept":
                    os.truncate(file, 0)
                if self._loss == "zeros":
                    os.truncate(file, size)
            os._exit(CUT)


def cut_in(work: Callable[[], object], at: int, loss: str, within: tuple[Path, ...]) -> bool:
    """Whether the power went, at the step ``at`` of ``work`` in the folders ``within``."""
    child = os.fork()
    if not child:
        code = 1
        try:
            Power(at, loss, within).watch()
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, CUT)
    return code == CUT


def cut(places: Places, at: int, loss: str) -> bool:
    """The same, of a start of the box."""
    return cut_in(lambda: provision(places), at, loss, (boot_of(places), places.box))


def expect_all_well(places: Places) -> None:
    """After a start that nothing disturbs."""
    done = provision(places)
    assert done.faults == ()
    assert done.box.hostname == "ct2-box"
    assert kept_secrets(places) == SECRETS
    assert secrets_on(boot_of(places)) == []
    assert names_in(boot_of(places)) == ["box.toml"]
    text = BoxFolder(places.box).text()
    assert text is not None
    assert (boot_of(places) / "box.toml").read_text("utf-8") == text.box


Boxes = Callable[[], Places]


@pytest.fixture(scope="module")
def boxes() -> Iterator[Boxes]:
    before = os.umask(0o077)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield lambda: a_box_with_secrets(Path(tempfile.mkdtemp(dir=folder)))
    os.umask(before)


def test_the_power_goes_once_before_every_step(boxes: Boxes) -> None:
    at, went = 0, True
    while went:
        at += 1
        places = boxes()
        went = cut(places, at, LOSSES[at % len(LOSSES)])
        expect_all_well(places)
    assert at > 30


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_the_power_goes_twice(boxes: Boxes, loss: str) -> None:
    at, went = 0, True
    while went:
        at += 1
        for again in range(1, 60, 3):
            places = boxes()
            went = cut(places, at, loss)
            cut(places, again, loss)
            expect_all_well(places)


@settings(deadline=None, max_examples=10)
@given(cuts=st.lists(st.tuples(st.integers(1, 60), st.sampled_from(LOSSES)), max_size=4))
def test_the_power_goes_again_and_again(boxes: Boxes, cuts: list[tuple[int, str]]) -> None:
    places = boxes()
    for at, loss in cuts:
        cut(places, at, loss)
    expect_all_well(places)


def test_a_box_whose_data_are_lost_in_the_middle_gets_its_file_back(tmp_path: Path) -> None:
    """Renamed, not yet overwritten, and then nobody else has it."""
    places = a_box_with_secrets(tmp_path)
    boot = boot_of(places)
    (boot / "box.toml").rename(boot / "box-moved.tmp")
    (boot / "secrets").rename(boot / "secrets-moved.tmp")
    expect_all_well(places)
