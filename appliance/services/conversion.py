"""The site's factors for effective dose, applied when a report is made.

Without factors in the configuration a report holds no effective dose.

**Knows:** how ``[effective_dose]`` becomes factors, and whose age they are chosen by.
**Does not know:** the arithmetic (``dose.conversion``) and the rows of the report (``rdsr``).
"""

from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches

from pydicom import Dataset

from appliance.config import ConversionFactor as FactorSetting
from appliance.config import EffectiveDose as Settings
from appliance.dose.coded import EffectiveDoseMethod, Phantom, ReferenceAuthority
from appliance.dose.conversion import ConversionFactor, ConversionFactors, with_effective_doses
from appliance.dose.effective import Estimation
from appliance.dose.record import CTRadiationDose
from appliance.dose.region import REGIONS
from appliance.errors import ConfigurationError
from appliance.rdsr import Order, target_regions
from appliance.rdsr.document import RegionRule
from appliance.rdsr.modules import ordered
from appliance.services.patient import age_years


def conversion_factors(settings: Settings) -> ConversionFactors | None:
    """The configured factors; None when there is none.

    Raises ConfigurationError for a region that no report can state.
    """
    if not settings.factor:
        return None
    return ConversionFactors(
        estimation=Estimation(
            method=EffectiveDoseMethod.from_name(settings.method),
            reference_authority=ReferenceAuthority.from_name(settings.reference_authority),
            patient_model=settings.patient_model,
            phantom_type=settings.phantom_type,
            dosimeter_type=settings.dosimeter_type,
        ),
        factors=tuple(_factor(each, at) for at, each in enumerate(settings.factor)),
    )


def estimated(
    record: CTRadiationDose,
    evidence: Sequence[Dataset],
    region_rule: RegionRule,
    order: Order,
    settings: Settings,
) -> CTRadiationDose:
    """``record`` with the effective doses that the report from the same arguments is to state.

    The patient's age is that of ``evidence`` and ``order``; headers that say different ages say
    none. Raises ConformanceError when there is no evidence.
    """
    factors = conversion_factors(settings)
    if factors is None:
        return record
    regions = target_regions(record, evidence, region_rule, order)
    headers = [ordered(each, order.attributes) for each in evidence]
    ages = {age_years(header) for header in headers} - {None}
    age = ages.pop() if len(ages) == 1 else None
    return with_effective_doses(record, regions, age, factors)


def _factor(setting: FactorSetting, at: int) -> ConversionFactor:
    if setting.region not in REGIONS:
        (near,) = get_close_matches(setting.region, REGIONS, 1, 0)
        where = f"effective_dose.factor[{at}].region"
        raise ConfigurationError(f"there is no {setting.region!r}", where, f"did you mean {near}?")
    return ConversionFactor(
        region=setting.region,
        phantom=Phantom.from_name(setting.phantom),
        from_age_years=_exact(setting.from_age_years),
        below_age_years=_exact(setting.below_age_years) if setting.below_age_years else None,
        factor_msv_per_mgy_cm=_exact(setting.msv_per_mgy_cm),
    )


def _exact(setting: float) -> Decimal:
    """The number as the file writes it."""
    return Decimal(repr(setting))
