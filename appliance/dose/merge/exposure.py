"""How long a row was exposed, by what is stated of it, and what images of it can be."""

from collections.abc import Iterator
from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.merge.particulars import Span
from appliance.dose.plausibility import MM_PER_CM, limits, rounding
from appliance.dose.record import IrradiationEvent

STANDING = (CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE)
UNKNOWN_TAKEN_MM = Decimal(75)
"""What a spiral takes for its first and last rotation, where its collimation is unknown."""


def reaches_beyond(row: IrradiationEvent, imaged: Span | None) -> bool:
    """Whether more was imaged than the row was exposed, so that the images are another scan's."""
    exposed = exposed_mm(row)
    if exposed is None or imaged is None:
        return False
    return _length_mm(imaged) > exposed[1] + limits().short_of_range_mm


def is_whole(
    row: IrradiationEvent, scan: IrradiationEvent, imaged: Span | None, tolerance_mm: Decimal
) -> bool:
    """Whether the images of ``scan``, which is the row, are known to be of all that was exposed.

    They are where they cover the printed range; where none is printed, where they leave out no more
    of it than a spiral takes for its first and last rotation, and are longer than that. Where
    nothing says how long it was exposed, more of it may be missing than came.
    """
    if imaged is None:
        return False
    printed = _printed_mm(row)
    if printed is not None:
        return imaged[0] <= printed[0] + tolerance_mm and printed[1] - tolerance_mm <= imaged[1]
    exposed = next(_known_mm(row, scan), None)
    if exposed is None:
        return False
    taken, length = _taken_mm(scan), _length_mm(imaged)
    return exposed[1] - length <= taken < length


def exposed_mm(row: IrradiationEvent) -> Span | None:
    """The shortest and the longest that DLP by CTDIvol may mean; None when one is unknown."""
    ctdi, dlp = row.ctdi_vol_mgy, row.dlp_mgy_cm
    if ctdi is None or dlp is None or stood_still(row):
        return None
    least = ctdi.value - rounding(ctdi)
    if least <= 0:
        return None
    shortest = (dlp.value - rounding(dlp)) / (ctdi.value + rounding(ctdi))
    return shortest * MM_PER_CM, (dlp.value + rounding(dlp)) / least * MM_PER_CM


def stood_still(event: IrradiationEvent) -> bool:
    """Whether a DLP by the CTDIvol is no length of it."""
    kind = event.acquisition_type
    return kind is not None and kind.value in STANDING


def _known_mm(row: IrradiationEvent, scan: IrradiationEvent) -> Iterator[Span]:
    """By the row; by the images, where these state a DLP, or a time that is that of a travel."""
    if stood_still(scan):
        return
    for each in (row, scan):
        if (exposed := exposed_mm(each)) is not None:
            yield exposed
    kind, travel = scan.acquisition_type, scan.scanning_length_mm
    if travel is not None and kind is not None and kind.value is CTAcquisitionType.SPIRAL:
        yield travel.value, travel.value


def _printed_mm(row: IrradiationEvent) -> Span | None:
    """The printed range."""
    start, end = row.scan_start_mm, row.scan_end_mm
    if start is None or end is None:
        return None
    return min(start.value, end.value), max(start.value, end.value)


def _length_mm(imaged: Span) -> Decimal:
    """From centre to centre."""
    return imaged[1] - imaged[0]


def _taken_mm(scan: IrradiationEvent) -> Decimal:
    """What images leave out as a rule: a feed and a collimation of a spiral, else half slices."""
    collimation, pitch, kind = scan.total_collimation_mm, scan.pitch, scan.acquisition_type
    if collimation is None:
        return UNKNOWN_TAKEN_MM
    if kind is not None and kind.value is CTAcquisitionType.SEQUENCED:
        return collimation.value
    return collimation.value * ((pitch.value if pitch else 1) + 1)
