"""The doses of one study as one examination, ready to be compared with a level.

A study counts once: of an examination stated for one phase the mean of its phases; of one stated as
a whole the mean CTDIvol of its phases, or that of its main scan, and the DLP of everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.dose.region import names, normal
from appliance.drl.exam import Exam
from appliance.drl.matching import Match, Refusal
from appliance.drl.statistics import mean
from appliance.drl.table import Level, Quantity

GROUPS = ("exam", "scanner", "protocol")
"""What doses can be grouped by; ``exam``: by nothing besides."""


class Dose(NamedTuple):
    """A dose, and the phantom that it is stated for; None: not known, or more than one."""

    value: Decimal
    phantom: Phantom | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One study's doses as one examination; a dose that it does not state is not there."""

    exam: Exam
    label: str
    scanner: str
    age_years: Decimal | None
    weight_kg: Decimal | None
    doses: dict[Quantity, Dose]

    def group(self, by: str) -> str:
        """What it is grouped under, by one of ``GROUPS``."""
        return {"exam": "", "scanner": self.scanner, "protocol": self.label}[by]

    def refusal(self, level: Level, quantity: Quantity) -> Refusal | None:
        """Why a figure of ``level`` is not compared with it; None: it is."""
        dose = self.doses.get(quantity)
        outside = level.ages is not None and (
            self.age_years is None or not level.ages.hold(self.age_years)
        )
        if dose is None or level.exam != self.exam.identifier or outside:
            return Refusal.NO_LEVEL
        if level.phantom is not None and dose.phantom is not level.phantom:
            return Refusal.PHANTOM_DIFFERS
        if self.weight_kg is not None and not _holds(level.standard_weight_kg, self.weight_kg):
            return Refusal.WEIGHT_OUTSIDE
        return None


def sample(match: Match, examination: Examination) -> Sample:
    """The doses of ``match`` in its ``examination``."""
    exam = match.exam
    labels = dict.fromkeys(scan.label for scan in match.scans)
    found = {
        Quantity.CTDI_VOL: _of_main(exam, match.scans, Quantity.CTDI_VOL),
        Quantity.DLP: _total(examination) if exam.is_whole else _mean(match.scans, Quantity.DLP),
        Quantity.SSDE: _of_main(exam, match.scans, Quantity.SSDE),
    }
    return Sample(
        exam=exam,
        label=" / ".join(labels),
        scanner=examination.scanner,
        age_years=examination.age_years,
        weight_kg=examination.weight_kg,
        doses={quantity: dose for quantity, dose in found.items() if dose is not None},
    )


def _of_main(exam: Exam, scans: Sequence[Scan], quantity: Quantity) -> Dose | None:
    if exam.main and len(scans) > 1:
        scans = [scan for scan in scans if _is_named(scan, exam.main)]
        if len(scans) != 1:
            return None
    return _mean(scans, quantity)


def _total(examination: Examination) -> Dose | None:
    dlp = examination.dlp_mgy_cm
    return None if dlp is None else Dose(dlp, _phantom(examination.scans))


def _mean(scans: Sequence[Scan], quantity: Quantity) -> Dose | None:
    values = [dose_of(scan, quantity) for scan in scans]
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return Dose(mean(known), _phantom(scans))


def dose_of(scan: Scan, quantity: Quantity) -> Decimal | None:
    """What a scan states of it; None: nothing."""
    dose: Decimal | None = getattr(scan, quantity)
    return dose


def _phantom(scans: Sequence[Scan]) -> Phantom | None:
    phantoms = {scan.phantom for scan in scans}
    return phantoms.pop() if len(phantoms) == 1 else None


def _is_named(scan: Scan, words: Sequence[str]) -> bool:
    label = normal(scan.label)
    return any(names(word, label) for word in words)


def _holds(weights_kg: tuple[Decimal, Decimal] | None, weight_kg: Decimal) -> bool:
    return weights_kg is None or weights_kg[0] <= weight_kg <= weights_kg[1]
