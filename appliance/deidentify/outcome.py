"""How de-identifying one object ended: done, or not and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Hindrance(StrEnum):
    """Why an object cannot be de-identified. What has one is not sent."""

    UNREADABLE = "unreadable"
    SOP_CLASS_UNKNOWN = "sop-class-unknown"
    TRANSFER_SYNTAX = "transfer-syntax"
    CONTENT_WITHOUT_OPTION = "content-without-option"
    NESTED_TOO_DEEP = "nested-too-deep"
    NO_MEASUREMENT = "no-measurement"
    UNIT_UNKNOWN = "unit-unknown"
    CONTENT_UNKNOWN = "content-unknown"
    CONTENT_REFERENCES = "content-references"
    PIXELS = "pixels"
    COMPRESSED = "compressed"
    SCREEN_NOT_BLANKED = "screen-not-blanked"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people: English, Japanese."""
        meaning = _meanings()[self]
        return meaning["en"], meaning["ja"]


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("appliance.deidentify") / "hindrances.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A de-identified object.

    Attributes:
        content: A PS3.10 file; the same input, preset and key give the same bytes.
        sop_class_uid: (0008,0016).
        sop_instance_uid: (0008,0018) of what leaves.
        applied: Code Values of CID 7050 of what was really done; empty when nothing was.
        replaced: New identifier → what it stands for: of patient, study and object. It stays here.
    """

    content: bytes
    sop_class_uid: str
    sop_instance_uid: str
    applied: tuple[str, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; ``detail`` names attributes and classes, never values."""

    hindrance: Hindrance
    detail: str = ""

    @property
    def text(self) -> str:
        """For people: the reason, and what it means in English and Japanese."""
        return f"{self.hindrance} ({self.detail}). {' '.join(self.hindrance.meaning)}"


@dataclass(frozen=True, slots=True)
class Unclean:
    """Nothing may leave; ``reasons`` say why."""

    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """All reasons, for people."""
        return " ".join(reason.text for reason in self.reasons)
