"""What a report states of an event that its record has only in another form.

**Tube current.** A console's mAs are those of the whole scan, of one rotation, or of one rotation
by the pitch, and no screen says which. They are the same number only where there is but one
rotation, or none. There, and only there, mAs by the exposure time is the mean tube current.
"""

from dataclasses import replace
from decimal import Decimal

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.record import IrradiationEvent, Number, Sourced
from appliance.rdsr.waiting import is_constant_angle

DERIVED = "mAs by Exposure Time"
"""``Origin.detail`` of a tube current that was derived."""
_FEWEST_DIGITS = 2


def tube_current_ma(event: IrradiationEvent) -> Number | None:
    """The mean tube current (TID 10013 row 18): as stated, else derived, else None."""
    if event.tube_current_ma is not None or not _is_one_exposure(event):
        return event.tube_current_ma
    mas, time = event.exposure_mas, event.exposure_time_s
    if mas is None or time is None or mas.value <= 0 or time.value <= 0:
        return None
    current = _rounded(mas.value / time.value, mas.value, time.value)
    source = SourceOfDoseInformation.COMPUTED_FROM_IMAGE
    origin = replace(mas.origin, source=source, detail=DERIVED, box=None)
    return Sourced(current, f"{current:f}", origin)


def is_derived(event: IrradiationEvent) -> bool:
    """Whether the report's tube current is derived."""
    return event.tube_current_ma is None and tube_current_ma(event) is not None


def _is_one_exposure(event: IrradiationEvent) -> bool:
    """Whether mAs can mean only one thing: no rotation, or the whole exposure is one."""
    if is_constant_angle(event):
        return True
    time, rotation = event.exposure_time_s, event.rotation_time_s
    return time is not None and rotation is not None and time.value == rotation.value


def _rounded(value: Decimal, *operands: Decimal) -> Decimal:
    """``value`` with as many digits as the operand with the fewest has, and at least two."""
    digits = min(len(each.normalize().as_tuple().digits) for each in operands)
    places = max(digits, _FEWEST_DIGITS) - value.adjusted() - 1
    return value.quantize(Decimal(1).scaleb(-max(places, 0)))
