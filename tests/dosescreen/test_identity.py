"""Whose screen it is: only a clear difference between screen and header is one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset

from appliance.dose.doubt import Reason
from appliance.dosescreen import Outcome
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.identity import mismatches
from appliance.dosescreen.layout import layouts
from appliance.dosescreen.sighting import Sighting
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    secondary_capture,
)
from tests.dosescreen.world import read

PRINTED = Identity(
    "1.2.826.0.1", patient_id="0048213", study_id="1744", accession_number="73501",
    study_date="20120104",
)  # fmt: skip
DAY = date(2012, 1, 4)
FONT = load_font("helvR12-75dpi")


def _ge() -> list[Picture]:
    return ge.draw(ge_examination(Random(7), 2), PRINTED, load_font("helvB10-100dpi"))


def _siemens() -> list[Picture]:
    return siemens.draw(siemens_examination(Random(7), 2), PRINTED, load_font("helvR10-75dpi"))


def _toshiba() -> list[Picture]:
    return toshiba.draw(toshiba_examination(Random(7), 1), PRINTED, FONT)


def _philips() -> list[Picture]:
    style = philips.PhilipsStyle(columns=640, right=632)
    return philips.draw(
        philips.philips_examination(Random(7), 2), PRINTED, load_font("helvR10-75dpi"), style
    )


def _hitachi() -> list[Picture]:
    return hitachi.draw(hitachi.hitachi_examination(Random(7), 2), PRINTED, load_font("6x13-misc"))


SCREENS: dict[str, Callable[[], list[Picture]]] = {
    "dose-report": _ge,
    "patient-protocol": _siemens,
    "dose-summary": _toshiba,
    "dose-info": _philips,
    "simple-dose-report": _hitachi,
}
CONSOLES = {
    "dose-report": GE,
    "patient-protocol": SIEMENS,
    "dose-summary": TOSHIBA,
    "dose-info": PHILIPS,
    "simple-dose-report": HITACHI,
}
PRINTS = {
    "dose-report": {"patient_id", "study_id", "accession_number"},
    "patient-protocol": {"patient_id"},
    "dose-summary": {"patient_id", "study_id", "accession_number"},
    "dose-info": {"patient_id", "study_id", "accession_number"},
    "simple-dose-report": {"patient_id"},
}
"""The identifiers that stand on each screen; a date stands on all of them."""
every_console = pytest.mark.parametrize("name", SCREENS)


def screens(name: str, **header: str) -> list[Dataset]:
    """What the console sends; a header with other values is another patient's or another day's."""
    return secondary_capture(SCREENS[name](), CONSOLES[name], replace(PRINTED, **header))


@cache
def sighting(name: str) -> Sighting:
    """How the first page was read."""
    return read(screens(name)).sightings[0]


def reasons(name: str, header: Dataset) -> list[str]:
    """What is said of a header beside the same screen."""
    seen = sighting(name)
    layout = next(layout for layout in layouts() if layout.name == name)
    return [each.detail for each in mismatches(header, seen.screen, seen.transcript, layout)]


def header(**keywords: str) -> Dataset:
    dataset = Dataset()
    for keyword, value in keywords.items():
        setattr(dataset, keyword, value)
    return dataset


@every_console
def test_the_own_header_is_no_mismatch(name: str) -> None:
    recognition = read(screens(name))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts


@pytest.mark.parametrize(
    "values",
    [
        {"patient_id": "48213"},  # leading zeros dropped
        {"patient_id": "0048213-77"},  # cut off by the console
        {"patient_id": ""},
        {"accession_number": "A73501"},
        {"study_date": "20120105"},  # over midnight
        {"study_date": ""},
    ],
    ids=["no-zeros", "cut-off", "empty", "longer", "next-day", "no-day"],
)
def test_what_can_be_the_same_is_no_mismatch(values: dict[str, str]) -> None:
    recognition = read(screens("dose-report", **values))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts


OTHERS = {
    "patient_id": "0048218",
    "study_id": "1745",
    "accession_number": "99999",
    "study_date": "20120704",
}


@pytest.mark.parametrize(
    ("name", "attribute"),
    [(name, each) for name in SCREENS for each in sorted(PRINTS[name] | {"study_date"})],
)
def test_another_one_is_a_mismatch(name: str, attribute: str) -> None:
    assert len(reasons(name, screens(name, **{attribute: OTHERS[attribute]})[0])) == 1


@every_console
def test_a_mismatch_waits_and_names_no_identity(name: str) -> None:
    recognition = read(screens(name, **OTHERS)[:1])
    assert recognition.outcome is Outcome.QUARANTINED
    found = [doubt for doubt in recognition.doubts if doubt.reason is Reason.IDENTITY_MISMATCH]
    assert len(found) == len(PRINTS[name]) + 1
    told = repr([(doubt.detail, doubt.readings) for doubt in found])
    printed = ("48213", "1744", "73501", "2012", "Jan")
    assert not any(value in told for value in (*OTHERS.values(), *printed))


@every_console
@settings(deadline=None)
@given(days=st.integers(-20_000, 5_000))
def test_only_a_day_near_the_printed_one_is_the_same_examination(name: str, days: int) -> None:
    day = DAY + timedelta(days=days)
    found = reasons(name, header(StudyDate=day.strftime("%Y%m%d"), PatientID="0048213"))
    assert bool(found) == (abs(days) > 1)


@every_console
@settings(deadline=None)
@given(number=st.from_regex(r"[0-9]{5,9}", fullmatch=True))
def test_only_a_number_with_other_digits_is_another_patient(name: str, number: str) -> None:
    found = reasons(name, header(PatientID=number, StudyDate="20120104"))
    printed, stated = "48213", number.lstrip("0")
    short, long = sorted((printed, stated), key=len)
    part = len(short) > 2 and (long.startswith(short) or long.endswith(short))
    assert bool(found) == (not part)


def test_a_day_of_birth_is_no_day_of_an_examination() -> None:
    other = header(StudyDate="20150101", PatientBirthDate="20120104")
    assert reasons("dose-report", other) == []


@pytest.mark.parametrize("keyword", ["AcquisitionDate", "ContentDate", "AcquisitionDateTime"])
def test_any_day_of_the_header_will_do(keyword: str) -> None:
    other = header(StudyDate="20150101", **{keyword: "20120104"})
    assert reasons("dose-report", other) == []


def test_a_smudged_date_is_no_mismatch() -> None:
    (page,) = _ge()
    page[30:40, 440:506:2] = 255
    dataset = secondary_capture([page], GE, replace(PRINTED, study_date="20150101"))
    assert Reason.IDENTITY_MISMATCH not in {doubt.reason for doubt in read(dataset).doubts}
