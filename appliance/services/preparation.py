"""An object made ready to leave: whole, de-identified if the destination says so, and named.

**Knows:** that what cannot be proven whole or clean does not leave.
**Does not know:** how an object is cleaned (``deidentify``), and where the site's key lies.
"""

import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pydicom

from appliance import config
from appliance.destinations import Cause, Consignment, Refused
from appliance.outbox import Kind, Outgoing
from appliance.services.file_naming import file_name
from appliance.spool import file_meta


@dataclass(frozen=True, slots=True)
class Clean:
    """An object as it may leave: a PS3.10 file, its SOP class and instance."""

    content: bytes
    sop_class_uid: str
    sop_instance_uid: str


Cleaning = Callable[[bytes], Clean | Refused]
"""A PS3.10 file to its de-identified likeness, or why there is none."""


class Preparation:
    """For one destination; without ``cleaning`` every object leaves as it is kept."""

    def __init__(self, settings: config.Destination, cleaning: Cleaning | None = None) -> None:
        """Raises ValueError for a destination that wants cleaning and has none."""
        if settings.deidentify != "none" and cleaning is None:
            raise ValueError(f"{settings.name}: nothing de-identifies for it")
        self._pattern = settings.file_name
        self._cleaning = cleaning

    def prepared(self, outgoing: Outgoing) -> Consignment | Refused:
        """The object as it leaves, or why it does not. Raises OSError when the disk fails."""
        content = _read(outgoing.path)
        if not _is_whole(content, outgoing):
            return Refused(Cause.REPORT_DAMAGED, outgoing.path.name)
        if self._cleaning is None:
            return self._consignment(content, outgoing)
        match self._cleaning(content):
            case Clean() as clean:
                return self._cleaned(clean, outgoing)
            case Refused() as refused:
                return refused

    def _consignment(self, content: bytes, outgoing: Outgoing) -> Consignment:
        return Consignment(
            content=content,
            sop_class_uid=outgoing.sop_class_uid,
            sop_instance_uid=outgoing.sop_instance_uid,
            name=file_name(
                self._pattern,
                content,
                sop_instance_uid=outgoing.sop_instance_uid,
                study_instance_uid=outgoing.study_instance_uid,
                kind=outgoing.kind,
            ),
            verbatim=outgoing.kind is not Kind.REPORT,
            one_of_study=_is_one_of_study(outgoing),
        )

    def _cleaned(self, clean: Clean, outgoing: Outgoing) -> Consignment:
        return Consignment(
            content=clean.content,
            sop_class_uid=clean.sop_class_uid,
            sop_instance_uid=clean.sop_instance_uid,
            name=file_name(
                self._pattern,
                clean.content,
                sop_instance_uid=clean.sop_instance_uid,
                study_instance_uid=_study_of(clean.content),
                kind=outgoing.kind,
            ),
            one_of_study=_is_one_of_study(outgoing),
        )


def _is_one_of_study(outgoing: Outgoing) -> bool:
    """Of the reports made here one is valid a study; a CT may send several of its own."""
    return outgoing.kind is Kind.REPORT or bool(outgoing.predecessor_uid)


def _read(path: Path) -> bytes:
    """The file's bytes; none when it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _is_whole(content: bytes, outgoing: Outgoing) -> bool:
    """Whether it is what was kept: of what was received, only the data set came from outside."""
    start = 0
    if not outgoing.kind.is_report:
        try:
            start = file_meta.data_set(content).start
        except (LookupError, struct.error):
            return False
    return hashlib.sha256(memoryview(content)[start:]).hexdigest() == outgoing.sha256


def _study_of(content: bytes) -> str:
    tags = ["StudyInstanceUID"]
    return str(pydicom.dcmread(io.BytesIO(content), specific_tags=tags).get(tags[0]) or "")
