"""A site's doses beside figures, as strips of one chart."""

from collections.abc import Sequence
from typing import overload

from appliance.drl.comparison import Row
from appliance.drl.statistics import rounded
from appliance.drl.strip_chart import Chart, Strip
from appliance.drl.words import marks_of, name_of
from appliance.texts import Texts


class Shares(Sequence[float]):
    """Doses divided by their figure, each made when it is looked at."""

    def __init__(self, row: Row) -> None:
        self._values, self._figure = row.values, row.figure.value

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, at: int) -> float: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[float]: ...
    def __getitem__(self, at: int | slice) -> float | Sequence[float]:
        if isinstance(at, slice):
            return [float(value / self._figure) for value in self._values[at]]
        return float(self._values[at] / self._figure)


SIGNS = ("dot", "box", "median", "unverified", "above")


def strips(rows: Sequence[Row], texts: Texts, minimum: int, subtitle: str, footer: str) -> Chart:
    """A strip a row; ``texts`` are ``words``, below ``minimum`` studies are few."""
    return Chart(
        title=texts.say("drl.plot_title"),
        subtitle=subtitle,
        axis=texts.say("drl.axis"),
        legend={key: texts.say(f"drl.legend_{key}") for key in SIGNS},
        strips=tuple(_strip(row, texts, minimum) for row in rows),
        empty=texts.say("drl.nothing"),
        footer=footer,
    )


def _strip(row: Row, texts: Texts, minimum: int) -> Strip:
    unit = row.quantity.unit
    marks = [each for each in marks_of(row, texts, minimum) if each != texts.say("drl.above")]
    level = f"{texts.say('drl.level')} {row.figure.value} {unit}"
    count = texts.say("drl.counted", count=len(row.values))
    return Strip(
        name=f"{name_of(row, texts)}, {row.quantity.symbol}",
        remark=" · ".join([level, count, *marks]),
        value=f"{rounded(row.median)} {unit}",
        shares=Shares(row),
        is_above=row.is_above,
        is_verified=row.figure.verified,
    )
