"""Which plateau is of which level, when a person pages through a series and back again.

The meter sees light, not page numbers, and a page that was missed looks like a bigger step. So
nobody guesses by the size of steps: the series is paged from its first picture to its last and back
to its first, and a level counts when it was seen on both ways, in its order, with the same light.
At the end the last picture is shown once more, so that each end was seen at two times. Told by the
person is only when the first and the last picture are on the display. If exactly as
many levels come of it as the series has, and nothing was seen on one way between two of them, each
level is known by its order. Anything else is refused with what it may have been: two levels that
look alike, a page that was passed too fast, a hand or a light.

What is seen besides and does not rise on the way there and fall on the way back, such as a viewer's
black, a hand, or a page gone back, is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from statistics import median

from appliance.displayqa.plateau import Plateau, Sample, are_apart, plateaus

STEADY = Decimal("0.02")
"""Share by which a level may differ on the two ways, when the drift of its neighbours is allowed
for: our figure."""
NEAR = 3
"""Levels on either side that drift alike."""
Pair = tuple[int, int]
"""Of the same light: a plateau of the way there and one of the way back, turned around."""


class Doubt(StrEnum):
    """Why no level is known."""

    NOTHING_SETTLED = "nothing-settled"
    ENDS_DIFFER = "ends-differ"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    SEEN_ONE_WAY = "seen-one-way"

    @property
    def sentences(self) -> tuple[str, str]:
        """What a person is told and asked, English and Japanese."""
        return _SENTENCES[self]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No level is known; ``found`` of them were seen both ways. Page through the series again."""

    doubt: Doubt
    found: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the series: ``number`` from 1, and where it was seen."""

    number: int
    there: Plateau
    back: Plateau

    @property
    def kept(self) -> tuple[Sample, ...]:
        """Readings of both ways; the last picture is seen once."""
        return self.there.kept if self.there is self.back else (*self.there.kept, *self.back.kept)


@dataclass(frozen=True)
class Paging:
    """What the meter read from the first picture to the last, back to the first, and at the last.

    ``turned_s`` is when the person said that the last picture is shown, ``returned_s`` that the
    first is again. How the person then came to the last once more does not matter.
    """

    samples: tuple[Sample, ...]
    turned_s: float
    returned_s: float

    def levels(self, count: int) -> tuple[Level, ...] | Unknown:
        """The ``count`` levels of the series in order, or why they are not known."""
        top, bottom = self._during(self.turned_s), self._during(self.returned_s)
        if top is None or bottom is None:
            return Unknown(Doubt.NOTHING_SETTLED)
        if (0, 0) not in self._pairs or not self._is_top_again:
            return Unknown(Doubt.ENDS_DIFFER)
        chain = self._chain
        if len(chain) != count:
            doubt = Doubt.TOO_FEW if len(chain) < count else Doubt.TOO_MANY
            return Unknown(doubt, len(chain))
        if self._has_more(chain) or self._is_disturbed(chain):
            return Unknown(Doubt.SEEN_ONE_WAY, len(chain))
        return tuple(
            Level(number, self._rising[here], self._falling[there])
            for number, (here, there) in enumerate(chain, 1)
        )

    @cached_property
    def _all(self) -> tuple[Plateau, ...]:
        return plateaus(self.samples)

    def _during(self, spoken_s: float) -> int | None:
        """The plateau during which the person spoke; None: the light did not stay then."""
        during = (
            at for at, each in enumerate(self._all) if each.began_s <= spoken_s <= each.ended_s
        )
        return next(during, None)

    @property
    def _is_top_again(self) -> bool:
        """Whether the last picture looks at the end as it did when the person turned.

        A light that came and went around the turn adds a level on both ways.
        """
        again, top = self._all[-1].middle_cd_m2, self._rising[-1].middle_cd_m2
        return self._all[-1] is not self._falling[0] and not are_apart(again, top)

    @cached_property
    def _rising(self) -> tuple[Plateau, ...]:
        """Of the way there, and the last picture."""
        return self._all[: (self._during(self.turned_s) or 0) + 1]

    @cached_property
    def _falling(self) -> tuple[Plateau, ...]:
        """Of the way back as if paged the other way round, and the last picture."""
        top, bottom = self._during(self.turned_s) or 0, self._during(self.returned_s) or 0
        return tuple(reversed(self._all[top : bottom + 1]))

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        return tuple(
            (here, there)
            for here, one in enumerate(self._rising)
            for there, other in enumerate(self._falling)
            if not are_apart(one.middle_cd_m2, other.middle_cd_m2)
        )

    @cached_property
    def _chain(self) -> tuple[Pair, ...]:
        """The longest rising row of pairs from the first plateaus to the last ones.

        Of rows as long, the one whose pairs are most alike: who paged back saw a level twice.
        """
        best: dict[Pair, tuple[Pair, ...]] = {(0, 0): ((0, 0),)}
        for pair in self._pairs:
            before = [row for at, row in best.items() if self._rises(at, pair)]
            if before:
                best[pair] = (*max(before, key=self._worth), pair)
        return best.get((len(self._rising) - 1, len(self._falling) - 1), ())

    def _worth(self, row: Sequence[Pair]) -> tuple[int, Decimal]:
        return len(row), -sum((self._difference(each) for each in row), Decimal(0))

    def _difference(self, pair: Pair) -> Decimal:
        """Share of the greater by which the two of a pair are apart."""
        one, other = (way[at].middle_cd_m2 for way, at in zip(self._ways, pair, strict=True))
        return abs(one - other) / max(one, other) if one != other else Decimal(0)

    @property
    def _ways(self) -> tuple[tuple[Plateau, ...], tuple[Plateau, ...]]:
        return self._rising, self._falling

    def _rises(self, one: Pair, other: Pair) -> bool:
        """Whether ``other`` comes later on both ways, with clearly more light on both."""
        return all(
            at < later and _is_brighter(of[later], of[at])
            for of, at, later in zip(self._ways, one, other, strict=True)
        )

    def _has_more(self, chain: Sequence[Pair]) -> bool:
        """Whether on one way something was between two levels, in time and in light."""
        for one, other in pairwise(chain):
            for way, at, later in zip(self._ways, one, other, strict=True):
                between = way[at + 1 : later]
                if any(_is_between(each, way[at], way[later]) for each in between):
                    return True
        return False

    def _is_disturbed(self, chain: Sequence[Pair]) -> bool:
        """Whether a level differs on the two ways by more than its neighbours do, who drift alike.

        A light that adds as much as one level has would show a picture as the next one.
        """
        lights = [[way[at].middle_cd_m2 for at in side] for way, side in self._sides(chain)]
        pairs = list(zip(*lights, strict=True))
        ratios = [_ratio(*each) for each in pairs]
        for at, (there, back) in enumerate(pairs):
            usual = median(ratios[max(at - NEAR, 0) : at + NEAR + 1])
            if are_apart(there, _like(back * usual, back), STEADY):
                return True
        return False

    def _sides(
        self, chain: Sequence[Pair]
    ) -> Iterator[tuple[tuple[Plateau, ...], tuple[int, ...]]]:
        """Each way with the plateaus of the chain on it."""
        return zip(self._ways, zip(*chain, strict=True), strict=True)


def _like(value: Decimal, told: Decimal) -> Decimal:
    """With as many places as the meter told."""
    return value.quantize(told)


def _ratio(there_cd_m2: Decimal, back_cd_m2: Decimal) -> Decimal:
    """1 where there is no light at all, as with a panel that is black without a backlight."""
    return there_cd_m2 / back_cd_m2 if there_cd_m2 and back_cd_m2 else Decimal(1)


def _is_brighter(one: Plateau, other: Plateau) -> bool:
    is_more = one.middle_cd_m2 > other.middle_cd_m2
    return is_more and are_apart(one.middle_cd_m2, other.middle_cd_m2)


def _is_between(one: Plateau, dark: Plateau, bright: Plateau) -> bool:
    return _is_brighter(one, dark) and _is_brighter(bright, one)


_SENTENCES = {
    Doubt.NOTHING_SETTLED: (
        "The light did not stay. Keep the meter still, and stay longer on each picture.",
        "輝度が安定しませんでした。測定器を固定し、各画像を長めに表示してください。",
    ),
    Doubt.ENDS_DIFFER: (
        "The first or the last picture did not look the same again. Page through the series again.",
        "最初または最後の画像の輝度が前回と一致しません。もう一度ページを送ってください。",
    ),
    Doubt.TOO_FEW: (
        "Too few levels were seen. Page again, more slowly; or measure picture by picture.",
        "検出された階調が不足しています。ゆっくり送り直すか、1枚ずつ測定してください。",
    ),
    Doubt.TOO_MANY: (
        "Too many levels were seen. Is it the right series, and is the light of the room the same?",
        "検出された階調が多すぎます。シリーズと室内照明を確認し、送り直してください。",
    ),
    Doubt.SEEN_ONE_WAY: (
        "Something was seen on one way only: a picture, a hand or a light. Page again.",
        "往路または復路だけで検出された輝度があります。もう一度ページを送ってください。",
    ),
}
