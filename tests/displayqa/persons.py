"""Persons who page through a series before a meter, and what else happens meanwhile.

Of each moment it is known which picture is shown, so that no level is right by chance.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from appliance.displayqa.paging import Level, Paging
from appliance.displayqa.plateau import FEWEST, SHORTEST_S, Plateau, Sample, are_apart
from appliance.simulators.monitor import Gamma, Gsdf

COUNT = 18
BLACK_CD_M2 = 0.02
SLOWEST = 1.3
"""Times the usual pause between two readings that one may take."""
Curve = Callable[[float], float]


@dataclass(frozen=True)
class Meter:
    """``every_s`` between readings; each is the mean of the light since the last."""

    every_s: float
    noise: float
    resolution: Decimal

    def read(self, light: Callable[[float], float], at_s: float, random: Random) -> Decimal:
        moments = [at_s - self.every_s * (part + 0.5) / 4 for part in range(4)]
        mean = sum(map(light, moments)) / len(moments)
        noisy = max(mean * (1 + random.gauss(0, self.noise)), 0.0)
        return Decimal(noisy).quantize(self.resolution)

    @property
    def patience_s(self) -> float:
        """How long a picture has to be shown to be measured, two readings lost at its ends."""
        slowest_s = SLOWEST * self.every_s
        return max((FEWEST + 2) * slowest_s, SHORTEST_S + 3 * slowest_s)


@dataclass
class Story:
    """What is on the display, from when on, and what falls on the meter besides."""

    random: Random
    luminances_cd_m2: list[float]
    meter: Meter
    black_s: float
    drift: float
    _began_s: list[float] = field(default_factory=lambda: [0.0])
    _shown: list[int] = field(default_factory=lambda: [1])
    _now_s: float = 0.0
    _changes: list[tuple[float, float, float, float]] = field(default_factory=list)
    spoken_s: list[float] = field(default_factory=list)

    def show(self, number: int, for_s: float) -> None:
        if number != self._shown[-1] and self.black_s:
            self._from_now(0, self.black_s)
        self._from_now(number, for_s)

    def _from_now(self, number: int, for_s: float) -> None:
        self._began_s.append(self._now_s)
        self._shown.append(number)
        self._now_s += for_s

    def change(self, factor: float, added_cd_m2: float, for_s: float) -> None:
        """From a moment of the last picture on."""
        begin = self._now_s - self.random.uniform(0, self.meter.patience_s)
        self._changes.append((begin, begin + for_s, factor, added_cd_m2))

    def turn(self) -> None:
        self.spoken_s.append(self._now_s - self.random.uniform(0.3, 0.7) * self.meter.patience_s)

    def shown(self, at_s: float) -> int:
        """The number of the picture, or 0 for black."""
        return self._shown[bisect_right(self._began_s, max(at_s, 0.0)) - 1]

    def light(self, at_s: float) -> float:
        number = self.shown(at_s)
        light = self.luminances_cd_m2[number - 1] if number else BLACK_CD_M2
        light *= 1 + self.drift * at_s / max(self._now_s, 1.0)
        for begin, end, factor, added in self._changes:
            if begin <= at_s < end:
                light = light * factor + added
        return light

    def paging(self) -> Paging:
        samples: list[Sample] = []
        at_s = self.meter.every_s * self.random.uniform(1.0, 1.5)
        while at_s < self._now_s:
            samples.append(Sample(at_s, self.meter.read(self.light, at_s, self.random)))
            at_s += self.meter.every_s * self.random.uniform(0.95, SLOWEST)
        return Paging(tuple(samples), *self.spoken_s)

    def is_right(self, level: Level) -> bool:
        """Whether both plateaus are of that picture, or have its light: the next one has 6 % more.

        What a hand or a light makes of a picture is still of that picture.
        """
        return all(
            self._is_of(level.number, each) or self._has_light_of(level.number, each)
            for each in (level.there, level.back)
        )

    def _is_of(self, number: int, plateau: Plateau) -> bool:
        """Whether most readings came while that picture was shown."""
        shown = [self.shown(each.at_s - self.meter.every_s / 2) for each in plateau.samples]
        return 2 * shown.count(number) > len(shown)

    def _has_light_of(self, number: int, plateau: Plateau) -> bool:
        return not are_apart(plateau.middle_cd_m2, self._undisturbed(number, plateau))

    def _undisturbed(self, number: int, plateau: Plateau) -> Decimal:
        light = self.luminances_cd_m2[number - 1]
        light *= 1 + self.drift * plateau.ended_s / max(self._now_s, 1.0)
        return Decimal(light).quantize(self.meter.resolution)


@dataclass(frozen=True)
class Habits:
    """Shares of pictures at which something goes wrong."""

    hasty: float = 0.0
    skipping: float = 0.0
    going_back: float = 0.0
    hand: float = 0.0
    light: float = 0.0
    crushed: float = 0.0
    most_drift: float = 0.01
    longest_black_s: float = 0.8


CAREFUL = Habits()
CARELESS = Habits(
    hasty=0.005,
    skipping=0.005,
    going_back=0.05,
    hand=0.01,
    light=0.005,
    crushed=0.05,
    most_drift=0.03,
    longest_black_s=2.0,
)


def curve(random: Random) -> Curve:
    white = random.uniform(100, 1000)
    black = white / random.uniform(150, 1500)
    if random.random() < 0.5:
        return Gsdf(max(black, 0.06), white)
    return Gamma(black, white, random.uniform(1.0, 2.8))


def luminances(random: Random, habits: Habits) -> list[float]:
    display, ambient = curve(random), random.choice([0.0, random.uniform(0, 1.0)])
    shares = [each / (COUNT - 1) for each in range(COUNT)]
    if random.random() < habits.crushed:
        first, last = random.choice([(1 / 17, 1.0), (0.0, 16 / 17)])
        shares = [min(max(each, first), last) for each in shares]
    return [display(each) + ambient for each in shares]


def story(seed: int, habits: Habits) -> Story:
    """Somebody pages from the first picture to the last and back."""
    random = Random(seed)
    every_s = 1 / random.uniform(0.5, 10)
    resolution = random.choice([Decimal("0.01"), Decimal("0.001")])
    meter = Meter(every_s, random.uniform(0, 0.008), resolution)
    told = Story(
        random,
        luminances(random, habits),
        meter,
        random.choice([0.0, random.uniform(0, habits.longest_black_s)]),
        random.uniform(-habits.most_drift, habits.most_drift),
    )
    pace = random.uniform(1.0, 3.0)
    for number in [*_there(random, habits), 0, *_back(random, habits), 0, COUNT]:
        if number:
            _stay(told, number, pace, habits)
        else:
            told.turn()
    return told


def _stay(told: Story, number: int, pace: float, habits: Habits) -> None:
    random, enough_s = told.random, told.meter.patience_s
    is_hasty = random.random() < habits.hasty
    told.show(number, enough_s * (random.uniform(0.05, 0.9) if is_hasty else pace))
    if random.random() < habits.hand:
        told.change(random.uniform(0.02, 0.98), 0.0, random.uniform(0.3, 3) * enough_s)
    if random.random() < habits.light:
        added_cd_m2 = 10 ** random.uniform(-1, 2)
        told.change(1.0, added_cd_m2, random.uniform(0.3, 12) * enough_s)


def _there(random: Random, habits: Habits) -> Iterator[int]:
    yield from _walk(random, habits, 1, COUNT)


def _back(random: Random, habits: Habits) -> Iterator[int]:
    yield from _walk(random, habits, COUNT, 1)


def _walk(random: Random, habits: Habits, first: int, last: int) -> Iterator[int]:
    step = 1 if last > first else -1
    number = first
    while number != last:
        yield number
        if number != first and random.random() < habits.going_back:
            yield number - step
            yield number
        number += step
        if number != last and random.random() < habits.skipping:
            number += step
    yield last
