"""How long a row was exposed, by its DLP and CTDIvol, and what images of it can be."""

from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.merge.particulars import Span
from appliance.dose.plausibility import MM_PER_CM, limits, rounding
from appliance.dose.record import IrradiationEvent

STANDING = (CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE)
UNKNOWN_BEYOND_MM = Decimal(150)
"""The most that a spiral exposes beyond its images, where its collimation is unknown."""


def reaches_beyond(row: IrradiationEvent, imaged: Span | None) -> bool:
    """Whether more was imaged than the row was exposed, so that the images are another scan's."""
    exposed = _exposed_mm(row)
    if exposed is None or imaged is None:
        return False
    return _length_mm(imaged) > exposed[1] + limits().short_of_range_mm


def is_part(row: IrradiationEvent, scan: IrradiationEvent, imaged: Span | None) -> bool:
    """Whether the images of ``scan``, which is the row, are of a part of what was exposed."""
    exposed = _exposed_mm(row)
    if exposed is None or imaged is None:
        return False
    return exposed[0] - _length_mm(imaged) > _beyond_mm(scan)


def _exposed_mm(row: IrradiationEvent) -> Span | None:
    """The shortest and the longest that the printed numbers may mean; None when none is known."""
    ctdi, dlp, kind = row.ctdi_vol_mgy, row.dlp_mgy_cm, row.acquisition_type
    if ctdi is None or dlp is None or (kind is not None and kind.value in STANDING):
        return None
    least = ctdi.value - rounding(ctdi)
    if least <= 0:
        return None
    shortest = (dlp.value - rounding(dlp)) / (ctdi.value + rounding(ctdi))
    return shortest * MM_PER_CM, (dlp.value + rounding(dlp)) / least * MM_PER_CM


def _length_mm(imaged: Span) -> Decimal:
    """From centre to centre."""
    return imaged[1] - imaged[0]


def _beyond_mm(scan: IrradiationEvent) -> Decimal:
    """What images leave out at most: overranging, two feeds and two collimations."""
    collimation, pitch = scan.total_collimation_mm, scan.pitch
    if collimation is None:
        return UNKNOWN_BEYOND_MM
    feed = collimation.value * (pitch.value if pitch else 1)
    return 2 * (feed + collimation.value)
