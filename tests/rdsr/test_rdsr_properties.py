"""Any valid record: it conforms, it reads back, it is the same bytes every time."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.rdsr import PersonObserver, build_report, doubts, nonconformities, read_record
from tests.rdsr.cases import BOX, PERSON, RULE, SCREEN, encoded, evidence, number, reread
from tests.rdsr.test_rdsr_golden import reads_back_as

origins = st.sampled_from([SCREEN, SCREEN, SCREEN, PERSON, RULE])
words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20
).map(lambda text: f"s{text}e")
CHARACTER_SETS = [[], ["ISO_IR 100"], ["", "ISO 2022 IR 87"], ["ISO_IR 192"], ["ISO_IR 13"]]


def printed(least: str, most: str, places: int) -> st.SearchStrategy[Sourced[Decimal]]:
    value = st.decimals(Decimal(least), Decimal(most), places=places)
    return st.builds(lambda each, origin: number(f"{each:f}", origin), value, origins)


def sourced(values: st.SearchStrategy[object]) -> st.SearchStrategy[Sourced[object]]:
    return st.builds(lambda value, origin: Sourced(value, str(value), origin), values, origins)


maybe = st.none
techniques = {
    name: maybe() | printed("0.01", "999", 2)
    for name in ("kvp", "exposure_mas", "tube_current_ma", "exposure_time_s")
} | {
    name: maybe() | printed("0.01", "99", 3)
    for name in ("rotation_time_s", "single_collimation_mm", "total_collimation_mm")
}
localizers = st.fixed_dictionaries(
    {"acquisition_type": sourced(st.just(CTAcquisitionType.CONSTANT_ANGLE))}
)
doses = st.fixed_dictionaries(
    {
        "acquisition_type": maybe() | sourced(st.sampled_from(CTAcquisitionType)),
        "ctdi_vol_mgy": maybe() | printed("0", "999", 2),
        "dlp_mgy_cm": printed("0", "9999", 2) | printed("0", "9999", 0),
        "phantom": sourced(st.sampled_from(Phantom)),
    }
)


@st.composite
def events(draw: st.DrawFn) -> IrradiationEvent:
    named = {"label": maybe() | sourced(words), "series": maybe() | sourced(words)}
    body: dict[str, Any] = draw(st.fixed_dictionaries(named | techniques)) | draw(
        localizers | doses
    )
    kind = body.get("acquisition_type")
    if kind is not None and kind.value is CTAcquisitionType.CONSTANT_ANGLE:
        body["rotation_time_s"] = None  # nothing rotates; the report has no row for it
    return IrradiationEvent(**body)


@st.composite
def records(draw: st.DrawFn) -> CTRadiationDose:
    drawn = draw(st.lists(events(), min_size=1, max_size=4))
    dlps = [event.dlp_mgy_cm.value for event in drawn if event.dlp_mgy_cm]
    total = number(f"{sum(dlps, Decimal(0)):f}", draw(origins))
    is_printed = draw(st.booleans())
    return CTRadiationDose(tuple(drawn), total_dlp_mgy_cm=total if is_printed else None)


@settings(deadline=None, max_examples=40)
@given(
    record=records(),
    charset=st.sampled_from(CHARACTER_SETS),
    person=maybe() | st.builds(PersonObserver, words, maybe().map(lambda _: "") | words),
)
def test_any_record_makes_a_conforming_report_that_reads_back(
    record: CTRadiationDose, charset: list[str], person: PersonObserver | None
) -> None:
    pages = evidence(1, SpecificCharacterSet=charset or "")
    assert doubts(record) == ()
    report = build_report(record, pages, BOX, person=person)
    assert nonconformities(report) == ()
    again = reread(report)
    assert nonconformities(again) == ()
    assert reads_back_as(record, read_record(again))
    assert encoded(report) == encoded(build_report(record, pages, BOX, person=person))
