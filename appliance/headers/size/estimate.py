"""Size specific dose estimates of one event, from the sizes in its images.

AAPM Report 220: a water-equivalent diameter for each section, a factor for each, the mean of the
factors over the scanned range times CTDIvol. The mean over z is taken rather than the centre of the
range alone: half of a chest is lung, and a range of several regions has no typical centre; the
result is coded as what it is (113989). With too few sections it is that of the middle one (113988).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from appliance.dose.coded import (
    CTAcquisitionType,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.record import IrradiationEvent, Number, Origin, SizeSpecificDose, Sourced
from appliance.headers.size.method import Conversion, Methods, shipped
from appliance.headers.size.patient import Size
from appliance.headers.size.refusal import NoEstimate, Unfit
from appliance.headers.size.scanned_range import MM_A_CM, ScannedRange, range_of
from appliance.headers.size.slice_size import SliceSize

ALONG = (CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED)
"""Scans that move along the patient: CTDIvol of one that stands still is no mean over a range."""
LATERAL, AP = SizeSpecificDoseMethod.LATERAL, SizeSpecificDoseMethod.AP
LATERAL_AND_AP = SizeSpecificDoseMethod.LATERAL_AND_AP
WATER_EQUIVALENT = SizeSpecificDoseMethod.WATER_EQUIVALENT
AVERAGE_OVER_Z = SizeSpecificDoseMethod.AVERAGE_OVER_Z
HUNDREDTH, TENTH = Decimal("0.01"), Decimal("0.1")
"""To what a dose in mGy and a length in mm are rounded."""
DIMENSIONS: Mapping[SizeSpecificDoseMethod, Callable[[Size], float]] = {
    LATERAL: lambda size: size.lateral_mm,
    AP: lambda size: size.ap_mm,
    LATERAL_AND_AP: lambda size: size.lateral_mm + size.ap_mm,
}


def size_specific_doses(
    event: IrradiationEvent,
    sizes: Iterable[SliceSize],
    methods: Methods | None = None,
) -> tuple[SizeSpecificDose, ...] | NoEstimate:
    """The estimate of an event by water-equivalent diameter in mGy, or why there is none.

    The mean over z (113989); that of the middle section (113988) where there are too few for a
    mean. ``sizes`` are those of its own images (``sizes_of``), in any order, reconstructions and
    copies included.
    """
    found = estimates(event, sizes, (AVERAGE_OVER_Z,), methods)
    if isinstance(found, NoEstimate) and found.why is Unfit.TOO_FEW_IMAGES:
        return estimates(event, sizes, (WATER_EQUIVALENT,), methods)
    return found


def estimates(
    event: IrradiationEvent,
    sizes: Iterable[SliceSize],
    wanted: Sequence[SizeSpecificDoseMethod],
    methods: Methods | None = None,
) -> tuple[SizeSpecificDose, ...] | NoEstimate:
    """One estimate for each method of ``wanted`` (CID 10023) whose conditions hold.

    Raises:
        ValueError: A method that is not from images: by the patient's age (113937), for which no
            verified table is at hand.
    """
    using = methods or shipped()
    conversion = _conversion(event, using)
    if isinstance(conversion, NoEstimate):
        return conversion
    scanned = range_of(event, sizes, using.range)
    if isinstance(scanned, NoEstimate):
        return scanned
    each = [_estimate(event, scanned, method, conversion, using) for method in wanted]
    good = tuple(one for one in each if isinstance(one, SizeSpecificDose))
    return good or next(one for one in each if isinstance(one, NoEstimate))


def _conversion(event: IrradiationEvent, using: Methods) -> Conversion | NoEstimate:
    """The factor for the event, when what the method asks of the event itself holds."""
    if event.ctdi_vol_mgy is None or event.ctdi_vol_mgy.value <= 0:
        return NoEstimate(Unfit.NO_CTDI_VOL)
    if event.phantom is None:
        return NoEstimate(Unfit.NO_PHANTOM)
    if event.acquisition_type is None or event.acquisition_type.value not in ALONG:
        kind = event.acquisition_type
        return NoEstimate(Unfit.NOT_SCANNED_ALONG, kind.value.name if kind else "")
    if event.target_region is None:
        return NoEstimate(Unfit.NO_REGION)
    return using.conversion(event.phantom.value, event.target_region.value)


def _estimate(
    event: IrradiationEvent,
    scanned: ScannedRange,
    method: SizeSpecificDoseMethod,
    conversion: Conversion,
    using: Methods,
) -> SizeSpecificDose | NoEstimate:
    if method in {WATER_EQUIVALENT, AVERAGE_OVER_Z}:
        return _by_water(event, scanned, method, conversion, using)
    if method in DIMENSIONS:
        return _by_dimension(event, scanned, method, conversion, using)
    raise ValueError(method)


def _by_water(
    event: IrradiationEvent,
    scanned: ScannedRange,
    method: SizeSpecificDoseMethod,
    conversion: Conversion,
    using: Methods,
) -> SizeSpecificDose | NoEstimate:
    """AAPM 220: of every section, or of the middle one alone."""
    if method is WATER_EQUIVALENT:
        scanned = ScannedRange((scanned.middle,))
    elif len(scanned.parts) < using.range.fewest:
        return NoEstimate(Unfit.TOO_FEW_IMAGES, str(len(scanned.parts)))
    for part in scanned.parts:
        if unfit := _unfit_size(_water_cm(part.size), conversion):
            return unfit
    factor = scanned.mean(lambda size: conversion.factor(_water_cm(size)))
    origin = _origin(scanned, "AAPM 220", conversion)
    return SizeSpecificDose(
        ssde_mgy=_dose(event, factor, origin),
        method=_method(method, origin),
        water_equivalent_diameter_mm=_length(
            scanned.mean(lambda size: size.water_equivalent_diameter_mm), origin
        ),
    )


def _water_cm(size: Size) -> float:
    return size.water_equivalent_diameter_mm / MM_A_CM


def _by_dimension(
    event: IrradiationEvent,
    scanned: ScannedRange,
    method: SizeSpecificDoseMethod,
    conversion: Conversion,
    using: Methods,
) -> SizeSpecificDose | NoEstimate:
    """AAPM 204: of the mean dimension over the range."""
    dimension = using.dimension(method)
    if dimension is None:
        return NoEstimate(Unfit.FACTOR_UNVERIFIED, method.name)
    length_cm = scanned.mean(DIMENSIONS[method]) / MM_A_CM
    if length_cm not in dimension.lengths:
        return NoEstimate(Unfit.SIZE_OUT_OF_RANGE, f"{length_cm:.1f} cm")
    diameter_cm = dimension.effective_diameter_cm(length_cm)
    if unfit := _unfit_size(diameter_cm, conversion):
        return unfit
    origin = _origin(scanned, "AAPM 204", conversion)
    lateral, ap = scanned.mean(DIMENSIONS[LATERAL]), scanned.mean(DIMENSIONS[AP])
    return SizeSpecificDose(
        ssde_mgy=_dose(event, conversion.factor(diameter_cm), origin),
        method=_method(method, origin),
        lateral_mm=None if method is AP else _length(lateral, origin),
        ap_mm=None if method is LATERAL else _length(ap, origin),
        effective_diameter_mm=_length(diameter_cm * MM_A_CM, origin),
    )


def _unfit_size(diameter_cm: float, conversion: Conversion) -> NoEstimate | None:
    if diameter_cm in conversion.diameters:
        return None
    return NoEstimate(Unfit.SIZE_OUT_OF_RANGE, f"{diameter_cm:.1f} cm")


def _origin(scanned: ScannedRange, report: str, conversion: Conversion) -> Origin:
    """What was computed, from how many images, with which factor."""
    return Origin(
        SourceOfDoseInformation.COMPUTED_FROM_IMAGE,
        f"{report}, {len(scanned.parts)} images, factor {conversion.report} "
        f"{conversion.phantom.name}",
        sop_instance_uid=scanned.middle.sop_instance_uid,
    )


def _dose(event: IrradiationEvent, factor: float, origin: Origin) -> Number:
    ctdi_vol = event.ctdi_vol_mgy.value if event.ctdi_vol_mgy else Decimal()
    return _number((ctdi_vol * Decimal(factor)).quantize(HUNDREDTH), origin)


def _length(millimetres: float, origin: Origin) -> Number:
    return _number(Decimal(millimetres).quantize(TENTH), origin)


def _number(value: Decimal, origin: Origin) -> Number:
    return Sourced(value, str(value), origin)


def _method(method: SizeSpecificDoseMethod, origin: Origin) -> Sourced[SizeSpecificDoseMethod]:
    return Sourced(method, method.code_meaning, origin)
