"""The table of ports and flows of security.md: what comes in, what goes out, and who does it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.config import Audit, Configuration, Mqtt
from appliance.provisioning import BoxText, parse_box

BOX = parse_box(BoxText(""))
DEFAULTS = Configuration()
IN, OUT = ("in", "着信"), ("out", "発信")
HEADS = (
    ("", "what", "port", "process", "protected by", "when"),
    ("", "内容", "ポート", "プロセス", "保護", "条件"),
)


@dataclass(frozen=True)
class Flow:
    """One flow; ``port_set`` is the firewall's, for what comes in. Words are English, Japanese."""

    way: tuple[str, str]
    what: tuple[str, str]
    port: tuple[str, str]
    process: str
    protected: tuple[str, str]
    when: tuple[str, str]
    port_set: str = ""


ALWAYS = ("always", "常時")
OPTIONAL_TLS = ("TLS if configured; AE titles, addresses", "TLS(設定時)、AEタイトル、アドレス")
NOTHING = ("-", "-")
FLOWS = (
    Flow(
        IN,
        ("DICOM from CTs, and answers of archives", "CTからのDICOM、PACSからの応答"),
        (
            f"TCP {BOX.appliance.receiver.port}; TLS 2762",
            f"TCP {BOX.appliance.receiver.port}; TLS 2762",
        ),
        "receiver",
        OPTIONAL_TLS,
        ALWAYS,
        "dicom_ports",
    ),
    Flow(
        IN,
        ("pages for the browsers of the site", "施設内のブラウザ向け画面"),
        (f"TCP {DEFAULTS.console.port}", f"TCP {DEFAULTS.console.port}"),
        "console",
        ("HTTPS; accounts", "HTTPS、ユーザー認証"),
        ("[console] enabled", "[console] enabled"),
        "console_ports",
    ),
    Flow(
        IN,
        ("questions about displays by DICOM (N-GET)", "モニタ情報の問い合わせ(DICOM N-GET)"),
        ("TCP, as configured", "TCP(設定による)"),
        "console",
        ("AE titles, addresses", "AEタイトル、アドレス"),
        ("[displayqa] port; none", "[displayqa] port(初期値: なし)"),
        "display_ports",
    ),
    Flow(
        IN,
        ("SSH of the engineer", "保守用SSH"),
        (f"TCP {BOX.ssh.port}", f"TCP {BOX.ssh.port}"),
        "sshd",
        ("keys only, no passwords", "公開鍵のみ(パスワード不可)"),
        ("[ssh] enabled in box.toml; off", "box.toml の [ssh] enabled(初期値: 無効)"),
        "ssh_ports",
    ),
    Flow(
        IN,
        ("WireGuard, if others call first", "WireGuard(相手から接続する場合)"),
        ("UDP, as configured", "UDP(設定による)"),
        "kernel",
        ("WireGuard", "WireGuard"),
        ("[wireguard] listen_port; none", "[wireguard] listen_port(初期値: なし)"),
        "wireguard_ports",
    ),
    Flow(
        OUT,
        ("reports and images to archives and dose systems", "PACS・線量管理システムへの送信"),
        ("TCP 104", "TCP 104"),
        "forwarder",
        OPTIONAL_TLS,
        ("each [[destination]]", "[[destination]] ごと"),
    ),
    Flow(
        OUT,
        ("reports to file and web servers", "ファイル・Webサーバーへの送信"),
        (
            "TCP 21 and passive ports (FTPS), 22 (SFTP), 443 (STOW-RS, FHIR)",
            "TCP 21とパッシブポート(FTPS), 22 (SFTP), 443 (STOW-RS, FHIR)",
        ),
        "forwarder",
        ("TLS, SSH; refused without for credentials", "TLS、SSH(認証情報は暗号化必須)"),
        ("each [[destination]]", "[[destination]] ごと"),
    ),
    Flow(
        OUT,
        ("orders from the RIS", "RISへの照会"),
        (f"TCP {DEFAULTS.worklist.port}", f"TCP {DEFAULTS.worklist.port}"),
        "clerk",
        OPTIONAL_TLS,
        ("[worklist] host", "[worklist] host"),
    ),
    Flow(
        OUT,
        ("queries and retrieval, storage commitment", "PACSへの検索・取得、保管確約"),
        (f"TCP {DEFAULTS.archive.port}", f"TCP {DEFAULTS.archive.port}"),
        "clerk",
        OPTIONAL_TLS,
        ("[archive] host, commitment", "[archive] host、保管確約"),
    ),
    Flow(
        OUT,
        ("audit messages", "監査メッセージ"),
        (f"TCP {Audit().port}", f"TCP {Audit().port}"),
        "clerk",
        ("TLS, always", "TLS必須"),
        ("[audit] host", "[audit] host"),
    ),
    Flow(
        OUT,
        ("status, no patient data", "状態通知(患者情報なし)"),
        (f"TCP {Mqtt().port}", f"TCP {Mqtt().port}"),
        "status",
        ("TLS; certificate or password", "TLS、証明書またはパスワード"),
        ("[mqtt] enabled", "[mqtt] enabled"),
    ),
    Flow(
        OUT,
        ("newer versions", "更新の取得"),
        ("TCP 443", "TCP 443"),
        "update-poll",
        ("TLS, and the signature of the bundle", "TLS、署名検証"),
        ("[updates] poll; off", "[updates] poll(初期値: 無効)"),
    ),
    Flow(
        OUT,
        ("a version that a person asks for", "担当者が指示した更新の取得"),
        ("TCP 443", "TCP 443"),
        "update-install",
        ("TLS, and the signature of the bundle", "TLS、署名検証"),
        ("a person, on the pages", "画面での操作時のみ"),
    ),
    Flow(
        OUT,
        ("the site's tunnel", "VPN"),
        ("UDP, as configured", "UDP(設定による)"),
        "kernel",
        ("WireGuard", "WireGuard"),
        ("[[wireguard.peer]]", "[[wireguard.peer]]"),
    ),
    Flow(
        OUT,
        ("time, names, addresses", "時刻、名前解決、アドレス取得"),
        ("UDP 123; UDP and TCP 53; UDP 67, 547", "UDP 123; UDP・TCP 53; UDP 67, 547"),
        "systemd",
        NOTHING,
        ("NTP, DNS, DHCP as configured", "NTP・DNS・DHCP(設定による)"),
    ),
)


def table(language: int) -> str:
    """Every flow."""
    rows = [
        f"| {each.way[language]} | {each.what[language]} | {each.port[language]} "
        f"| `{each.process}` | {each.protected[language]} | {each.when[language]} |"
        for each in FLOWS
    ]
    head = [f"| {' | '.join(HEADS[language])} |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


TRAFFIC: dict[str, Callable[[], str]] = {
    "flows-en": partial(table, 0),
    "flows-ja": partial(table, 1),
}
