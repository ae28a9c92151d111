"""What of a record that a person signed stays as it is when the study's images are asked again."""

from dataclasses import replace

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.merge.orders import orders
from appliance.dose.record import CTRadiationDose, IrradiationEvent

FROM_IMAGES = frozenset(
    {SourceOfDoseInformation.COPIED_FROM_IMAGE, SourceOfDoseInformation.COMPUTED_FROM_IMAGE}
)


def as_signed(record: CTRadiationDose) -> CTRadiationDose:
    """``record`` without the technique that images gave: more images may say more of it.

    Dose, phantom and names stay as the person saw them, wherever they came from, and so does every
    value that was typed or stood on a screen.
    """
    return replace(record, events=tuple(map(_signed, record.events)))


def _signed(event: IrradiationEvent) -> IrradiationEvent:
    again = {
        name: None
        for name, value in event.sourced()
        if value.origin.source in FROM_IMAGES and not orders().values[name].is_dose
    }
    return replace(event, **again, further_sources=(), size_specific_doses=())
