"""Draws the pictures of these pages. Without ``--check`` it writes them; with it, it compares.

``python hw/drawings.py`` after a change of a drawing or of pins.toml.
"""

import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pen import PAPER, Pen

HERE = Path(__file__).parent
WHITE_LED, BLUE_LED, AMBER_LED = "#fff7cc", "#5b8def", "#ffb000"
LINES = {wire["line"]: wire for wire in tomllib.loads((HERE / "pins.toml").read_text())["wire"]}


def _pin(line: str) -> str:
    return f"{LINES[line]['pin']}\N{EM SPACE}{line}"


def raspberry_pi() -> str:
    """Clock, lights, button and power-fail at the 40-pin header."""
    pen = Pen(980, 700, ("Wiring of a Raspberry Pi", "Raspberry Pi の配線"))
    pen.box((40, 80), (170, 590), fill=PAPER)
    pen.text((125, 100), "40-pin header", anchor="middle")
    pen.text((125, 117), "pin, line", size=12, anchor="middle")
    _clock(pen)
    _lights(pen)
    _contacts(pen)
    return pen.svg()


def _header(pen: Pen, line: str, at: float) -> None:
    pen.text((200, at + 5), _pin(line), anchor="end")


def _clock(pen: Pen) -> None:
    pen.box((560, 130), (170, 130), ("DS3231", "real-time clock", "with CR2032", "RTC"))
    rows = (("3.3 V", "VCC", 145), ("GPIO2", "SDA", 180), ("GPIO3", "SCL", 215))
    for line, name, at in rows:
        _header(pen, line, at)
        pen.wire((210, at), (560, at))
        pen.text((552, at - 5), name, size=12, anchor="end")
    pen.text((200, 250), "9\N{EM SPACE}GND", anchor="end")
    pen.wire((210, 245), (560, 245))
    pen.text((552, 240), "GND", size=12, anchor="end")
    pen.text((745, 160), "Cell not charged:", size=12)
    pen.text((745, 176), "take the module's", size=12)
    pen.text((745, 192), "charging resistor out", size=12)
    pen.text((745, 208), "before a CR2032 goes in.", size=12)
    pen.text((745, 228), "電池は非充電式。", size=12)
    pen.text((745, 244), "充電抵抗を外すこと。", size=12)


def _lights(pen: Pen) -> None:
    pen.box((320, 290), (110, 170), ("ULN2003A",))
    rows = (
        ("GPIO17", "1B", "1C", "220 ohm", WHITE_LED, "well, white", 315),
        ("GPIO27", "2B", "2C", "220 ohm", BLUE_LED, "activity, blue", 365),
        ("GPIO22", "3B", "3C", "470 ohm", AMBER_LED, "attention, amber", 415),
    )
    for line, base, collector, ohms, fill, words, at in rows:
        _header(pen, line, at)
        pen.wire((210, at), (320, at))
        pen.text((326, at + 4), base, size=12)
        pen.text((424, at + 4), collector, size=12, anchor="end")
        pen.wire((430, at), (500, at))
        pen.light((500, at), fill, words)
        pen.resistor((540, at), 140, ohms)
        pen.knot((680, at))
    pen.text((200, 450), "6\N{EM SPACE}GND", anchor="end")
    pen.wire((210, 445), (320, 445))
    pen.text((326, 449), "8", size=12)
    _header(pen, "5 V", 475)
    pen.wire((210, 475), (680, 475), (680, 315))
    pen.text((700, 345), "About 5 mA a light, of 5 V:", size=12)
    pen.text((700, 361), "blue and white want more than 3.3 V.", size=12)
    pen.text((700, 377), "The Pi's lines give less than 1 mA.", size=12)
    pen.text((700, 397), "COM (pin 9) stays open.", size=12)


def _contacts(pen: Pen) -> None:
    rows = (("GPIO23", 530, "button / ボタン"), ("GPIO24", 610, "closed: mains gone / 閉: 停電"))
    for line, at, words in rows:
        _header(pen, line, at)
        pen.wire((210, at), (310, at))
        pen.knot((240, at))
        pen.wire((240, at), (240, at - 26))
        pen.text((246, at - 18), "10 kohm to 3.3 V", size=12)
        pen.knot((280, at))
        pen.capacitor((280, at), "100 nF")
        pen.resistor((310, at), 140, "1 kohm")
        pen.switch((450, at), words)
        pen.wire((510, at), (610, at))
        pen.knot((610, at))
    pen.wire((610, 530), (610, 655), (210, 655))
    pen.text((200, 660), "20\N{EM SPACE}GND", anchor="end")
    pen.text((640, 535), "The filter is at the header; the cable", size=12)
    pen.text((640, 551), "to the front is twisted and short.", size=12)
    pen.text((640, 585), "UPS relay, potential-free: as drawn.", size=12)
    pen.text((640, 601), "24 V signal: by an opto-coupler, its LED", size=12)
    pen.text((640, 617), "behind 4.7 kohm 0.25 W, in the contact's", size=12)
    pen.text((640, 633), "place. 24 V never gets to the header.", size=12)


def industrial_pc() -> str:
    """A PC on a DIN rail with a DC UPS."""
    pen = Pen(980, 420, ("Industrial PC with a DC UPS", "産業用 PC と DC UPS"))
    pen.box((40, 110), (150, 90), ("Mains 100-240 V", "fuse 2 A", "商用電源"))
    pen.box((240, 110), (160, 90), ("Supply 24 V DC", "2.5 A or more", "電源 24 V"))
    pen.box((450, 110), (180, 90), ("DC UPS, capacitors", "2 kJ or more", "DC UPS (キャパシタ)"))
    pen.box((730, 110), (200, 180), ("Industrial PC", "24 V DC input", "RTC on board", "産業用 PC"))
    for begins, ends in ((190, 240), (400, 450), (630, 730)):
        pen.wire((begins, 155), (ends, 155), arrow=True)
    pen.text((680, 145), "24 V", size=12, anchor="middle")
    pen.wire((540, 200), (540, 260), (730, 260), arrow=True)
    pen.text((550, 252), "relay: closed while buffering", size=12)
    pen.text((720, 280), "to a digital input that Linux has as GPIO", size=12, anchor="end")
    pen.text((720, 298), "停電信号 (接点) → デジタル入力", size=12, anchor="end")
    pen.wire((115, 200), (115, 340), (830, 340), (830, 290), dashed=True)
    pen.text((130, 332), "protective earth: rail, supply, PC / 保護接地", size=12)
    pen.text(
        (40, 380), "UPS set to: cut its output a fixed time after it was asked to buffer,", size=12
    )
    pen.text(
        (40, 398),
        "and to give it again when the mains is back, so that the PC starts by itself.",
        size=12,
    )
    return pen.svg()


def network() -> str:
    """Who calls whom, and how."""
    pen = Pen(1000, 600, ("Network of a box", "ネットワーク構成"))
    pen.box(
        (400, 230), (200, 130), ("The box", "dose-appliance", "", "one Ethernet port", "本装置")
    )
    left = (("CT and other modalities", "DICOM", "モダリティ"), ("Browsers, engineer", "ブラウザ"))
    pen.box((40, 130), (200, 80), left[0])
    pen.box((40, 390), (200, 60), left[1])
    pen.wire((240, 170), (320, 170), (320, 265), (400, 265), arrow=True)
    pen.text((250, 160), "TCP 104, TLS 2762", size=12)
    pen.wire((240, 420), (320, 420), (320, 330), (400, 330), arrow=True)
    pen.text((250, 440), "HTTPS, where switched on", size=12)
    right = (
        (100, ("PACS, dose management", "DICOM / HTTPS / SFTP / FTPS"), "TCP 104, 443, 22, 990"),
        (185, ("RIS (worklist)", "オーダ"), "TCP 104"),
        (260, ("Time server", "時刻サーバ"), "UDP 123"),
        (335, ("MQTT broker", "監視"), "TCP 8883, TLS"),
        (410, ("Audit repository", "監査ログ"), "TCP 6514, TLS"),
        (495, ("Registry, by WireGuard", "レジストリ (VPN)"), "UDP 51820"),
    )
    for at, words, ports in right:
        pen.box((760, at), (210, 56), words)
        pen.wire((600, 295), (640, 295), (640, at + 28), (760, at + 28), arrow=True)
        pen.text((752, at + 22), ports, size=12, anchor="end")
    pen.text((400, 450), "One port; VLANs can keep", size=12)
    pen.text((400, 466), "the CTs' side and the other apart.", size=12)
    pen.text((400, 482), "1 ポート。VLAN で分離できます。", size=12)
    pen.text(
        (40, 585),
        "Arrows go from who calls to who is called. Ports are the usual ones; each is a setting.",
        size=12,
    )
    pen.text((400, 390), "Between rooms with earths of", size=12)
    pen.text((400, 406), "their own: an Ethernet isolator", size=12)
    pen.text((400, 422), "in the CT's line.", size=12)
    return pen.svg()


def front() -> str:
    """The face of the box."""
    pen = Pen(700, 260, ("The front of the box", "前面パネル"))
    pen.box((60, 80), (580, 130), fill=PAPER, round_=12)
    for at, fill, words in (
        (140, WHITE_LED, ("well", "動作")),
        (260, BLUE_LED, ("activity", "処理中")),
        (380, AMBER_LED, ("attention", "要対応")),
    ):
        pen.box((at - 12, 110), (24, 24), fill=fill, round_=12)
        pen.text((at, 160), words[0], anchor="middle")
        pen.text((at, 180), words[1], anchor="middle")
    pen.box((480, 104), (36, 36), round_=18)
    pen.text((498, 160), "button", anchor="middle")
    pen.text((498, 180), "ボタン", anchor="middle")
    pen.box((560, 112), (50, 20), fill="#ffffff", round_=2)
    pen.text((585, 160), "USB", anchor="middle")
    pen.text(
        (60, 240), "5 mm lights, at least 30 mm apart, so that each is known by its place.", size=12
    )
    return pen.svg()


DRAWINGS: dict[str, Callable[[], str]] = {
    "front": front,
    "industrial-pc": industrial_pc,
    "network": network,
    "raspberry-pi": raspberry_pi,
}


def main(argv: Sequence[str]) -> int:
    """Write or compare every drawing; 1 when one is out of date."""
    stale = []
    for name, draw in DRAWINGS.items():
        file = HERE / f"{name}.svg"
        if not file.exists() or file.read_text("utf-8") != draw():
            stale.append(file.name)
            if "--check" not in argv:
                file.write_text(draw(), "utf-8")
    for name in stale:
        print(name)  # noqa: T201 - what was found
    return int("--check" in argv and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
