"""Whose screen it is: only a clear difference between screen and header is one."""

from dataclasses import replace
from random import Random

import pytest
from pydicom import Dataset

from appliance.dose.doubt import Reason
from appliance.dosescreen import Outcome, default_recogniser
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination
from appliance.simulators.secondary_capture import GE, secondary_capture

PRINTED = Identity("1.2.826.0.1", patient_id="0048213", study_id="1744", accession_number="73501")


def a_screen(**header: str) -> Dataset:
    pages = ge.draw(ge_examination(Random(7), 2), PRINTED, load_font("helvB10-100dpi"))
    return secondary_capture(pages, GE, replace(PRINTED, **header))[0]


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"patient_id": "48213"},  # leading zeros dropped
        {"patient_id": "0048213-77"},  # cut off by the console
        {"patient_id": ""},
        {"accession_number": "A73501"},
    ],
    ids=["equal", "no-zeros", "cut-off", "empty", "longer"],
)
def test_what_can_be_the_same_is_no_mismatch(header: dict[str, str]) -> None:
    recognition = default_recogniser().recognise([a_screen(**header)])
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts


@pytest.mark.parametrize(
    "header",
    [{"patient_id": "0048218"}, {"study_id": "1745"}, {"accession_number": "99999"}],
    ids=["patient", "examination", "accession"],
)
def test_another_number_is_a_mismatch_that_names_no_identity(header: dict[str, str]) -> None:
    recognition = default_recogniser().recognise([a_screen(**header)])
    assert {doubt.reason for doubt in recognition.doubts} == {Reason.IDENTITY_MISMATCH}
    told = repr(recognition.doubts)
    assert not any(value in told for value in (*header.values(), "48213", "1744", "73501"))
