"""A distribution as a page sets it: numbers, charts, and what is too few to be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from appliance.console.doses.charts import Labels, Line, course, histogram
from appliance.drl.columns import Columns
from appliance.drl.comparison import Row
from appliance.drl.ranked import Month, Ranked
from appliance.drl.selection import Selection
from appliance.drl.statistics import LOWER_QUARTILE, UPPER_QUARTILE, rounded
from appliance.drl.table import Quantity
from appliance.texts import Texts

TOLD_FROM = 5
"""Fewer doses are counted and not told: a figure of one or two is somebody's."""
SHARES = {
    "p5": Fraction(1, 20),
    "p25": LOWER_QUARTILE,
    "p75": UPPER_QUARTILE,
    "p95": Fraction(19, 20),
}
LEAST_MONTHS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One quantity. Numbers are for people, None where there are fewer than ``TOLD_FROM`` doses.

    Attributes:
        figures: What it is compared with: name, value and whether somebody has verified it.
        chart: Empty where there are too few doses to be drawn; ``months`` likewise.
        untold: Months that have too few doses.
    """

    quantity: Quantity
    count: int
    median: str | None
    shares: Mapping[str, str]
    figures: tuple[Row, ...]
    chart: Markup
    months: Markup
    untold: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A name (a protocol, a scanner) with the doses of it."""

    name: str
    doses: Mapping[Quantity, Ranked]

    @property
    def count(self) -> int:
        """Doses of the quantity that has most."""
        return max(map(len, self.doses.values()), default=0)

    def told(self, quantity: Quantity) -> tuple[str, str, str] | None:
        """Quartile, median and quartile; None: there are none, or too few."""
        doses = self.doses.get(quantity)
        if doses is None or len(doses) < TOLD_FROM:
            return None
        low, high = doses.percentile(SHARES["p25"]), doses.percentile(SHARES["p75"])
        return _said(low), _said(doses.median), _said(high)


def panels(
    found: Columns, selection: Selection, exam: str, minimum: int, texts: Texts
) -> Iterator[Panel]:
    """Of each quantity that there are doses of; ``exam`` empty: of scans."""
    rows = list(found.rows(selection, exam)) if exam else []
    for quantity, doses in found.doses(selection, exam).items():
        if len(doses):
            months = found.months(selection, exam, quantity)
            figures = tuple(each for each in rows if each.quantity is quantity)
            yield _panel(quantity, doses, months, figures, minimum, texts)


def counted(by: Mapping[str, Mapping[Quantity, Ranked]]) -> list[Counted]:
    """The most frequent first."""
    every = [Counted(name, doses) for name, doses in by.items()]
    return sorted(every, key=lambda each: (-each.count, each.name))


def _panel(  # noqa: PLR0913, PLR0917 - what a panel shows
    quantity: Quantity,
    doses: Ranked,
    months: Sequence[Month],
    figures: tuple[Row, ...],
    minimum: int,
    texts: Texts,
) -> Panel:
    is_told, is_drawn = len(doses) >= TOLD_FROM, len(doses) >= max(minimum, TOLD_FROM)
    lines = list(dict.fromkeys(Line(each.figure.value, each.figure.verified) for each in figures))
    dose = f"{quantity.symbol} ({quantity.unit})"
    title = texts.say("doses.chart", quantity=quantity.symbol)
    labels = Labels(title, dose, texts.say("doses.count_axis"))
    by_month = Labels(texts.say("doses.chart_months", quantity=quantity.symbol), "", dose)
    told = sum(len(each.doses) >= TOLD_FROM for each in months)
    return Panel(
        quantity=quantity,
        count=len(doses),
        median=_said(doses.median) if is_told else None,
        shares={n: _said(doses.percentile(s)) for n, s in SHARES.items()} if is_told else {},
        figures=figures,
        chart=histogram(doses, lines, labels) if is_drawn else Markup(),
        months=course(months, TOLD_FROM, lines, by_month)
        if is_drawn and told >= LEAST_MONTHS
        else Markup(),
        untold=len(months) - told,
    )


def _said(dose: Decimal) -> str:
    return str(rounded(dose))
