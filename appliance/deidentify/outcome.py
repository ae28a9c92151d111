"""How de-identifying one object ended: done, or not and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    SCREEN_NOT_BLANKED = "screen-not-blanked"
    IDENTITY_LEFT = "identity-left"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS: dict[Hindrance, tuple[str, str]] = {
    Hindrance.UNREADABLE: (
        "The object cannot be read as DICOM.",
        "DICOM オブジェクトとして読み取れません。",
    ),
    Hindrance.SOP_CLASS_UNKNOWN: (
        "What objects of this SOP class may hold is not known here.",
        "この SOP クラスの定義がないため匿名化できません。",
    ),
    Hindrance.TRANSFER_SYNTAX: (
        "Objects in this transfer syntax are not de-identified.",
        "この転送構文のオブジェクトは匿名化の対象外です。",
    ),
    Hindrance.CONTENT_WITHOUT_OPTION: (
        "The report's content would become dummies without the option clean-structured-content.",
        "clean-structured-content オプションがないと、レポート内容がダミー値になります。",
    ),
    Hindrance.NESTED_TOO_DEEP: (
        "The content is nested too deep.",
        "シーケンスの入れ子が深すぎます。",
    ),
    Hindrance.NO_MEASUREMENT: (
        "The report holds a measurement that is no number.",
        "数値でない測定値が含まれています。",
    ),
    Hindrance.UNIT_UNKNOWN: (
        "The report holds a measurement in a unit that is not known here.",
        "未知の単位の測定値が含まれています。",
    ),
    Hindrance.CONTENT_UNKNOWN: (
        "A content item that may not stay has others below it.",
        "除去すべき項目の下に別の項目があります。",
    ),
    Hindrance.CONTENT_REFERENCES: (
        "Content items refer to each other by place, and some of them had to go.",
        "内容項目が位置で相互参照しているため、項目を除去できません。",
    ),
    Hindrance.PIXELS: (
        "The pixels may show who the patient is: burned in, derived, or not known to be clean.",
        "画素に患者情報が写っている可能性があります。",
    ),
    Hindrance.SCREEN_NOT_BLANKED: (
        "The identity on the screen could not be blanked and proven gone.",
        "画面上の患者情報の消去を確認できません。",
    ),
    Hindrance.IDENTITY_LEFT: (
        "Identity was found in what would have left.",
        "匿名化後のデータに患者情報が残っています。",
    ),
}


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
