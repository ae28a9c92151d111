"""What a person types is taken exactly or refused with a remedy."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS
from appliance.dose.coded import Phantom, SizeSpecificDoseMethod, SourceOfDoseInformation
from appliance.dose.correction import corrected, corrections, printed
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    Origin,
    SizeSpecificDose,
    Sourced,
)
from appliance.errors import RefusedError

READ = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "glyphs")


def number(text: str) -> Sourced[Decimal]:
    return Sourced(Decimal(text), text, READ)


A_RECORD = CTRadiationDose(
    (
        IrradiationEvent(label=Sourced("SCOUT", "SCOUT", READ)),
        IrradiationEvent(ctdi_vol_mgy=number("10.00"), dlp_mgy_cm=number("300.0")),
        IrradiationEvent(ctdi_vol_mgy=number("5.00"), dlp_mgy_cm=number("100.0")),
    ),
    number("400.0"),
    layout="a-layout 1",
)


def typed(fields: dict[str, str], record: CTRadiationDose | None = A_RECORD) -> CTRadiationDose:
    return corrected(record, corrections(fields), "N. Tanaka")


def test_a_typed_value_is_exact_and_signed() -> None:
    after = typed({"events[1].dlp_mgy_cm": "310.50"})
    value = after.events[1].dlp_mgy_cm
    assert value is not None
    assert (str(value.value), value.text) == ("310.50", "310.50")
    assert value.origin == Origin(SourceOfDoseInformation.MANUAL_ENTRY, "N. Tanaka")


def test_everything_else_stays_as_it_was() -> None:
    after = typed({"total_dlp_mgy_cm": "410.0"})
    assert after.total_dlp_mgy_cm != A_RECORD.total_dlp_mgy_cm
    assert (after.events, after.layout) == (A_RECORD.events, A_RECORD.layout)


@pytest.mark.parametrize(
    ("field", "text", "left"),
    [("ctdi_vol_mgy", "11.00", 0), ("phantom", "HEAD16", 0), ("kvp", "100", 1)],
)
def test_a_size_specific_dose_goes_with_what_it_was_estimated_from(
    field: str, text: str, left: int
) -> None:
    method = Sourced(SizeSpecificDoseMethod.WATER_EQUIVALENT, "", READ)
    event = replace(
        A_RECORD.events[1], size_specific_doses=(SizeSpecificDose(number("12"), method),)
    )
    after = typed({f"events[0].{field}": text}, CTRadiationDose((event,)))
    assert len(after.events[0].size_specific_doses) == left


def test_coded_values_are_typed_by_name() -> None:
    phantom = typed({"events[1].phantom": "BODY32"}).events[1].phantom
    assert phantom is not None
    assert phantom.value is Phantom.BODY32


def test_none_takes_a_value_out() -> None:
    assert typed({"total_dlp_mgy_cm": "none"}).total_dlp_mgy_cm is None
    assert typed({"events[1].dlp_mgy_cm": "none"}).events[1].dlp_mgy_cm is None


def test_none_takes_an_event_out_and_the_others_keep_their_numbers() -> None:
    after = typed({"events[0]": "none", "events[2].dlp_mgy_cm": "110.0"})
    assert [event.dlp_mgy_cm.text for event in after.events if event.dlp_mgy_cm] == [
        "300.0",
        "110.0",
    ]


def test_the_next_number_adds_an_event() -> None:
    after = typed({"events[4].label": "B", "events[3].label": "A"})
    assert [event.label.text for event in after.events[3:] if event.label] == ["A", "B"]


def test_a_whole_record_can_be_typed() -> None:
    after = typed({"events[0].dlp_mgy_cm": "12.30", "total_dlp_mgy_cm": "12.30"}, None)
    assert len(after.events) == 1
    assert after.total_dlp_mgy_cm is not None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"events[1].dlp": "1"}, "no such field; did you mean events.0..dlp_mgy_cm"),
        ({"total_dlp": "1"}, "no such field; did you mean total_dlp_mgy_cm"),
        ({"layout": "other"}, "no such field"),
        ({"dose_events": "none"}, "no such field"),
        ({"": "1"}, "no such field"),
        ({"events[1]": "1"}, "no such field"),
        ({"events[-1].label": "A"}, "no such field"),
        ({"events[01].label": "A"}, "no such field"),
        ({"events[1]label": "A"}, "no such field"),
        ({"events[１].label": "A"}, "no such field"),  # noqa: RUF001 - a full-width digit
        ({"events[4].label": "A"}, "no such event; a new event is events.3."),
        ({"events[3]": "none"}, "no such event"),
        ({"events[3].label": "none"}, "no such event"),
        ({"events[1]": "none", "events[1].label": "A"}, "taken out and also corrected"),
        ({"events[0]": "none", "events[1]": "none", "events[2]": "none"}, "at least one event"),
        ({"events[1].dlp_mgy_cm": "12,3"}, "not a number as printed"),
        ({"events[1].dlp_mgy_cm": "1e3"}, "not a number as printed"),
        ({"events[1].dlp_mgy_cm": "NaN"}, "not a number as printed"),
        ({"events[1].dlp_mgy_cm": "１２"}, "not a number as printed"),  # noqa: RUF001 - full-width
        ({"events[1].dlp_mgy_cm": ""}, "not a number as printed"),
        ({"events[1].dlp_mgy_cm": "None"}, "not a number as printed"),
        ({"events[1].phantom": "body32"}, "not one of HEAD16, BODY32"),
        ({"events[1].label": " A"}, "not a text"),
        ({"events[1].label": "A\nB"}, "not a text"),
        ({"events[1].label": "A" * 65}, "not a text"),
    ],
)
def test_what_is_no_correction_is_refused(fields: dict[str, str], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        typed(fields)


@given(
    field=st.sampled_from([*TOTAL_FIELDS, *(f"events[1].{name}" for name in EVENT_FIELDS)]),
    text=st.text() | st.from_regex(r"-?[0-9.,+eE ]{0,9}"),
)
def test_a_text_is_taken_exactly_or_refused(field: str, text: str) -> None:
    wanted = corrections({field: text})
    try:
        after = corrected(A_RECORD, wanted, "N. Tanaka")
    except RefusedError:
        return
    value: Any = printed(after, wanted[0])
    assert value == (None if text == "none" else text)


def test_what_was_printed_is_found_again() -> None:
    def before(field: str) -> object:
        return printed(A_RECORD, corrections({field: "none"})[0])

    assert before("total_dlp_mgy_cm") == "400.0"
    assert before("events[1].dlp_mgy_cm") == "300.0"
    assert before("events[1].kvp") is None
    assert before("events[9].kvp") is None
    assert before("events[2]") == {"ctdi_vol_mgy": "5.00", "dlp_mgy_cm": "100.0"}
    assert printed(None, corrections({"total_mas": "1"})[0]) is None
