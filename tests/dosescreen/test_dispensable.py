"""Technique that no dose rests on does not hold a study back; what a dose rests on does."""

from random import Random

import pytest

from appliance.dosescreen import Outcome, Recognition
from appliance.dosescreen.fonts import load_font
from appliance.simulators.secondary_capture import SIEMENS, secondary_capture
from tests.dosescreen.printed import Printed, printed
from tests.dosescreen.world import SIEMENS_FONT, read, values


def a_patient_protocol() -> Printed:
    font = load_font(SIEMENS_FONT)
    drawn = (printed(Random(seed), font) for seed in range(40))
    return next(each for each in drawn if each.console is SIEMENS)


def read_with_a_blot_on(report: Printed, name: str) -> Recognition:
    """What is read when the last character of a cell in the last row is a solid block."""
    place = report.placed[report.rows[-1][name]]
    pages = [page.copy() for page in report.pages]
    rows, columns = report.region(place)
    pages[place.page][rows.start + 3 : rows.stop - 3, columns.stop - 6 : columns.stop - 1] = 255
    return read(secondary_capture(pages, report.console, report.identity))


@pytest.mark.parametrize("name", ["rotation_time_s", "single_collimation_mm"])
def test_technique_that_cannot_be_read_is_left_out(name: str) -> None:
    report = a_patient_protocol()
    found = read_with_a_blot_on(report, name)
    assert found.outcome is Outcome.RECOGNISED, found.doubts
    whole = values(read(secondary_capture(report.pages, report.console, report.identity)))
    assert found.record is not None
    assert getattr(found.record.events[-1], name) is None
    assert values(found)["total_dlp_mgy_cm"] == whole["total_dlp_mgy_cm"]
    doses = [event["dlp_mgy_cm"] for event in values(found)["events"]]
    assert doses == [event["dlp_mgy_cm"] for event in whole["events"]]


@pytest.mark.parametrize("name", ["kvp", "ctdi_vol_mgy", "dlp_mgy_cm"])
def test_a_dose_or_a_voltage_that_cannot_be_read_waits(name: str) -> None:
    assert read_with_a_blot_on(a_patient_protocol(), name).outcome is Outcome.QUARANTINED
