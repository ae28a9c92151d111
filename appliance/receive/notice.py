"""What the receiver tells the service about, as values; the service makes alarms of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """An instance came again with other bytes."""

    sop_instance_uid: str
    calling_ae: str


@dataclass(frozen=True, slots=True)
class NoRoom:
    """An object was refused for want of room, or because the disk fails."""

    detail: str


@dataclass(frozen=True, slots=True)
class Saturated:
    """An association was refused because of a limit on their number."""

    address: str


Notice = Conflict | NoRoom | Saturated
