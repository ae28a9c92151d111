"""What the receiver tells the service, as values; it makes alarms and audit messages of them."""

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


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A caller was not let in: refused by who it is, or by TLS; then its AE title is unknown."""

    address: str
    calling_ae: str
    reason: str


Notice = Conflict | NoRoom | Saturated | TurnedAway
