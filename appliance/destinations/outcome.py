"""How an attempt to deliver a report ended."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a report did not arrive."""

    UNREACHABLE = "unreachable"
    ASSOCIATION_REJECTED = "association-rejected"
    ASSOCIATION_ENDED = "association-ended"
    SOP_CLASS_NOT_ACCEPTED = "sop-class-not-accepted"
    OUT_OF_RESOURCES = "out-of-resources"
    PROCESSING_FAILED = "processing-failed"
    NOT_AUTHORISED = "not-authorised"
    NOT_UNDERSTOOD = "not-understood"
    STATUS_UNKNOWN = "status-unknown"
    REPORT_DAMAGED = "report-damaged"
    TUNNEL_DOWN = "tunnel-down"
    TUNNEL_TOOL_FAILED = "tunnel-tool-failed"
    FORWARDER_FAILED = "forwarder-failed"

    @property
    def remedy(self) -> tuple[str, str]:
        """What a person can do about it: English, Japanese."""
        return _REMEDIES[self]


_REMEDIES: dict[Cause, tuple[str, str]] = {
    Cause.UNREACHABLE: (
        "Check host and port of the destination, the cable, and the firewall between.",
        "送信先のホスト名、ポート、ケーブル、ファイアウォールを確認してください。",
    ),
    Cause.ASSOCIATION_REJECTED: (
        "Enter the AE titles and the address of the box at the destination as they are here.",
        "送信先に登録された AE タイトルとアドレスを本装置の設定と一致させてください。",
    ),
    Cause.ASSOCIATION_ENDED: (
        "The destination ended the association or gave no answer in time; look in its log.",
        "送信先が接続を切断したか応答しません。送信先のログを確認してください。",
    ),
    Cause.SOP_CLASS_NOT_ACCEPTED: (
        "Let the destination accept X-Ray Radiation Dose SR Storage, then send again.",
        "送信先で X-Ray Radiation Dose SR Storage の受信を有効にし、再送してください。",
    ),
    Cause.OUT_OF_RESOURCES: (
        "The destination has no room; make room there.",
        "送信先の空き容量が不足しています。",
    ),
    Cause.PROCESSING_FAILED: (
        "The destination failed while storing; look in its log.",
        "送信先で保存処理が失敗しました。送信先のログを確認してください。",
    ),
    Cause.NOT_AUTHORISED: (
        "Allow the box to store at the destination, then send again.",
        "送信先で本装置からの保存を許可し、再送してください。",
    ),
    Cause.NOT_UNDERSTOOD: (
        "The destination does not take this report; ask its maker, with its log.",
        "送信先がこのレポートを受け付けません。ログを添えてメーカーに確認してください。",
    ),
    Cause.STATUS_UNKNOWN: (
        "The destination answered with a status the standard does not name; look in its log.",
        "送信先が規格にない状態コードを返しました。送信先のログを確認してください。",
    ),
    Cause.REPORT_DAMAGED: (
        "The report's file is missing or was changed; restore the outbox folder from a backup.",
        "レポートのファイルが失われたか変更されています。バックアップから復元してください。",
    ),
    Cause.TUNNEL_DOWN: (
        "The VPN is not up; check the uplink, the firewall (UDP) and the clock of the box.",
        "VPN が確立していません。回線、ファイアウォール (UDP)、本装置の時計を確認してください。",
    ),
    Cause.TUNNEL_TOOL_FAILED: (
        "wg or wg-quick could not be run or failed; look at [vpn] and the privileges it needs.",
        "wg または wg-quick を実行できません。[vpn] の設定と権限を確認してください。",
    ),
    Cause.FORWARDER_FAILED: (
        "The forwarder failed; send its log to whoever maintains the software.",
        "送信処理が失敗しました。ログを保守担当者に送ってください。",
    ),
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination has the report; ``note`` is what it answered."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class _NotDelivered:
    """The destination does not have the report; ``detail`` names no patient."""

    cause: Cause
    detail: str = ""

    @property
    def text(self) -> str:
        """For people: what happened, and the remedy in English and Japanese."""
        return f"{self.cause} ({self.detail}). {' '.join(self.cause.remedy)}"


class Retry(_NotDelivered):
    """The destination does not have it now, and may take it later."""


class Refused(_NotDelivered):
    """The destination will not take this report until a person does something."""


Outcome = Delivered | Retry | Refused
