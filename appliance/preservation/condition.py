"""What can be wrong with a file, by its digest and its size."""

import hashlib
import struct
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from appliance.spool import Instance
from appliance.spool.file_meta import decode

PIECE_BYTES = 1 << 20
HEAD_BYTES = 4096
"""The file meta information that the spool writes is shorter."""


class Condition(StrEnum):
    """Why a file is not what was written."""

    MISSING = "missing"
    TRUNCATED = "truncated"
    """Shorter than it was."""
    ALTERED = "altered"
    """As long as it was, or longer, with other bytes: bit rot, or somebody's hand."""
    UNREADABLE = "unreadable"
    """The disk does not give it."""


def condition_of_report(path: Path, sha256: str) -> Condition | None:
    """What is wrong with a file of which the digest alone is known; None: nothing."""
    try:
        with path.open("rb") as file:
            digest, size_bytes = _digest(file)
    except OSError as failure:
        return _of_failure(failure)
    if digest == sha256:
        return None
    return Condition.ALTERED if size_bytes else Condition.TRUNCATED


def condition_of_object(path: Path, instance: Instance) -> Condition | None:
    """What is wrong with a whole object in the spool; None: nothing.

    Its data set is compared by its digest, its file meta information with what the ledger says.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            try:
                arrival, start = decode(head)
            except (LookupError, struct.error):
                whole = path.stat().st_size > instance.size_bytes
                return Condition.ALTERED if whole else Condition.TRUNCATED
            file.seek(start)
            digest, size_bytes = _digest(file)
    except OSError as failure:
        return _of_failure(failure)
    if size_bytes < instance.size_bytes:
        return Condition.TRUNCATED
    named = (arrival.sop_instance_uid, arrival.sop_class_uid, arrival.transfer_syntax_uid)
    known = (instance.sop_instance_uid, instance.sop_class_uid, instance.transfer_syntax_uid)
    return None if digest == instance.sha256 and named == known else Condition.ALTERED


def _digest(file: BinaryIO) -> tuple[str, int]:
    """Of the rest of the file, and how long that is."""
    digest, size_bytes = hashlib.sha256(), 0
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        size_bytes += len(piece)
    return digest.hexdigest(), size_bytes


def _of_failure(failure: OSError) -> Condition:
    return Condition.MISSING if isinstance(failure, FileNotFoundError) else Condition.UNREADABLE
