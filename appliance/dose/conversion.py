"""Conversion factors: which of the site's factors turns an event's DLP into an effective dose.

A factor holds for a region, an age and a phantom. Where none or more than one fits, there is no
estimate: an event is never given the factor of a neighbouring region.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from appliance.dose.coded import Phantom
from appliance.dose.effective import EffectiveDose, Estimation
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dose.region import Region

PLACES_MSV = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionFactor:
    """One factor k in mSv/(mGy.cm), and what it holds for.

    Attributes:
        region: Name of a region (``REGIONS``).
        phantom: The phantom that the DLP is stated for; a factor for one is wrong for the other.
        from_age_years: Youngest age, included.
        below_age_years: Oldest age, not included; None: no upper end.
        factor_msv_per_mgy_cm: k.
    """

    region: str
    phantom: Phantom
    from_age_years: Decimal
    below_age_years: Decimal | None
    factor_msv_per_mgy_cm: Decimal

    def holds_for(self, region: Region, phantom: Phantom, age_years: Decimal) -> bool:
        """Whether it is the factor for such a scan."""
        young_enough = self.below_age_years is None or age_years < self.below_age_years
        old_enough = self.from_age_years <= age_years
        same = self.region == region.name and self.phantom is phantom
        return same and young_enough and old_enough


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionFactors:
    """The site's factors, all of one method."""

    estimation: Estimation
    factors: tuple[ConversionFactor, ...]


def effective_dose(
    event: IrradiationEvent,
    region: Region | None,
    age_years: Decimal | None,
    factors: ConversionFactors,
) -> EffectiveDose | None:
    """The estimate for one event; None where DLP, phantom, region, age or the factor is missing."""
    dlp, phantom = event.dlp_mgy_cm, event.phantom
    if dlp is None or phantom is None or region is None or age_years is None:
        return None
    fitting = [each for each in factors.factors if each.holds_for(region, phantom.value, age_years)]
    if len(fitting) != 1:
        return None
    factor = fitting[0].factor_msv_per_mgy_cm
    return EffectiveDose(
        effective_dose_msv=(dlp.value * factor).quantize(PLACES_MSV, ROUND_HALF_EVEN),
        factor_msv_per_mgy_cm=factor,
        estimation=factors.estimation,
    )


def with_effective_doses(
    record: CTRadiationDose,
    regions: Sequence[Region | None],
    age_years: Decimal | None,
    factors: ConversionFactors,
) -> CTRadiationDose:
    """``record`` with the estimate of each event; ``regions`` are the events' target regions."""
    events = tuple(
        replace(event, effective_dose=effective_dose(event, region, age_years, factors))
        for event, region in zip(record.events, regions, strict=True)
    )
    return replace(record, events=events)
