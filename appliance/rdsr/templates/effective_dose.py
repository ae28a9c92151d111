"""Effective dose: TID 10012 rows 4 to 11 and TID 10013 rows 27 to 29.

An estimate by the site's own factors. It is there when the record has it, and never otherwise.
"""

from collections.abc import Iterator

from highdicom.sr import ContentItem

from appliance.dose.coded import EffectiveDoseMethod
from appliance.dose.effective import EffectiveDose, EffectiveDoseTotal, Estimation
from appliance.rdsr.concepts import Concept
from appliance.rdsr.items import HAS_CONCEPT_MOD, HAS_PROPERTIES, code, container, num, text
from appliance.units import Unit


def effective_dose(dose: EffectiveDose) -> ContentItem:
    """TID 10013 rows 27 to 29.

    No NUM may contain anything in this IOD (PS3.3 Table A.35.8-2), so the method modifies it as in
    row 31, and the factor is a property of the method.
    """
    factor = num(
        Concept.EFFECTIVE_DOSE_CONVERSION_FACTOR,
        dose.factor_msv_per_mgy_cm,
        Unit.MSV_PER_MGY_CM,
        relationship=HAS_PROPERTIES,
    )
    method = code(
        Concept.MEASUREMENT_METHOD, dose.estimation.method, [factor], relationship=HAS_CONCEPT_MOD
    )
    return num(Concept.EFFECTIVE_DOSE, dose.effective_dose_msv, Unit.MSV, [method])


def ct_effective_dose_total(dose: EffectiveDoseTotal) -> ContentItem:
    """TID 10012 rows 4 to 11."""
    rows = _properties(dose.estimation)
    return num(Concept.CT_EFFECTIVE_DOSE_TOTAL, dose.effective_dose_msv, Unit.MSV, rows)


def _properties(estimation: Estimation) -> Iterator[ContentItem]:
    """Rows 6 to 11; a computation has a patient model, a measurement a phantom and a dosimeter."""
    authority, method = estimation.reference_authority, estimation.method
    yield code(Concept.REFERENCE_AUTHORITY, authority, relationship=HAS_PROPERTIES)
    yield code(Concept.MEASUREMENT_METHOD, method, relationship=HAS_PROPERTIES)
    if method is EffectiveDoseMethod.DLP_COMPUTED:
        yield text(Concept.PATIENT_MODEL, estimation.patient_model, relationship=HAS_PROPERTIES)
        return
    measured = [
        text(Concept.EFFECTIVE_DOSE_PHANTOM_TYPE, estimation.phantom_type),
        text(Concept.DOSIMETER_TYPE, estimation.dosimeter_type),
    ]
    yield container(
        Concept.CONDITION_EFFECTIVE_DOSE_MEASURED, measured, relationship=HAS_PROPERTIES
    )
