"""How long a row was exposed, by its DLP and CTDIvol, and what images of it can be."""

from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.merge.particulars import Span
from appliance.dose.plausibility import MM_PER_CM, limits, rounding
from appliance.dose.record import IrradiationEvent

STANDING = (CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE)
UNKNOWN_BEYOND_MM = Decimal(150)
"""The most that a spiral exposes beyond its images, where its collimation is unknown."""
LITTLE = Decimal("0.15")
"""A share of what was exposed, overranging in it, without which a mean still counts."""
MOST_BEYOND = 2
"""So many feeds and collimations at most; one of each is what it takes."""


def reaches_beyond(row: IrradiationEvent, imaged: Span | None) -> bool:
    """Whether more was imaged than the row was exposed, so that the images are another scan's."""
    exposed = _exposed_mm(row)
    if exposed is None or imaged is None:
        return False
    return _length_mm(imaged) > exposed[1] + limits().short_of_range_mm


def is_part(row: IrradiationEvent, scan: IrradiationEvent, imaged: Span | None) -> bool:
    """Whether the images of ``scan``, which is the row, are of a part of what was exposed."""
    exposed = _exposed_mm(row)
    if exposed is None or imaged is None or _stood_still(scan):
        return False
    return exposed[0] - _length_mm(imaged) > _beyond_mm(scan)


def is_whole(
    row: IrradiationEvent, scan: IrradiationEvent, imaged: Span | None, tolerance_mm: Decimal
) -> bool:
    """Whether the images of ``scan``, which is the row, are of all that was exposed.

    They are where they cover the printed range; where none is printed, where they leave out little
    of it, or no more than a spiral takes for its first and last rotation, and are longer than that.
    Where nothing says how long it was exposed, those that came are taken for all.
    """
    exposed, printed = _exposed_mm(row), _printed_mm(row)
    if _stood_still(scan) or (printed is None and exposed is None):
        return True
    if imaged is None:
        return False
    if printed is not None:
        return imaged[0] <= printed[0] + tolerance_mm and printed[1] - tolerance_mm <= imaged[1]
    assert exposed is not None  # noqa: S101 - asked above
    taken = _taken_mm(scan)
    allowed = max(taken, LITTLE * exposed[1])
    return exposed[1] - _length_mm(imaged) <= allowed and taken < _length_mm(imaged)


def _printed_mm(row: IrradiationEvent) -> Span | None:
    """The printed range."""
    start, end = row.scan_start_mm, row.scan_end_mm
    if start is None or end is None:
        return None
    return min(start.value, end.value), max(start.value, end.value)


def _exposed_mm(row: IrradiationEvent) -> Span | None:
    """The shortest and the longest that the printed numbers may mean; None when none is known."""
    ctdi, dlp = row.ctdi_vol_mgy, row.dlp_mgy_cm
    if ctdi is None or dlp is None or _stood_still(row):
        return None
    least = ctdi.value - rounding(ctdi)
    if least <= 0:
        return None
    shortest = (dlp.value - rounding(dlp)) / (ctdi.value + rounding(ctdi))
    return shortest * MM_PER_CM, (dlp.value + rounding(dlp)) / least * MM_PER_CM


def _stood_still(event: IrradiationEvent) -> bool:
    """Whether a DLP by the CTDIvol is no length of it."""
    kind = event.acquisition_type
    return kind is not None and kind.value in STANDING


def _length_mm(imaged: Span) -> Decimal:
    """From centre to centre."""
    return imaged[1] - imaged[0]


def _beyond_mm(scan: IrradiationEvent) -> Decimal:
    """What images leave out at most: overranging, two feeds and two collimations."""
    if scan.total_collimation_mm is None:
        return UNKNOWN_BEYOND_MM
    return MOST_BEYOND * _taken_mm(scan)


def _taken_mm(scan: IrradiationEvent) -> Decimal:
    """What images leave out as a rule: a feed and a collimation of a spiral, else half slices."""
    collimation, pitch, kind = scan.total_collimation_mm, scan.pitch, scan.acquisition_type
    if collimation is None:
        return UNKNOWN_BEYOND_MM / MOST_BEYOND
    if kind is not None and kind.value is CTAcquisitionType.SEQUENCED:
        return collimation.value
    return collimation.value * ((pitch.value if pitch else 1) + 1)
