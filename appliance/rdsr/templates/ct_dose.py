"""TID 10013 rows 21 to 34, CT Dose: the indices, effective dose, size specific dose."""

from collections.abc import Iterator

from highdicom.sr import ContentItem

from appliance.dose.coded import SizeSpecificDoseMethod
from appliance.dose.record import IrradiationEvent, SizeSpecificDose
from appliance.rdsr.concepts import Concept
from appliance.rdsr.items import (
    CONTAINS,
    HAS_CONCEPT_MOD,
    INFERRED_FROM,
    code,
    container,
    num,
)
from appliance.rdsr.templates.effective_dose import effective_dose
from appliance.rdsr.templates.technique import positive, value
from appliance.units import Unit

_DIMENSIONS = {
    "lateral_mm": Concept.MEASURED_LATERAL_DIMENSION,
    "ap_mm": Concept.MEASURED_AP_DIMENSION,
    "effective_diameter_mm": Concept.DERIVED_EFFECTIVE_DIAMETER,
    "water_equivalent_diameter_mm": Concept.WATER_EQUIVALENT_DIAMETER,
}
NEEDED = {
    SizeSpecificDoseMethod.LATERAL: ("lateral_mm", "effective_diameter_mm"),
    SizeSpecificDoseMethod.AP: ("ap_mm", "effective_diameter_mm"),
    SizeSpecificDoseMethod.LATERAL_AND_AP: ("lateral_mm", "ap_mm", "effective_diameter_mm"),
    SizeSpecificDoseMethod.AGE: ("effective_diameter_mm",),
    SizeSpecificDoseMethod.WATER_EQUIVALENT: ("water_equivalent_diameter_mm",),
    SizeSpecificDoseMethod.AVERAGE_OVER_Z: (),
}
"""The dimensions without which the template does not take an estimate, by its method."""


def ct_dose(event: IrradiationEvent) -> ContentItem:
    """Row 21. The phantom is known: ``waiting.doubts`` holds a report back without it."""
    return container(Concept.CT_DOSE, _rows(event))


def _rows(event: IrradiationEvent) -> Iterator[ContentItem]:
    """Rows 22 to 34."""
    yield num(Concept.MEAN_CTDI_VOL, value(event.ctdi_vol_mgy), Unit.MGY)
    if event.phantom is not None:
        yield code(Concept.CTDIW_PHANTOM_TYPE, event.phantom.value)
    yield num(Concept.DLP, value(event.dlp_mgy_cm), Unit.MGY_CM)
    if event.effective_dose is not None:
        yield effective_dose(event.effective_dose)
    yield from map(_size_specific_dose, filter(is_whole, event.size_specific_doses))


def is_whole(dose: SizeSpecificDose) -> bool:
    """Whether an estimate has every dimension that its method rests on (rows 32 to 34x)."""
    return all(positive(getattr(dose, field)) for field in NEEDED[dose.method.value])


def _size_specific_dose(dose: SizeSpecificDose) -> ContentItem:
    """Rows 30 to 34x: the estimate, its method, and the dimensions that it was inferred from."""
    inferred_from = [
        num(concept, dimension, Unit.MM, relationship=INFERRED_FROM)
        for field, concept in _DIMENSIONS.items()
        if (dimension := positive(getattr(dose, field))) is not None
    ]
    method = code(Concept.MEASUREMENT_METHOD, dose.method.value, inferred_from, HAS_CONCEPT_MOD)
    ssde = dose.ssde_mgy.value
    return num(Concept.SIZE_SPECIFIC_DOSE_ESTIMATION, ssde, Unit.MGY, [method], CONTAINS)
