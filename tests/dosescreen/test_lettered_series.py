"""A letter beside a series number is read where consoles print one, and believed nowhere else."""

import pytest

from appliance.dosescreen import Outcome
from appliance.simulators.secondary_capture import SIEMENS
from tests.dosescreen.world import (
    TOPOGRAM,
    abdomen,
    captured,
    dose_report,
    helical,
    patient_protocol,
    read,
    values,
)


def test_letters_follow_the_number_where_a_console_prints_them() -> None:
    found = values(read(captured(patient_protocol([TOPOGRAM, abdomen("4D")]), SIEMENS)))
    assert [event["series"] for event in found["events"]] == ["1", "4D"]


@pytest.mark.parametrize("series", ["3L", "2D"])
def test_elsewhere_a_letter_beside_the_number_is_not_believed(series: str) -> None:
    assert read(captured(dose_report([helical(series)]))).outcome is Outcome.QUARANTINED
