"""The pages of hw/ agree with each other, with the settings, and with the meters' data."""

import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from appliance.config.machine import FrontPanel
from appliance.displayqa.meters.registry import registry

ROOT = Path(__file__).parents[2]
HW = ROOT / "hw"
RULES = sorted((HW / "udev").glob("*.rules"))
WIRES = tomllib.loads((HW / "pins.toml").read_text("utf-8"))["wire"]
TERM = re.compile(r'[A-Z_]+(?:\{[A-Za-z0-9_/.]+\})?(?:==|!=|\+=|-=|:=|=)"[^"]*"')


def test_the_drawings_are_up_to_date() -> None:
    command = [sys.executable, str(HW / "drawings.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("drawing", sorted(HW.glob("*.svg")), ids=lambda each: each.stem)
def test_a_drawing_is_one_and_is_shown_on_a_page(drawing: Path) -> None:
    drawn = ET.parse(drawing).getroot()  # noqa: S314 - drawn here
    wide, high = (float(drawn.attrib[each]) for each in ("width", "height"))
    for words in drawn.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 < float(words.attrib["x"]) < wide
        assert 0 < float(words.attrib["y"]) < high
    assert any(drawing.name in page.read_text("utf-8") for page in HW.glob("*.md"))


def test_the_wires_are_those_of_the_settings() -> None:
    wired = {each["setting"]: each["line"] for each in WIRES if "setting" in each}
    defaults = {each.name: each.default for each in fields(FrontPanel)}
    assert wired.pop("power_fail") == "GPIO24"  # the setting is empty until there is a UPS
    assert wired == {name: defaults[name] for name in wired}
    assert set(wired) == {name for name in defaults if name.endswith("_light")} | {"button"}


def test_no_two_wires_are_on_one_pin_and_each_is_on_the_page() -> None:
    page = (HW / "wiring.md").read_text("utf-8")
    pins = [each["pin"] for each in WIRES]
    assert len(set(pins)) == len(pins)
    for wire in WIRES:
        assert f"| {wire['pin']} | {wire['line']} | {wire['to']} |" in page
        assert wire["line"] in (HW / "raspberry-pi.svg").read_text("utf-8")


def test_the_rules_know_the_meters_that_the_box_knows() -> None:
    rules = (HW / "udev" / "70-dose-appliance-meters.rules").read_text("utf-8")
    found = {
        f"{vendor}:{product}"
        for vendor, products in re.findall(r'idVendor\}=="(\w+)", .*idProduct\}=="([\w|]+)"', rules)
        for product in products.split("|")
    }
    known = registry()
    assert found == known.adapters.union(*(kind.usb for kind in known.kinds.values()))


@pytest.mark.parametrize("rules", RULES, ids=lambda each: each.stem)
def test_rules_are_well_formed(rules: Path) -> None:
    """What ``udevadm verify`` of systemd 254 and later says too; Debian 12 has none."""
    text = rules.read_text("utf-8")
    lines = [each for each in text.splitlines() if each and not each.startswith("#")]
    for line in lines:
        assert all(TERM.fullmatch(term) for term in line.split(", ")), line
    labels = re.findall(r'LABEL="(\w+)"', text)
    assert set(re.findall(r'GOTO="(\w+)"', text)) == set(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("page", sorted(HW.glob("*.md")), ids=lambda each: each.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [each for each in targets if not (HW / each).exists()] == []


def test_the_example_of_the_wiring_loads() -> None:
    page = (HW / "wiring.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = tomllib.loads(example)["front_panel"]
    assert FrontPanel(**settings).power_fail_active == "low"
