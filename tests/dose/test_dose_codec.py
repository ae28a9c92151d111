"""A dose record survives JSON exactly."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from appliance.dose.codec import (
    EFFECTIVE_DOSE,
    EVENT_FIELDS,
    PARTS,
    TOTAL_FIELDS,
    doubt_from_json,
    doubt_to_json,
    record_from_json,
    record_to_json,
)
from appliance.dose.coded import (
    CTAcquisitionType,
    EffectiveDoseMethod,
    Phantom,
    ProcedureContext,
    ReferenceAuthority,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.effective import EffectiveDose, Estimation
from appliance.dose.record import (
    Box,
    CTRadiationDose,
    IrradiationEvent,
    Origin,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.dose.region import REGIONS, Region

BOXES = st.builds(Box, *[st.integers(0, 4000)] * 4)
ORIGINS = st.builds(
    Origin,
    st.sampled_from(SourceOfDoseInformation),
    st.text(),
    st.none() | st.from_regex(r"[0-9.]{1,64}", fullmatch=True),
    st.none() | st.integers(0, 99),
    st.none() | BOXES,
)
VALUES: dict[Any, SearchStrategy[Any]] = {
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    str: st.text(),
    CTAcquisitionType: st.sampled_from(CTAcquisitionType),
    Phantom: st.sampled_from(Phantom),
    ProcedureContext: st.sampled_from(ProcedureContext),
    SizeSpecificDoseMethod: st.sampled_from(SizeSpecificDoseMethod),
    Region: st.sampled_from(sorted(REGIONS.values(), key=lambda region: region.name)),
}


def sourced(types: dict[str, Any]) -> dict[str, SearchStrategy[Any]]:
    return {
        name: st.none() | st.builds(Sourced, VALUES[value_type], st.text(), ORIGINS)
        for name, value_type in types.items()
    }


NUMBERS = st.none() | st.builds(Sourced, VALUES[Decimal], st.text(), ORIGINS)
METHODS = st.builds(Sourced, VALUES[SizeSpecificDoseMethod], st.text(), ORIGINS)
SOURCES = st.builds(XRaySource, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
SIZE_SPECIFIC_DOSES = st.builds(
    SizeSpecificDose, NUMBERS.filter(bool), METHODS, NUMBERS, NUMBERS, NUMBERS, NUMBERS
)
ESTIMATIONS = st.builds(
    Estimation,
    method=st.sampled_from(EffectiveDoseMethod),
    reference_authority=st.sampled_from(ReferenceAuthority),
    patient_model=st.text(),
    phantom_type=st.text(),
    dosimeter_type=st.text(),
)
EFFECTIVE_DOSES = st.builds(
    EffectiveDose,
    effective_dose_msv=VALUES[Decimal],
    factor_msv_per_mgy_cm=VALUES[Decimal],
    estimation=ESTIMATIONS,
)
EVENTS = st.builds(
    IrradiationEvent,
    effective_dose=st.none() | EFFECTIVE_DOSES,
    further_sources=st.lists(SOURCES, max_size=2).map(tuple),
    size_specific_doses=st.lists(SIZE_SPECIFIC_DOSES, max_size=2).map(tuple),
    **sourced(EVENT_FIELDS),
)
RECORDS = st.builds(
    CTRadiationDose,
    events=st.lists(EVENTS, min_size=1, max_size=4).map(tuple),
    layout=st.text(),
    **sourced(TOTAL_FIELDS),
)
DOUBTS = st.builds(
    Doubt,
    st.sampled_from(Reason),
    st.text(),
    st.text(),
    st.lists(st.tuples(st.text(), st.text())).map(tuple),
    st.none() | st.text(),
    st.none() | BOXES,
)


@given(record=RECORDS)
def test_a_record_comes_back_exactly(record: CTRadiationDose) -> None:
    body = json.loads(json.dumps(record_to_json(record)))
    again = record_from_json(body)
    assert again == record
    assert repr(again) == repr(record)  # 1.0 == 1.00, but they are printed differently


@given(doubt=DOUBTS)
def test_a_doubt_comes_back_exactly(doubt: Doubt) -> None:
    assert doubt_from_json(json.loads(json.dumps(doubt_to_json(doubt)))) == doubt


def test_every_value_of_the_record_is_written() -> None:
    assert {*EVENT_FIELDS, *PARTS, EFFECTIVE_DOSE} == set(IrradiationEvent.__dataclass_fields__)
    values = set(CTRadiationDose.__dataclass_fields__) - {"events", "dose_events", "layout"}
    assert set(TOTAL_FIELDS) == values


A_RECORD: dict[str, Any] = {
    "layout": "a-layout 1",
    "events": [
        {
            "dlp_mgy_cm": {
                "value": "12.30",
                "text": "12.30",
                "origin": {
                    "source": "MANUAL_ENTRY",
                    "detail": "",
                    "sop_instance_uid": None,
                    "frame": None,
                    "box": None,
                },
            }
        }
    ],
}


def test_a_record_is_read_as_documented() -> None:
    (event,) = record_from_json(A_RECORD).events
    assert str(event.dlp_mgy_cm.value if event.dlp_mgy_cm else None) == "12.30"


@pytest.mark.parametrize(
    "damage",
    [
        {"colour": "red"},
        {"events": []},
        {"events": [{"dlp": A_RECORD["events"][0]["dlp_mgy_cm"]}]},
        {"events": [{"phantom": A_RECORD["events"][0]["dlp_mgy_cm"]}]},
        {"events": [{"dlp_mgy_cm": {"value": "12.30"}}]},
        {"total_mas": A_RECORD["events"][0]["dlp_mgy_cm"] | {"value": "12,30"}},
    ],
)
def test_what_is_not_a_record_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        record_from_json(A_RECORD | damage)
