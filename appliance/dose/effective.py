"""Effective dose: an estimate, never a reading, by a factor that the site answers for.

It is left out unless the site configures factors. No factor is shipped.

**Knows:** what TID 10012 rows 4 to 11 and TID 10013 rows 27 to 29 say of an effective dose.
**Does not know:** which factor belongs to an event (``dose.conversion``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from appliance.dose.coded import EffectiveDoseMethod, ReferenceAuthority


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimation:
    """How the site's factors were obtained, as their source says.

    Attributes:
        method: CT Effective Dose Evaluation Method (TID 10012 row 7, TID 10013 row 28).
        reference_authority: Whose tissue weighting factors (TID 10012 row 6).
        patient_model: The model of the computation (row 8); needed if computed, else empty.
        phantom_type: The phantom of the measurement (row 10); needed if measured, else empty.
        dosimeter_type: The dosimeter of the measurement (row 11); as ``phantom_type``.
    """

    method: EffectiveDoseMethod
    reference_authority: ReferenceAuthority
    patient_model: str = ""
    phantom_type: str = ""
    dosimeter_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveDose:
    """The effective dose of one event, estimated as DLP times a conversion factor.

    Attributes:
        effective_dose_msv: TID 10013 row 27, rounded to 0.001 mSv.
        factor_msv_per_mgy_cm: Effective Dose Conversion Factor (row 29), as configured.
        estimation: The method and what it rests on.
    """

    effective_dose_msv: Decimal
    factor_msv_per_mgy_cm: Decimal
    estimation: Estimation


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveDoseTotal:
    """The effective dose of a study (TID 10012 rows 4 to 11)."""

    effective_dose_msv: Decimal
    estimation: Estimation


def total(doses: Iterable[EffectiveDose | None]) -> EffectiveDoseTotal | None:
    """The sum over every event that carries dose.

    None when one of them has no estimate or was estimated in another way: a part would look like
    the whole.
    """
    known = list(doses)
    estimates = [each for each in known if each is not None]
    ways = {each.estimation for each in estimates}
    if len(ways) != 1 or len(estimates) < len(known):
        return None
    sum_msv = sum((each.effective_dose_msv for each in estimates), Decimal(0))
    return EffectiveDoseTotal(effective_dose_msv=sum_msv, estimation=ways.pop())
