"""The UIDs of a report, derived so that a repeat is the same object.

They depend on the dose values, on the evidence, and on what a person settled; not on which reader
read a value, where it stood, or when.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields

from pydicom import Dataset

from appliance.dose.coded import Coded
from appliance.dose.effective import EffectiveDose
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.dose.region import Region
from appliance.rdsr.derived import is_derived, tube_current_ma
from appliance.rdsr.evidence import is_uid
from appliance.rdsr.parties import PersonObserver, Predecessor
from appliance.uids import derived_uid


def irradiation_event_uids(study_instance_uid: str, record: CTRadiationDose) -> list[str]:
    """Irradiation Event UID of each event, in their order.

    The images' own (0008,3010), if it is a UID and no two events share it. Else an event is known
    by its study, its printed series and, because a series number may repeat, its place among the
    events of that series. Correcting a dose does not make it another event.
    """
    named = Counter(e.irradiation_event_uid.value for e in record.events if e.irradiation_event_uid)
    seen: Counter[str] = Counter()
    uids: list[str] = []
    for event in record.events:
        series = event.series.value if event.series else ""
        seen[series] += 1
        place = str(seen[series])
        own = event.irradiation_event_uid
        if own is not None and is_uid(own.value) and named[own.value] == 1:
            uids.append(own.value)
        else:
            uids.append(derived_uid("irradiation event", study_instance_uid, series, place))
    return uids


def every_value(event: IrradiationEvent) -> Iterator[tuple[str, Sourced[object]]]:
    """Every value of an event with its name, those of its parts and derived ones included."""
    yield from event.sourced()
    if is_derived(event) and (current := tube_current_ma(event)) is not None:
        yield "derived tube_current_ma", current
    for number, source in enumerate(event.further_sources, start=2):
        yield from _named_values(f"source {number}", source)
    for number, dose in enumerate(event.size_specific_doses, start=1):
        yield from _named_values(f"size specific dose {number}", dose)


def report_uids(  # noqa: PLR0913, PLR0917 - what makes a report another one
    record: CTRadiationDose,
    regions: Sequence[Region | None],
    evidence_uids: Sequence[str],
    person: PersonObserver | None,
    predecessor: Predecessor | None,
    order: Dataset,
) -> tuple[str, str]:
    """Series Instance UID and SOP Instance UID of the report on ``record``.

    ``order`` is what the report has of an order; empty where there is none.
    """
    content = [
        *evidence_uids,
        *_values(record),
        *(region.name if region else "" for region in regions),
        *((person.name, person.reason) if person else ()),
        *((person.seconded_by,) if person and person.seconded_by else ()),
        *((predecessor.sop_instance_uid,) if predecessor else ()),
        *as_text(order),
    ]
    series = derived_uid("dose report series", *content)
    return series, derived_uid("dose report", *content)


def _values(record: CTRadiationDose) -> Iterator[str]:
    """Every value with its name, its source and, by its number, its event."""
    if record.total_dlp_mgy_cm is not None:
        yield from _stated("total_dlp_mgy_cm", record.total_dlp_mgy_cm)
    for number, event in enumerate(record.events):
        yield f"event {number}"
        for name, value in every_value(event):
            yield from _stated(name, value)
        if event.effective_dose is not None:
            yield from _estimate(event.effective_dose)


def _estimate(dose: EffectiveDose) -> tuple[str, ...]:
    way = dose.estimation
    numbers = (str(dose.effective_dose_msv), str(dose.factor_msv_per_mgy_cm))
    names = (way.method.name, way.reference_authority.name)
    return (*numbers, *names, way.patient_model, way.phantom_type, way.dosimeter_type)


def _named_values(
    part: str, holder: XRaySource | SizeSpecificDose
) -> Iterator[tuple[str, Sourced[object]]]:
    for each in fields(holder):
        value = getattr(holder, each.name)
        if value is not None:
            yield f"{part} {each.name}", value


def as_text(dataset: Dataset) -> Iterator[str]:
    """Every attribute of ``dataset`` as text, the same for the same values."""
    for tag, element in sorted(dataset.to_json_dict().items()):
        yield f"{tag} {json.dumps(element, sort_keys=True)}"


def _stated(name: str, sourced: Sourced[object]) -> tuple[str, str, str]:
    named = isinstance(sourced.value, Coded | Region)
    value = sourced.value.name if named else str(sourced.value)  # type: ignore[attr-defined]
    return name, value, sourced.origin.source.name
