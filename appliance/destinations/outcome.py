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
    CONNECTION_LOST = "connection-lost"
    NO_DATA_CONNECTION = "no-data-connection"
    TLS_FAILED = "tls-failed"
    NOT_PROTECTED = "not-protected"
    CERTIFICATE_NOT_TRUSTED = "certificate-not-trusted"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_OF_ANOTHER = "certificate-of-another"
    CERTIFICATE_REFUSED = "certificate-refused"
    CREDENTIAL_UNUSABLE = "credential-unusable"
    LOGIN_REFUSED = "login-refused"
    SSH_FAILED = "ssh-failed"
    HOST_KEY_CHANGED = "host-key-changed"
    NOT_PERMITTED = "not-permitted"
    NAME_TAKEN = "name-taken"
    CHANGED_ON_THE_WAY = "changed-on-the-way"
    REPORT_DAMAGED = "report-damaged"
    NOT_DEIDENTIFIED = "not-deidentified"
    TRANSFER_SYNTAX_NOT_ACCEPTED = "transfer-syntax-not-accepted"
    FOLDER_MISSING = "folder-missing"
    FOLDER_FAILED = "folder-failed"
    OUTSIDE_HOURS = "outside-hours"
    SESSION_FULL = "session-full"
    REDIRECTED = "redirected"
    PATH_UNKNOWN = "path-unknown"
    SERVER_BUSY = "server-busy"
    ANSWER_UNCLEAR = "answer-unclear"
    NO_SUMMARY = "no-summary"
    NOT_UNIQUE = "not-unique"
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
        "Let the destination accept this SOP class, then send again.",
        "送信先でこの SOP クラスの受信を有効にし、再送してください。",
    ),
    Cause.OUT_OF_RESOURCES: (
        "The destination has no room; make room there.",
        "送信先の空き容量が不足しています。",
    ),
    Cause.PROCESSING_FAILED: (
        "The destination failed while storing; look at its disk and in its log.",
        "送信先で保存処理が失敗しました。空き容量とログを確認してください。",
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
    Cause.CONNECTION_LOST: (
        "The connection broke off or no answer came in time; look at the line and the log there.",
        "接続が途切れたか時間内に応答がありません。回線と送信先のログを確認してください。",
    ),
    Cause.NO_DATA_CONNECTION: (
        "The server has no port for data; open its passive ports in every firewall between.",
        "データ接続ができません。途中のファイアウォールでパッシブポートを許可してください。",
    ),
    Cause.TLS_FAILED: (
        "The destination and the box agree on no TLS; let it offer TLS 1.2 or 1.3.",
        "TLS 接続が成立しません。送信先で TLS 1.2 または 1.3 を有効にしてください。",
    ),
    Cause.NOT_PROTECTED: (
        "The server protects no data by TLS, so nothing was sent; have TLS turned on there.",
        "送信先が TLS で保護しないため送信していません。TLS を有効にしてください。",
    ),
    Cause.CERTIFICATE_NOT_TRUSTED: (
        "The box trusts no authority of the destination's certificate; enter it in ca_file.",
        "送信先の証明書の認証局が信頼されていません。ca_file に設定してください。",
    ),
    Cause.CERTIFICATE_EXPIRED: (
        "The destination's certificate is not valid now; have it renewed; check the clock here.",
        "送信先の証明書が有効期間外です。更新を依頼し、本装置の時計も確認してください。",
    ),
    Cause.CERTIFICATE_OF_ANOTHER: (
        "The destination's certificate is for another name; check host and server_name.",
        "送信先の証明書の名前が違います。host と server_name を確認してください。",
    ),
    Cause.CERTIFICATE_REFUSED: (
        "The destination refuses the certificate of the box; is it valid, and known there?",
        "送信先が本装置の証明書を拒否しました。有効期間と登録を確認してください。",
    ),
    Cause.CREDENTIAL_UNUSABLE: (
        "A file with a password, key or certificate cannot be used; check path and permissions.",
        "パスワード、鍵、証明書のファイルが使えません。パスと権限を確認してください。",
    ),
    Cause.LOGIN_REFUSED: (
        "The server refused the login; check user, password and key, here and there.",
        "ログインを拒否されました。ユーザー名、パスワード、鍵を確認してください。",
    ),
    Cause.SSH_FAILED: (
        "The destination and the box agree on no SSH, or it has no SFTP; look in its log.",
        "SSH 接続が成立しないか SFTP が無効です。送信先のログを確認してください。",
    ),
    Cause.HOST_KEY_CHANGED: (
        "The server shows another key than host_key; ask its keeper before you enter the new one.",
        "ホスト鍵が host_key と違います。管理者に確認してから設定を変更してください。",
    ),
    Cause.NOT_PERMITTED: (
        "The server does not let the box write, name or read files in that folder.",
        "送信先のフォルダーでの書き込み、名前の変更、読み出しの権限を確認してください。",
    ),
    Cause.NAME_TAKEN: (
        "Another file has this object's name there; look at it, move it, then send again.",
        "同名の別のファイルが送信先にあります。確認して移動した後、再送してください。",
    ),
    Cause.CHANGED_ON_THE_WAY: (
        "What arrived was not what was sent, so it got no name; look at the line and disk there.",
        "届いた内容が異なるため確定していません。回線と送信先のディスクを確認してください。",
    ),
    Cause.REPORT_DAMAGED: (
        "The object's file is missing or was changed; restore it from a backup of the data folder.",
        "ファイルが失われたか変更されています。バックアップから復元してください。",
    ),
    Cause.NOT_DEIDENTIFIED: (
        "It could not be de-identified, so nothing was sent; it stays on site.",
        "匿名化できないため送信していません。データは施設内に保存されています。",
    ),
    Cause.TRANSFER_SYNTAX_NOT_ACCEPTED: (
        "Let the destination accept this transfer syntax: images are not encoded anew here.",
        "この転送構文の受信を送信先で有効にしてください。本装置では再符号化しません。",
    ),
    Cause.FOLDER_MISSING: (
        "The folder or its marker is not there; is the server's folder mounted?",
        "フォルダーまたは目印のファイルがありません。マウントを確認してください。",
    ),
    Cause.FOLDER_FAILED: (
        "The disk of the folder failed or the server behind it is gone; look at both.",
        "フォルダーのディスクまたはサーバーに障害があります。確認してください。",
    ),
    Cause.OUTSIDE_HOURS: (
        "Nothing to do: it is sent in the hours that the destination has.",
        "対応不要です。設定された時間帯に送信されます。",
    ),
    Cause.SESSION_FULL: (
        "Nothing to do: the next session with the destination has its time.",
        "対応不要です。次の送信セッションで送信されます。",
    ),
    Cause.REDIRECTED: (
        "The server points to another address; write that into the configuration if it is right.",
        "サーバが別のアドレスを指示しています。正しければ設定に記入してください。",
    ),
    Cause.PATH_UNKNOWN: (
        "The server has no such service; check host, port and path of the destination.",
        "サーバに該当するサービスがありません。ホスト、ポート、パスを確認してください。",
    ),
    Cause.SERVER_BUSY: (
        "The server is overloaded or being serviced; it is asked again when it says so.",
        "サーバが混雑または保守中です。サーバの指示に従い再送します。",
    ),
    Cause.ANSWER_UNCLEAR: (
        "The answer does not tell whether the server has the report; look in the server's log.",
        "応答からは保存されたか判断できません。サーバのログを確認してください。",
    ),
    Cause.NO_SUMMARY: (
        "The object has no total dose to sum up; send this destination CT dose reports only.",
        "要約すべき総線量がありません。この送信先には CT 線量レポートだけを送信してください。",
    ),
    Cause.NOT_UNIQUE: (
        "The server has several entries with one identifier; let its administrator merge them.",
        "サーバに同じ識別子の登録が複数あります。サーバの管理者に統合を依頼してください。",
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


@dataclass(frozen=True, slots=True)
class Retry(_NotDelivered):
    """The destination does not have it now, and may take it later.

    ``after_s`` is how long it asks to be left alone, in seconds; 0: it does not say.
    """

    after_s: float = 0.0


class Refused(_NotDelivered):
    """The destination will not take this report until a person does something."""


Outcome = Delivered | Retry | Refused
