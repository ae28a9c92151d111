"""A site's alert values: which doses of an examination are above one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appliance.config import DoseAlert
from appliance.dose.examination import Examination, Scan


@dataclass(frozen=True, slots=True)
class Exceedance:
    """A dose above an alert value; ``scan`` counts from 1, None is the whole study."""

    alert: str
    scan: int | None
    quantity: str
    dose: Decimal
    limit: Decimal
    unit: str

    def __str__(self) -> str:
        """One phrase, without anything that a console printed as text."""
        of = "study" if self.scan is None else f"scan {self.scan}"
        return (
            f"{of}: {self.quantity} {self.dose:f} above {self.limit:f} {self.unit} ({self.alert})"
        )


def exceedances(examination: Examination, alerts: Sequence[DoseAlert]) -> Iterator[Exceedance]:
    """Everything in ``examination`` above one of ``alerts``."""
    for alert in alerts:
        if _is_of_age(alert, examination.age_years):
            scans = list(enumerate(examination.scans, start=1))
            meant = [(number, scan) for number, scan in scans if _is_meant(alert, scan)]
            for number, scan in meant:
                yield from _of_scan(alert, number, scan)
            yield from _of_study(alert, [scan for _, scan in meant])


def _of_scan(alert: DoseAlert, number: int, scan: Scan) -> Iterator[Exceedance]:
    for quantity, dose, limit, unit in (
        ("CTDIvol", scan.ctdi_vol_mgy, alert.ctdi_vol_mgy, "mGy"),
        ("DLP", scan.dlp_mgy_cm, alert.dlp_mgy_cm, "mGy.cm"),
    ):
        if dose is not None and _is_above(dose, limit):
            yield Exceedance(alert.name, number, quantity, dose, _exact(limit), unit)


def _of_study(alert: DoseAlert, scans: Sequence[Scan]) -> Iterator[Exceedance]:
    """What is known of the sum is enough to be above; a DLP that is not stated cannot lower it."""
    total = sum((scan.dlp_mgy_cm for scan in scans if scan.dlp_mgy_cm is not None), Decimal(0))
    if _is_above(total, alert.study_dlp_mgy_cm):
        limit = _exact(alert.study_dlp_mgy_cm)
        yield Exceedance(alert.name, None, "DLP", total, limit, "mGy.cm")


def _is_meant(alert: DoseAlert, scan: Scan) -> bool:
    phantom = scan.phantom.name if scan.phantom else ""
    return (
        alert.region in ("", scan.region)
        and alert.phantom in ("", phantom)
        and re.fullmatch(alert.label, scan.label, re.IGNORECASE) is not None
    )


def _is_of_age(alert: DoseAlert, age_years: Decimal | None) -> bool:
    """Whether the alert is for such an age; somebody of unknown age may be."""
    if age_years is None:
        return True
    young_enough = not alert.below_age_years or age_years < _exact(alert.below_age_years)
    return young_enough and age_years >= _exact(alert.from_age_years)


def _is_above(dose: Decimal, limit: float) -> bool:
    return limit > 0 and dose > _exact(limit)


def _exact(setting: float) -> Decimal:
    """The number as the configuration wrote it."""
    return Decimal(repr(setting)).normalize()
