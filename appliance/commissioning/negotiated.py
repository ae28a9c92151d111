"""What two application entities agreed on (PS3.8 9.3.3, PS3.7 D.3.3): read off an association."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pynetdicom.association import Association

from appliance.commissioning.finding import plain

MOST_CONTEXTS = 128
"""PS3.8 9.3.2.2."""
REFUSALS = {
    1: "user-rejection",
    2: "provider-rejection",
    3: "abstract-syntax-not-supported",
    4: "transfer-syntaxes-not-supported",
}
"""PS3.8 table 9-18, result/reason."""


@dataclass(frozen=True, slots=True)
class Context:
    """A presentation context: UIDs of its syntaxes; ``refused`` is why there is none, or empty.

    ``transfer_syntaxes`` is the one that was agreed on, or all that were refused.
    """

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """``tls`` and ``cipher`` are empty in the clear; ``max_pdu_bytes`` 0 is no limit."""

    implementation_class_uid: str
    implementation_version: str
    max_pdu_bytes: int
    tls: str
    cipher: str
    contexts: tuple[Context, ...]

    def as_json(self) -> dict[str, Any]:
        """What ``from_json`` reads."""
        return {
            "implementation_class_uid": self.implementation_class_uid,
            "implementation_version": self.implementation_version,
            "max_pdu_bytes": self.max_pdu_bytes,
            "tls": self.tls,
            "cipher": self.cipher,
            "contexts": [
                [each.abstract_syntax, list(each.transfer_syntaxes), each.refused]
                for each in self.contexts
            ],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Negotiated":
        """What ``as_json`` wrote."""
        contexts = (Context(str(a), tuple(map(str, t)), str(r)) for a, t, r in told["contexts"])
        return cls(
            implementation_class_uid=str(told["implementation_class_uid"]),
            implementation_version=str(told["implementation_version"]),
            max_pdu_bytes=int(told["max_pdu_bytes"]),
            tls=str(told["tls"]),
            cipher=str(told["cipher"]),
            contexts=tuple(contexts),
        )


def negotiated(association: Association) -> Negotiated:
    """What was agreed on; of the other end, whichever of the two asked."""
    peer: Any = association.acceptor if association.is_requestor else association.requestor
    tls, cipher = _secured(association)
    return Negotiated(
        implementation_class_uid=plain(peer.implementation_class_uid or ""),
        implementation_version=plain(_text(peer.implementation_version_name)),
        max_pdu_bytes=int(peer.maximum_length or 0),
        tls=tls,
        cipher=cipher,
        contexts=tuple(_contexts(association))[:MOST_CONTEXTS],
    )


def _contexts(association: Association) -> list[Context]:
    found = [
        Context(
            plain(each.abstract_syntax),
            tuple(plain(syntax) for syntax in each.transfer_syntax),
        )
        for each in association.accepted_contexts
    ]
    return found + [
        Context(
            plain(each.abstract_syntax),
            tuple(plain(syntax) for syntax in each.transfer_syntax),
            REFUSALS.get(each.result or 0, str(each.result)),
        )
        for each in association.rejected_contexts
    ]


def _secured(association: Association) -> tuple[str, str]:
    line: Any = association.dul.socket
    secured = line.socket if line is not None else None
    if not isinstance(secured, ssl.SSLSocket):
        return "", ""
    cipher = secured.cipher()
    return str(secured.version()), cipher[0] if cipher else ""


def _text(value: object) -> str:
    return (
        value.decode("ascii", "backslashreplace") if isinstance(value, bytes) else str(value or "")
    )
