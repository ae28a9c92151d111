"""What the receiver tells the service, as values; it makes alarms and audit messages of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Somebody called: was let in, refused, or, once let in, sent a C-ECHO.

    ``calling_ae`` and ``called_ae`` are as the caller said them, empty where it never did;
    ``refused`` is a word, empty for one that was let in; ``negotiated`` is ``Negotiated.as_json``.
    """

    address: str
    calling_ae: str = ""
    called_ae: str = ""
    refused: str = ""
    is_echo: bool = False
    negotiated: Mapping[str, Any] = field(default_factory=dict)


Notice = Conflict | NoRoom | Saturated | TurnedAway | Called
