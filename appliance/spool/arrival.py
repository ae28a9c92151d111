"""An arrival and what became of it, as values."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a C-STORE request and its association say about the object (PS3.7 9.3.1.1)."""

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    calling_ae: str
    called_ae: str
    address: str


class Verdict(Enum):
    """What the spool made of an arrival; all three may be acknowledged."""

    NEW = "new"
    REPEAT = "repeat"
    """The same instance with the same bytes was there already; nothing was added."""
    CONFLICT = "conflict"
    """The same instance was there with other bytes; both are kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An arrival that is durable."""

    instance_id: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A row of the ledger: one object as received. ``id`` is the order of arrival."""

    id: int
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    sha256: str
    size_bytes: int
    path: str
    calling_ae: str
    called_ae: str
    address: str
    received_at: float
    conflict: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a start found: unfinished files swept, whole files entered, damaged files left."""

    swept: int
    entered: int
    damaged: tuple[str, ...]
