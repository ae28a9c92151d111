"""Doubts: why a study waits for a person, as values.

A reason is a word from one enumerated set. It names a quarantined study on the console, in the
ledger, in ``appliance read`` and in ``docs/quarantine.md`` (a test holds the two together).

**Knows:** the reasons, and the evidence that goes with one.
**Does not know:** where a quarantined study is kept (``quarantine``).
"""

from dataclasses import dataclass
from enum import StrEnum

from appliance.dose.record import Box


class Reason(StrEnum):
    """Why a study is not reported without a person."""

    UNREADABLE_OBJECT = "unreadable-object"
    UNREADABLE_PIXELS = "unreadable-pixels"
    LAYOUT_UNKNOWN = "layout-unknown"
    LAYOUT_AMBIGUOUS = "layout-ambiguous"
    ROWS_NOT_FOUND = "rows-not-found"
    CELL_UNREADABLE = "cell-unreadable"
    READERS_DISAGREE = "readers-disagree"
    SOURCES_DISAGREE = "sources-disagree"
    TOTAL_MISMATCH = "total-mismatch"
    TOTAL_MISSING = "total-missing"
    LENGTH_MISMATCH = "length-mismatch"
    IMPLAUSIBLE_VALUE = "implausible-value"
    PAGE_MISSING = "page-missing"
    PAGES_CONFLICT = "pages-conflict"
    PHANTOM_UNKNOWN = "phantom-unknown"
    IDENTITY_INCONSISTENT = "identity-inconsistent"
    SEVERAL_SCANNERS = "several-scanners"
    IDENTITY_MISMATCH = "identity-mismatch"
    INSTANCE_CONFLICT = "instance-conflict"
    HEADERS_CONTRADICT = "headers-contradict"
    CONFIRMATION_NEEDED = "confirmation-needed"
    REPORT_NOT_CONFORMING = "report-not-conforming"
    RECOGNISER_FAILED = "recogniser-failed"
    EVIDENCE_REMOVED = "evidence-removed"

    @property
    def meaning(self) -> tuple[str, str]:
        """One sentence for people: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS: dict[Reason, tuple[str, str]] = {
    Reason.UNREADABLE_OBJECT: (
        "The object received is not a DICOM data set that can be read.",
        "受信したオブジェクトを DICOM データとして読めません。",
    ),
    Reason.UNREADABLE_PIXELS: (
        "The picture in the object cannot be decoded.",
        "オブジェクトの画像を復号できません。",
    ),
    Reason.LAYOUT_UNKNOWN: (
        "It looks like a dose screen, but no known layout fits it.",
        "線量画面と思われますが、既知のレイアウトに一致しません。",
    ),
    Reason.LAYOUT_AMBIGUOUS: (
        "More than one layout fits the screen.",
        "複数のレイアウトに一致しました。",
    ),
    Reason.ROWS_NOT_FOUND: (
        "The layout is known, but its rows or columns were not found.",
        "レイアウトは判明しましたが、行または列を特定できません。",
    ),
    Reason.CELL_UNREADABLE: (
        "A value on the screen could not be read for certain.",
        "画面上の値を確実に読み取れません。",
    ),
    Reason.READERS_DISAGREE: (
        "Two independent readings of a value differ.",
        "二つの独立した読み取り結果が一致しません。",
    ),
    Reason.SOURCES_DISAGREE: (
        "Screen, images, performed step or the CT's own report contradict each other.",
        "線量画面、画像、MPPS、装置の線量レポートの値が互いに矛盾しています。",
    ),
    Reason.TOTAL_MISMATCH: (
        "The DLPs of the events do not add up to the printed total.",
        "各イベントの DLP の合計が表示された合計と一致しません。",
    ),
    Reason.TOTAL_MISSING: (
        "The screen should print a total DLP, and none was found.",
        "合計 DLP が表示されるはずですが、見つかりません。",
    ),
    Reason.LENGTH_MISMATCH: (
        "DLP, CTDIvol and the scan range do not fit together.",
        "DLP、CTDIvol、スキャン範囲が整合しません。",
    ),
    Reason.IMPLAUSIBLE_VALUE: (
        "A value is outside what a CT can do, or not printed the way this layout prints it.",
        "CT としてあり得ない値、またはこのレイアウトの表示形式と異なる値です。",
    ),
    Reason.PAGE_MISSING: (
        "The screen has more pages than were received.",
        "受信していないページがあります。",
    ),
    Reason.PAGES_CONFLICT: (
        "Screens of the study contradict each other: two versions of a page, or two examinations.",
        "検査内の画面が矛盾しています(同じページの二つの版、または別の検査の画面)。",
    ),
    Reason.PHANTOM_UNKNOWN: (
        "The screen does not print the phantom, and no rule for this scanner gives it.",
        "ファントム種別が表示されず、装置の規則も設定されていません。",
    ),
    Reason.IDENTITY_INCONSISTENT: (
        "The objects of one study name different patients.",
        "一つの検査に異なる患者のオブジェクトが含まれています。",
    ),
    Reason.SEVERAL_SCANNERS: (
        "Several scanners irradiated in this study, and a report would be of one of them.",
        "一つの検査で複数の装置が照射しており、レポートはそのうち一台分になります。",
    ),
    Reason.IDENTITY_MISMATCH: (
        "The patient or examination printed on the screen is not the one in its header.",
        "画面に表示された患者または検査の番号が、オブジェクトのヘッダーと一致しません。",
    ),
    Reason.INSTANCE_CONFLICT: (
        "The same instance UID arrived with different content.",
        "同じインスタンス UID で内容の異なるオブジェクトを受信しました。",
    ),
    Reason.HEADERS_CONTRADICT: (
        "Image headers state different doses of one irradiation, or do not tell it from another.",
        "画像ヘッダーに一回の照射の異なる線量が記録されているか、照射を区別できません。",
    ),
    Reason.CONFIRMATION_NEEDED: (
        "All of it was read; a person is to confirm the first screens of this scanner and layout.",
        "すべて読み取りましたが、この装置とレイアウトの最初の画面は担当者の確認が必要です。",
    ),
    Reason.REPORT_NOT_CONFORMING: (
        "The report would not conform to the standard.",
        "作成したレポートが規格に適合しません。",
    ),
    Reason.RECOGNISER_FAILED: (
        "The recogniser failed on this study; the objects are kept.",
        "認識処理が失敗しました。オブジェクトは保存されています。",
    ),
    Reason.EVIDENCE_REMOVED: (
        "The study would have to be read again, and some of its objects were removed by retention.",
        "再読み取りが必要ですが、検査の一部のオブジェクトは保存期間の経過により削除されています。",
    ),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to report, with its evidence.

    Attributes:
        reason: The enumerated reason.
        detail: What was seen, with the numbers; never a patient's identity.
        field: The value concerned, ``total_dlp_mgy_cm`` or ``events[2].ctdi_vol_mgy``.
        readings: What each reader saw, (reader, text).
        sop_instance_uid: The image concerned.
        box: The rectangle on its rendered screen.
    """

    reason: Reason
    detail: str
    field: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    sop_instance_uid: str | None = None
    box: Box | None = None
