"""Why a report has to wait for a person: what a template demands and no evidence gives."""

from collections.abc import Iterator

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent


def doubts(record: CTRadiationDose) -> tuple[Doubt, ...]:
    """What must be known before ``record`` can be reported; empty when nothing is missing."""
    return tuple(_phantoms_unknown(record))


def states_dose(event: IrradiationEvent) -> bool:
    """Whether TID 10013 row 21, CT Dose, is present for ``event``.

    It must be unless the acquisition is of constant angle, and is when such a one prints a dose.
    """
    return event.has_dose or not is_constant_angle(event)


def is_constant_angle(event: IrradiationEvent) -> bool:
    """Whether ``event`` is a localizer."""
    kind = event.acquisition_type
    return kind is not None and kind.value is CTAcquisitionType.CONSTANT_ANGLE


def _phantoms_unknown(record: CTRadiationDose) -> Iterator[Doubt]:
    """CTDIw Phantom Type (TID 10013 row 23) is mandatory and has no value for unknown."""
    for index, event in enumerate(record.events):
        if states_dose(event) and event.phantom is None:
            name = event.series.text if event.series else str(index + 1)
            yield Doubt(
                reason=Reason.PHANTOM_UNKNOWN,
                detail=f"scan {name}: neither the screen nor a rule of the site gives the phantom",
                field=f"events[{index}].phantom",
            )
