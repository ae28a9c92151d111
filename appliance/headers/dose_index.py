"""CTDIvol of an irradiation, where its images state that of the event and not their own.

PS3.3 C.8.15.3.8 has CTDIvol (0018,9345) as the average dose for the image; TID 10013 row 22 wants
the mean over the irradiation. Most consoles write the event's mean into every image. Some that
modulate the tube write each slice's own, known by this: CTDIvol by tube current is the same for
every slice. The mean of those over a sequence of rotations without a gap, or over a table that
stood still, is the event's, for nothing else was exposed. Over a spiral it is not: what is exposed
beyond the images is missing from it, so it is refused.

Where one place was irradiated several times, as in bolus tracking and perfusion, the event's dose
is the sum of the rotations', and an image's may be that of its own: refused too. Several images of
one place in a spiral are phases reconstructed of the same irradiation. Each of two sources may
state its part, or both the sum: refused unless they state the same.
"""

from collections.abc import Sequence
from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.plausibility import rounding
from appliance.dose.record import Number, Sourced
from appliance.headers.element import named
from appliance.headers.refusal import Why
from appliance.headers.slice import Slice
from appliance.headers.statement import COPIED, Statement, distinct, origin_at
from appliance.headers.words import FIRST_SOURCE, source_letter

NAME, ATTRIBUTE = "ctdi_vol_mgy", "CTDIvol"
SAME_SHARE = Decimal("0.03")
"""How far CTDIvol by tube current may differ from slice to slice, as consoles round both."""
LEAST_SLICES = 3
PLACES = Decimal("0.01")
STANDING = (CTAcquisitionType.SEQUENCED, CTAcquisitionType.STATIONARY)


def ctdi_vol(said: Statement, kind: CTAcquisitionType | None) -> Number | None:
    """Mean CTDIvol (TID 10013 row 22); a doubt when the images contradict each other."""
    stating = [each for each in said.acquisition.slices if each.ctdi_vol_mgy is not None]
    stated = [_as_stated(each) for each in stating]
    if not stated:
        return None
    why = _refused(said, kind)
    finest = min(stated, key=lambda number: (rounding(number), -number.value))
    if why is None and all(_is_same(each, finest) for each in stated):
        return finest
    values = distinct(each.ctdi_vol_mgy for each in stating)
    if why is None and not _is_by_slice(said.acquisition.slices):
        said.doubt(NAME, ATTRIBUTE, values)
        return None
    if why or kind not in STANDING or not said.acquisition.volume.is_even or _has_gaps(said, kind):
        said.refuse(NAME, why or Why.VARIES_BY_SLICE, ATTRIBUTE, values)
        return None
    return _mean(said)


def _refused(said: Statement, kind: CTAcquisitionType | None) -> Why | None:
    """Why no CTDIvol of an image can be the event's, if so."""
    if kind is not CTAcquisitionType.SPIRAL and said.acquisition.volume.repeats:
        return Why.DOSE_OF_WHAT
    letters = {source_letter(how) for how in said.acquisition.techniques}
    if letters - {""} and FIRST_SOURCE not in letters:
        return Why.OTHER_SOURCE
    doses = {each.ctdi_vol_mgy for each in said.acquisition.slices}
    return Why.DIFFERS if len(letters) > 1 and len(doses) > 1 else None


def _is_same(one: Number, other: Number) -> bool:
    """Whether both are the same as far as they are stated."""
    return abs(one.value - other.value) <= rounding(one) + rounding(other)


def _as_stated(each: Slice) -> Number:
    value = each.ctdi_vol_mgy or Decimal(0)
    return Sourced(value, str(value), origin_at(each, COPIED, named(ATTRIBUTE)))


def _is_by_slice(slices: Sequence[Slice]) -> bool:
    """Whether every slice states its own: it follows a tube current that varies."""
    shares = [
        each.ctdi_vol_mgy / each.tube_current_ma
        for each in slices
        if each.ctdi_vol_mgy is not None and each.tube_current_ma is not None
    ]
    currents = {each.tube_current_ma for each in slices}
    if len(shares) < max(len(slices), LEAST_SLICES) or len(currents) == 1:
        return False
    return max(shares) - min(shares) <= SAME_SHARE * max(shares)


def _has_gaps(said: Statement, kind: CTAcquisitionType | None) -> bool:
    return kind is CTAcquisitionType.SEQUENCED and said.acquisition.volume.has_gaps


def _mean(said: Statement) -> Number:
    values = [each.ctdi_vol_mgy or Decimal(0) for each in said.acquisition.volume.slices]
    mean = (sum(values, Decimal(0)) / len(values)).quantize(PLACES)
    return said.computed(mean, f"mean {named(ATTRIBUTE)} of {len(values)} images")
