"""TID 10012 CT Accumulated Dose Data."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from highdicom.sr import ContentItem

from appliance.dose.coded import Phantom
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.rdsr.concepts import Concept
from appliance.rdsr.evidence import IrradiatingDevice
from appliance.rdsr.items import HAS_PROPERTIES, code, container, num, text
from appliance.rdsr.parties import PersonObserver
from appliance.rdsr.templates.comments import total_comment
from appliance.rdsr.templates.effective_dose import ct_effective_dose_total
from appliance.rdsr.templates.participants import device_participant
from appliance.units import Unit


def ct_accumulated_dose_data(
    record: CTRadiationDose, ct: IrradiatingDevice, person: PersonObserver | None
) -> ContentItem:
    """TID 10012; its rows by number stand in docs/rdsr.md."""
    rows = _rows(record, ct, person)
    return container(Concept.CT_ACCUMULATED_DOSE_DATA, rows, template="10012")


def _rows(
    record: CTRadiationDose, ct: IrradiatingDevice, person: PersonObserver | None
) -> Iterator[ContentItem]:
    total = total_dlp_mgy_cm(record)
    events = Decimal(len(record.events))
    yield num(Concept.TOTAL_NUMBER_OF_IRRADIATION_EVENTS, events, Unit.EVENTS)
    yield num(Concept.CT_DLP_TOTAL, total, Unit.MGY_CM, _sub_totals(record))
    effective = record.effective_dose
    if effective is not None:
        yield ct_effective_dose_total(effective)
    comment = total_comment(record, person)
    if comment:
        yield text(Concept.COMMENT, comment)
    yield device_participant(ct)


def total_dlp_mgy_cm(record: CTRadiationDose) -> Decimal | None:
    """The printed total; without one the sum of all DLPs, None when one of them is missing."""
    if record.total_dlp_mgy_cm is not None:
        return record.total_dlp_mgy_cm.value
    return _sum_of_dlps(record.dose_events)


def _sub_totals(record: CTRadiationDose) -> Iterator[ContentItem]:
    """Rows 3a and 3b: one sub-total a phantom, if and only if the phantoms differ.

    HAS PROPERTIES, because PS3.3 Table A.35.8-2 lets no NUM contain anything.
    """
    events = [event for event in record.events if event.phantom is not None]
    phantoms = [phantom for phantom in Phantom if any(_is_for(phantom, e) for e in events)]
    if len(phantoms) > 1:
        for phantom in phantoms:
            dlp = _sum_of_dlps(event for event in events if _is_for(phantom, event))
            yield num(
                Concept.CT_DLP_SUB_TOTAL,
                dlp,
                Unit.MGY_CM,
                [code(Concept.CTDIW_PHANTOM_TYPE, phantom, relationship=HAS_PROPERTIES)],
                relationship=HAS_PROPERTIES,
            )


def _is_for(phantom: Phantom, event: IrradiationEvent) -> bool:
    return event.phantom is not None and event.phantom.value is phantom


def _sum_of_dlps(events: Iterable[IrradiationEvent]) -> Decimal | None:
    dlps = [event.dlp_mgy_cm for event in events]
    known = [dlp.value for dlp in dlps if dlp is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(dlps) else None
