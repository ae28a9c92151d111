"""A site's usual doses beside reference levels: its medians, and what could not be compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from appliance.dose.examination import Examination
from appliance.drl.exam import Exam, Exams, exams
from appliance.drl.matching import Matching, Refusal
from appliance.drl.procedure import Procedures
from appliance.drl.sample import Sample, sample
from appliance.drl.statistics import MEDIAN, UPPER_QUARTILE, ordered_percentile
from appliance.drl.table import Figure, Level, Quantity, Table

CLOSEST = (Refusal.WEIGHT_OUTSIDE, Refusal.PHANTOM_DIFFERS, Refusal.NO_LEVEL)
"""Of several levels that a study does not fit, the reason that came nearest is told."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure, and where it stands."""

    table: Table
    level: Level
    quantity: Quantity

    @property
    def figure(self) -> Figure:
        """The figure."""
        return self.level.figures[self.quantity]


def stated(tables: Iterable[Table], exam: str = "") -> Iterator[Stated]:
    """Every figure of ``tables``, or those for one examination."""
    for table in tables:
        for level in table.levels:
            if exam in {"", level.exam}:
                yield from (Stated(table, level, quantity) for quantity in level.figures)


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
    values: Sequence[Decimal]
    weight_unknown: int

    @property
    def median(self) -> Decimal:
        """The site's median."""
        return self.percentile(MEDIAN)

    @property
    def upper_quartile(self) -> Decimal:
        """The site's 75th percentile."""
        return self.percentile(UPPER_QUARTILE)

    def percentile(self, share: Fraction) -> Decimal:
        """The dose below which that share of them lies."""
        return ordered_percentile(self.values, share)

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
    matching = Matching(known, procedures)
    for examination in examinations:
        studies += 1
        matches, without = matching.of(examination)
        refused.update((each.refusal, each.label) for each in without)
        for each in (sample(match, examination) for match in matches):
            samples[each.exam.identifier, each.group(by)].append(each)
            if (refusal := refusal_of(each, stated(tables))) is not None:
                refused[refusal, each.label] += 1
    return Comparison(studies, tuple(_rows(samples, tables)), refused)


def refusal_of(one: Sample, figures: Iterable[Stated]) -> Refusal | None:
    """Why none of the ``figures`` is compared with it; None when one is."""
    refusals = {one.refusal(each.level, each.quantity) for each in figures}
    return None if None in refusals else next((each for each in CLOSEST if each in refusals), None)


def _rows(
    samples: Mapping[tuple[str, str], Sequence[Sample]], tables: Sequence[Table]
) -> Iterator[Row]:
    for each in stated(tables):
        groups = {group: of for (exam, group), of in samples.items() if exam == each.level.exam}
        for group in sorted(groups):
            yield from _row(each, group, groups[group])


def _row(of: Stated, group: str, samples: Sequence[Sample]) -> Iterator[Row]:
    """The row of those samples that the figure holds for; none where it holds for none."""
    fitting = [each for each in samples if each.refusal(of.level, of.quantity) is None]
    if fitting:
        yield row(
            of,
            group,
            tuple(sorted(each.doses[of.quantity].value for each in fitting)),
            sum(each.weight_kg is None for each in fitting),
        )


def row(of: Stated, group: str, values: Sequence[Decimal], weight_unknown: int) -> Row:
    """A figure beside ``values``, ascending, at least one."""
    return Row(
        exam=exams().by_identifier[of.level.exam],
        table=of.table,
        level=of.level,
        quantity=of.quantity,
        figure=of.figure,
        group=group,
        values=values,
        weight_unknown=weight_unknown,
    )
