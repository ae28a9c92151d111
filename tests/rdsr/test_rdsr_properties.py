"""Any valid record: it conforms, it reads back, it is the same bytes every time."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dose.coded import (
    CTAcquisitionType,
    EffectiveDoseMethod,
    Phantom,
    ProcedureContext,
    ReferenceAuthority,
    SizeSpecificDoseMethod,
)
from appliance.dose.effective import EffectiveDose, Estimation
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.dose.region import REGIONS
from appliance.rdsr import PersonObserver, build_report, doubts, nonconformities, read_record
from appliance.rdsr.templates.ct_dose import NEEDED
from tests.rdsr.cases import (
    BOX,
    IMAGE,
    PERSON,
    RULE,
    SCREEN,
    encoded,
    evidence,
    number,
    reread,
)
from tests.rdsr.test_rdsr_golden import reads_back_as

origins = st.sampled_from([SCREEN, SCREEN, IMAGE, PERSON, RULE])
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
    for name in (
        "rotation_time_s",
        "single_collimation_mm",
        "total_collimation_mm",
        "tube_current_max_ma",
        "pitch",
        "scanning_length_mm",
        "reconstructable_length_mm",
    )
}
uids = st.integers(1, 10**20).map(lambda each: f"1.2.826.0.1.3680043.10.1.{each}")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - as DICOM
    lambda each: f"{each:%Y%m%d%H%M%S}"
)
further = st.builds(
    XRaySource,
    kvp=printed("1", "200", 1),
    tube_current_ma=maybe() | printed("1", "900", 1),
    tube_current_max_ma=maybe() | printed("1", "900", 1),
    rotation_time_s=maybe() | printed("0.2", "4", 2),
)


@st.composite
def estimates(draw: st.DrawFn) -> SizeSpecificDose:
    method = draw(st.sampled_from(SizeSpecificDoseMethod))
    dimensions = {name: draw(printed("50", "600", 1)) for name in NEEDED[method]}
    dose = draw(printed("0", "99", 2))
    return SizeSpecificDose(dose, Sourced(method, method.name, IMAGE), **dimensions)


estimation = st.sampled_from(
    (
        Estimation(
            method=EffectiveDoseMethod.DLP_COMPUTED,
            reference_authority=ReferenceAuthority.ICRP103,
            patient_model="a model",
        ),
        Estimation(
            method=EffectiveDoseMethod.DLP_MEASURED,
            reference_authority=ReferenceAuthority.ICRP60,
            phantom_type="a phantom",
            dosimeter_type="TLD",
        ),
    )
)
effective = st.builds(
    EffectiveDose,
    effective_dose_msv=st.decimals(0, 99, places=3),
    factor_msv_per_mgy_cm=st.decimals("0.0001", 1, places=4),
    estimation=estimation,
)
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
    named |= {
        "acquisition": maybe() | sourced(words),
        "target_region": maybe() | sourced(st.sampled_from(list(REGIONS.values()))),
        "procedure_context": maybe() | sourced(st.sampled_from(ProcedureContext)),
        "irradiation_event_uid": maybe() | sourced(uids),
        "started": maybe() | sourced(moments),
    }
    body: dict[str, Any] = draw(st.fixed_dictionaries(named | techniques)) | draw(
        localizers | doses
    )
    kind = body.get("acquisition_type")
    if kind is not None and kind.value is CTAcquisitionType.CONSTANT_ANGLE:
        body["rotation_time_s"] = None  # nothing rotates; the report has no row for it
    else:
        body |= {
            "size_specific_doses": tuple(draw(st.lists(estimates(), max_size=2))),
            "effective_dose": draw(maybe() | effective),
        }
    rotates = kind is None or kind.value is not CTAcquisitionType.CONSTANT_ANGLE
    return IrradiationEvent(**body, **draw(geometry()), **_sources(draw, rotates=rotates))


@st.composite
def geometry(draw: st.DrawFn) -> dict[str, Any]:
    """Positions with their Frame of Reference; without one the report has no row for them."""
    if draw(st.booleans()):
        return {}
    ends = {name: draw(printed("-1500", "1500", 1)) for name in ("top_z_mm", "bottom_z_mm")}
    return ends | {"frame_of_reference_uid": draw(sourced(uids))}


def _sources(draw: st.DrawFn, *, rotates: bool) -> dict[str, Any]:
    """Sources and their number, which agree."""
    sources = tuple(draw(st.lists(further, max_size=2)))
    if not rotates:
        sources = tuple(replace(each, rotation_time_s=None) for each in sources)
    if not sources and draw(st.booleans()):
        return {}
    number_of_them = number(str(len(sources) + 1), draw(origins))
    return {"further_sources": sources, "x_ray_sources": number_of_them}


@st.composite
def records(draw: st.DrawFn) -> CTRadiationDose:
    drawn = draw(
        st.lists(
            events(),
            min_size=1,
            max_size=3,
            unique_by=lambda each: (
                each.irradiation_event_uid.value if each.irradiation_event_uid else id(each)
            ),
        )
    )
    dlps = [event.dlp_mgy_cm.value for event in drawn if event.dlp_mgy_cm]
    total = number(f"{sum(dlps, Decimal(0)):f}", draw(origins))
    is_printed = draw(st.booleans())
    return CTRadiationDose(tuple(drawn), total_dlp_mgy_cm=total if is_printed else None)


@settings(deadline=None, max_examples=30)
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
