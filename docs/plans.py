"""The drawings of the guides: the network around the box, and its two faces. English, Japanese."""

from drawing import DARK, LIT, area, arrow, box, lamp, svg, text

Words = tuple[str, str]
NETWORK: Words = ("The box on the network", "ネットワーク構成")
FACES: Words = ("The two faces of the box", "装置の前面と背面")


def network(language: int) -> str:
    """Who calls whom, by what, at which port."""

    def say(*words: Words) -> list[str]:
        return [each[language] for each in words]

    modality, service = say(
        ("modality network", "検査系ネットワーク"), ("service network", "管理系ネットワーク")
    )
    parts = [
        text(20, 32, NETWORK[language], bold=True, size=17),
        area(20, 52, 640, 400, modality),
        area(690, 52, 350, 400, service),
        area(20, 482, 1020, 110, say(("outside the hospital", "院外"))[0]),
        box(40, 100, 190, 70, say(("CT", "CT"), ("without dose report", "線量レポート非対応"))),
        box(40, 240, 190, 60, ["PACS"]),
        box(40, 360, 190, 60, say(("dose system", "線量管理システム"))),
        box(430, 160, 210, 170, say(("this box", "本装置"), ("DOSEBOX", "DOSEBOX")), "#fff8e1"),
        box(530, 380, 110, 50, ["RIS"]),
        box(860, 90, 165, 60, say(("engineer's PC", "保守用PC"))),
        box(860, 180, 165, 60, say(("time server", "時刻サーバー"))),
        box(860, 270, 165, 60, say(("MQTT broker", "MQTTブローカー"))),
        box(860, 360, 165, 60, say(("audit repository", "監査ログサーバー"))),
        box(400, 515, 280, 60, say(("dose registry", "線量レジストリ"), ("by VPN", "VPN経由"))),
        arrow((230, 135), (430, 190)),
        text(246, 112, *say(("DICOM, TCP 104", "DICOM、TCP 104"), ("(TLS: 2762)", "(TLS: 2762)"))),
        arrow((430, 250), (230, 268), both=True),
        text(246, 232, *say(("DICOM, its port", "DICOM、相手のポート"))),
        arrow((430, 310), (230, 388)),
        text(262, 392, *say(("DICOM, its port", "DICOM、相手のポート"))),
        arrow((585, 330), (585, 380)),
        text(596, 358, "DICOM"),
        arrow((860, 120), (640, 185)),
        text(704, 112, "SSH 22,", "HTTPS 8443"),
        arrow((640, 225), (860, 210)),
        text(704, 204, "NTP, UDP 123"),
        arrow((640, 265), (860, 300)),
        text(704, 264, "MQTT, TCP 8883"),
        arrow((640, 305), (860, 390)),
        text(726, 322, "syslog, TCP 6514"),
        arrow((480, 330), (480, 515), broken=True),
        text(468, 472, "WireGuard, UDP", anchor="end"),
        text(20, 618, *_ARROWS[language]),
    ]
    return svg(1060, 660, NETWORK[language], *parts)


_ARROWS: tuple[tuple[str, ...], ...] = (
    (
        "Arrows go from who calls to who is called. The firewall lets nothing else in.",
        "Both networks may be one. Every port but that of DICOM is closed until it is configured.",
    ),
    (
        "矢印は接続を開始する側から相手への向きです。その他の着信はファイアウォールが拒否します。",
        "両ネットワークは同一でもかまいません。DICOM以外のポートは設定するまで閉じています。",
    ),
)


def faces(language: int) -> str:
    """Front and back, as a scheme."""

    def say(*words: Words) -> list[str]:
        return [each[language] for each in words]

    front, back, scheme = say(("front", "前面"), ("back", "背面"), _SCHEME)
    parts = [
        text(20, 32, FACES[language], bold=True, size=17),
        text(20, 64, front, bold=True),
        f'<rect x="20" y="74" width="620" height="110" rx="10" fill="#f7f7f7" stroke="{DARK}"/>',
        lamp(90, 118, LIT, 11),
        text(90, 155, *say(("well", "well"), ("it runs", "動作")), anchor="middle"),
        lamp(220, 118, "#fff", 11),
        text(220, 155, *say(("activity", "activity"), ("it works", "処理中")), anchor="middle"),
        lamp(350, 118, "#fff", 11),
        text(350, 155, *say(("attention", "attention"), ("look here", "要確認")), anchor="middle"),
        f'<circle cx="530" cy="118" r="20" fill="#ddd" stroke="{DARK}" stroke-width="2"/>',
        text(530, 160, *say(("button", "ボタン")), anchor="middle"),
        text(20, 224, back, bold=True),
        f'<rect x="20" y="234" width="620" height="150" rx="10" fill="#f7f7f7" stroke="{DARK}"/>',
    ]
    sockets = (
        (40, 60, ("power", "電源"), "1"),
        (120, 90, ("LAN 1", "LAN 1"), "2"),
        (230, 90, ("LAN 2", "LAN 2"), "3"),
        (340, 120, ("USB", "USB"), "4"),
        (480, 70, ("HDMI", "HDMI"), "5"),
        (570, 50, ("serial", "シリアル"), "6"),
    )
    for x, width, name, number in sockets:
        parts.append(box(x, 266, width, 50, [number]))
        parts.append(text(x + width / 2, 340, name[language], anchor="middle"))
    parts += [text(670, 92 + 52 * at, *lines) for at, lines in enumerate(_legend(language))]
    parts.append(text(20, 412, scheme))
    return svg(1060, 436, FACES[language], *parts)


def _legend(language: int) -> list[list[str]]:
    words: list[list[Words]] = [
        [("1  the box's own power supply, on the UPS", "1  付属の電源アダプタ(UPSに接続)")],
        [
            ("2  modality network: CT, archive, RIS", "2  検査系ネットワーク(CT・PACS・RIS)"),
        ],
        [
            ("3  service network, if it is a second one", "3  管理系ネットワーク(別の場合)"),
            (
                "    (a Raspberry Pi: USB adapter, or VLAN)",
                "    (Raspberry PiではUSBアダプタまたはVLAN)",
            ),
        ],
        [("4  luminance meter; enrolled sticks", "4  輝度計、登録済みUSBメモリ")],
        [("5  screen: recovery console, display to test", "5  画面(復旧コンソール、試験モニタ)")],
        [("6  serial console, where there is one", "6  シリアルコンソール(搭載機種)")],
    ]
    return [[line[language] for line in lines] for lines in words]


_SCHEME: Words = (
    "A scheme, not drawn from a box: where each socket sits differs from model to model.",
    "模式図です(実機を写したものではありません)。端子の位置は機種により異なります。",
)
DRAWINGS = {"network": network, "faces": faces}
