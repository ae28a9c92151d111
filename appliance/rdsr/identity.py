"""The UIDs of a report, derived so that a repeat is the same object.

They depend on the dose values, on the evidence, and on what a person settled; not on which reader
read a value, where it stood, or when.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from appliance.dose.coded import Coded
from appliance.dose.record import CTRadiationDose, Sourced
from appliance.dose.region import Region
from appliance.rdsr.parties import PersonObserver, Predecessor
from appliance.uids import derived_uid


def irradiation_event_uids(study_instance_uid: str, record: CTRadiationDose) -> list[str]:
    """Irradiation Event UID of each event, in their order.

    An event is known by its study, its printed series and, because a series number may repeat, its
    place among the events of that series. Correcting a dose does not make it another event.
    """
    seen: Counter[str] = Counter()
    uids: list[str] = []
    for event in record.events:
        series = event.series.value if event.series else ""
        seen[series] += 1
        place = str(seen[series])
        uids.append(derived_uid("irradiation event", study_instance_uid, series, place))
    return uids


def report_uids(
    record: CTRadiationDose,
    regions: Sequence[Region | None],
    evidence_uids: Sequence[str],
    person: PersonObserver | None,
    predecessor: Predecessor | None,
) -> tuple[str, str]:
    """Series Instance UID and SOP Instance UID of the report on ``record``."""
    content = [
        *evidence_uids,
        *_values(record),
        *(region.name if region else "" for region in regions),
        *((person.name, person.reason) if person else ()),
        *((predecessor.sop_instance_uid,) if predecessor else ()),
    ]
    series = derived_uid("dose report series", *content)
    return series, derived_uid("dose report", *content)


def _values(record: CTRadiationDose) -> Iterator[str]:
    """Every value with its name, its source and, by its number, its event."""
    if record.total_dlp_mgy_cm is not None:
        yield from _stated("total_dlp_mgy_cm", record.total_dlp_mgy_cm)
    for number, event in enumerate(record.events):
        yield f"event {number}"
        for name, value in event.sourced():
            yield from _stated(name, value)


def _stated(name: str, sourced: Sourced[object]) -> tuple[str, str, str]:
    value = sourced.value.name if isinstance(sourced.value, Coded) else str(sourced.value)
    return name, value, sourced.origin.source.name
