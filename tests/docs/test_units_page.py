"""docs/units.md says every sign of life and what the units say; every unit is in some page."""

import re
from pathlib import Path

import pytest

from appliance.config.credentials import CREDENTIALS
from appliance.services.recogniser import LONGEST_OBJECT_S, RUNS_OF_TESSERACT
from appliance.services.vitals import Vital

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
PAGE = (ROOT / "docs" / "units.md").read_text("utf-8")
PAGES = "".join(page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
BYTES = {"M": "MiB", "G": "GiB"}


@pytest.mark.parametrize("unit", sorted(each.name for each in UNITS.glob("*.*") if each.is_file()))
def test_every_unit_is_documented(unit: str) -> None:
    assert any(f"`{each}`" in PAGES for each in (unit, f"systemd/{unit}"))


@pytest.mark.parametrize("sign", Vital)
def test_every_sign_of_life_is_explained(sign: Vital) -> None:
    assert f"| `{sign}` |" in PAGE


@pytest.mark.parametrize("unit", sorted(UNITS.glob("dose-appliance-*.service.d")))
def test_the_limits_are_those_of_the_units(unit: Path) -> None:
    name = unit.name.removesuffix(".d")
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")), None)
    if row is None:
        assert f"`{name}`" in PAGES
        return
    text = (UNITS / name).read_text()
    size, unit_of_size = re.findall(r"^MemoryMax=(\d+)([MG])$", text, re.MULTILINE)[0]
    (tasks,) = re.findall(r"^TasksMax=(\d+)$", text, re.MULTILINE)
    assert row.endswith(f"| {size} {BYTES[unit_of_size]} | {tasks} |")


def test_the_figures_are_those_of_the_code() -> None:
    assert f"{LONGEST_OBJECT_S / 60:.0f} minutes and {RUNS_OF_TESSERACT} times" in PAGE
    common = (UNITS / "confinement.conf").read_text()
    assert "WatchdogSec=60s" in common
    assert "not heard of for 60 s" in PAGE
    assert all(f"| `{folder}` |" in PAGE for folder in CREDENTIALS)
