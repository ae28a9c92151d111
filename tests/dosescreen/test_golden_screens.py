"""Golden screens: what was drawn, and what a person typed that it says."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.examination import Examination, Scan
from appliance.simulators.secondary_capture import GE, HITACHI, PHILIPS, SIEMENS, TOSHIBA
from appliance.simulators.storage_forms import StorageForm
from tests.dosescreen.world import WHO, captured, read, reasons, values

FOLDER = Path(__file__).parents[1] / "golden" / "screens"
CASES = sorted(path.name for path in FOLDER.iterdir())
CONSOLES = {
    "ge": GE,
    "siemens": SIEMENS,
    "toshiba": TOSHIBA,
    "philips": PHILIPS,
    "hitachi": HITACHI,
}
AT_LEAST = {"ge": 8, "siemens": 8, "toshiba": 8, "philips": 5, "hitachi": 3}
WORDS = {
    "total_line": siemens.TotalLine,
    "phantom_mark": siemens.PhantomMark,
    "family": toshiba.Family,
}


def recipe(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name / "screen.toml").read_text("utf-8"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name / "expected.json").read_text("utf-8"))
    return found


FORMS = [(name, StorageForm(form)) for name in CASES for form in recipe(name)["forms"]]


@cache
def drawn(name: str) -> list[Picture]:
    data = recipe(name)
    scans = tuple(_scan(entry) for entry in data["scan"])
    examination = Examination(scans, data.get("total_dlp_mgy_cm"), data.get("total_mas"))
    font, style = load_font(data["font"]), data.get("style", {})
    style |= {key: WORDS[key][style[key]] for key in WORDS.keys() & style.keys()}
    match data["console"]:
        case "ge":
            return ge.draw(examination, WHO, font, ge.GEStyle(**style))
        case "siemens":
            return siemens.draw(examination, WHO, font, siemens.SiemensStyle(**style))
        case "toshiba":
            return toshiba.draw(examination, WHO, font, toshiba.ToshibaStyle(**style))
        case "philips":
            return philips.draw(examination, WHO, font, philips.PhilipsStyle(**style))
        case _:
            return hitachi.draw(examination, WHO, font, hitachi.HitachiStyle(**style))


def _scan(entry: dict[str, Any]) -> Scan:
    coded = {"acquisition_type": CTAcquisitionType, "phantom": Phantom}
    values: dict[str, Any] = dict(entry)
    for key in coded.keys() & entry.keys():
        values[key] = coded[key].from_name(entry[key])
    return Scan(**values)


@pytest.mark.parametrize(("name", "form"), FORMS, ids=[f"{name}-{form}" for name, form in FORMS])
def test_a_golden_screen_is_read_as_a_person_typed_it(name: str, form: StorageForm) -> None:
    data, typed = recipe(name), expected(name)
    recognition = read(captured(drawn(name), CONSOLES[data["console"]], form))
    assert recognition.outcome == typed["outcome"], recognition.doubts
    if typed["reason"] is not None:
        assert typed["reason"] in reasons(recognition)
        return
    found = values(recognition)
    assert found["total_dlp_mgy_cm"] == typed["total_dlp_mgy_cm"]
    assert found["totals_by_phantom"] == typed.get("totals_by_phantom")
    keys = list(typed["events"][0])
    assert [{key: event[key] for key in keys} for event in found["events"]] == typed["events"]


def test_there_are_enough_of_both() -> None:
    consoles = [recipe(name)["console"] for name in CASES]
    assert all(consoles.count(console) >= least for console, least in AT_LEAST.items())
    assert {form for _, form in FORMS} >= {"plain", "16-bit", "overlay", "1-bit", "inverse"}
