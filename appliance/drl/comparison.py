"""A site's usual doses beside reference levels: its medians, and what could not be compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appliance.dose.examination import Examination
from appliance.drl.exam import Exam, Exams
from appliance.drl.matching import Refusal, matched
from appliance.drl.procedure import Procedures
from appliance.drl.sample import Sample, sample
from appliance.drl.statistics import UPPER_QUARTILE, median, percentile
from appliance.drl.table import Figure, Level, Quantity, Table

CLOSEST = (Refusal.WEIGHT_OUTSIDE, Refusal.PHANTOM_DIFFERS, Refusal.NO_LEVEL)
"""Of several levels that a study does not fit, the reason that came nearest is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, and a site's doses beside it.

    Attributes:
        group: The scanner or the protocol that the doses are of; empty for all.
        values: The doses, one a study, ascending; at least one.
        weight_unknown: How many of the studies state no weight.
    """

    exam: Exam
    table: Table
    level: Level
    quantity: Quantity
    figure: Figure
    group: str
    values: tuple[Decimal, ...]
    weight_unknown: int

    @property
    def median(self) -> Decimal:
        """The site's median."""
        return median(self.values)

    @property
    def upper_quartile(self) -> Decimal:
        """The site's 75th percentile."""
        return percentile(self.values, UPPER_QUARTILE)

    @property
    def ratio(self) -> Decimal:
        """The median divided by the figure."""
        return self.median / self.figure.value

    @property
    def is_above(self) -> bool:
        """Whether the median is above the figure."""
        return self.median > self.figure.value

    @property
    def identifier(self) -> str:
        """What tells it from other rows of all studies: no patient, no scanner."""
        ages = self.level.ages
        band = "" if ages is None else f"/{ages.youngest}-{ages.below or ''}y"
        phantom = "" if self.level.phantom is None else f"/{self.level.phantom.name}"
        return f"{self.table.edition}/{self.exam.identifier}{band}{phantom}/{self.quantity}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every figure that there were doses for, and how often something was not compared.

    ``refused`` counts by reason and label; the label is empty for a whole study.
    """

    studies: int
    rows: tuple[Row, ...]
    refused: Mapping[tuple[Refusal, str], int]


def compared(
    examinations: Iterable[Examination],
    tables: Sequence[Table],
    known: Exams,
    procedures: Procedures,
    by: str = "exam",
) -> Comparison:
    """The doses of ``examinations`` beside every figure of ``tables``, grouped by one of GROUPS."""
    studies = 0
    samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    refused: Counter[tuple[Refusal, str]] = Counter()
    for examination in examinations:
        studies += 1
        matches, without = matched(examination, known, procedures)
        refused.update((each.refusal, each.label) for each in without)
        for each in (sample(match, examination) for match in matches):
            samples[each.exam.identifier, each.group(by)].append(each)
            if (refusal := _refusal(each, tables)) is not None:
                refused[refusal, each.label] += 1
    return Comparison(studies, tuple(_rows(samples, tables)), refused)


def _refusal(one: Sample, tables: Sequence[Table]) -> Refusal | None:
    """Why no figure at all is compared with it; None when one is."""
    refusals = {
        one.refusal(level, quantity)
        for table in tables
        for level in table.levels
        for quantity in level.figures
    }
    return None if None in refusals else next((each for each in CLOSEST if each in refusals), None)


def _rows(
    samples: Mapping[tuple[str, str], Sequence[Sample]], tables: Sequence[Table]
) -> Iterator[Row]:
    for table in tables:
        for level in table.levels:
            groups = {group: each for (exam, group), each in samples.items() if exam == level.exam}
            for quantity in level.figures:
                for group in sorted(groups):
                    yield from _row(table, level, quantity, group, groups[group])


def _row(
    table: Table, level: Level, quantity: Quantity, group: str, samples: Sequence[Sample]
) -> Iterator[Row]:
    """The row of those samples that the figure holds for; none where it holds for none."""
    fitting = [each for each in samples if each.refusal(level, quantity) is None]
    if fitting:
        yield Row(
            exam=fitting[0].exam,
            table=table,
            level=level,
            quantity=quantity,
            figure=level.figures[quantity],
            group=group,
            values=tuple(sorted(each.doses[quantity].value for each in fitting)),
            weight_unknown=sum(each.weight_kg is None for each in fitting),
        )
