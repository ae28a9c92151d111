"""Conducting a test: what needs no person is done, until a step needs one.

Nothing is remembered here: what is next follows from what happened, each time anew. So the process
may end anywhere; and what a person does meanwhile counts before what was read meanwhile.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.meters.reading import Reading as Read
from appliance.displayqa.patterns.catalogue import found
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Happening, Hindered, Measured, Tried
from appliance.displayqa.sessions.places import MIDDLE
from appliance.displayqa.sessions.screen import NotShown, Screen
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Step

TRIALS = 2
"""A display whose levels do not go up is tried so often, then measured as it is: it may be so."""
RISE = Decimal("1.05")
"""What a meter elsewhere sees may change by less from one reading to the next: our figure."""
NOT_RISING = Hindered(
    by="not-rising",
    sentences=(
        (
            "the meter does not see the levels go up; put it on the display under test, and see "
            "that nothing dims or covers the pattern. If you go on, it is tried once more and then "
            "measured as it is"
        ),
        (
            "階調を上げても測定値が上がりません。測定器が対象モニタの表示部にあるか、"
            "パターンが隠れたり減光されたりしていないか確認してください。"
            "続行すると再確認し、変わらない場合はそのまま測定します"
        ),
    ),
)
DISTURBED = Hindered(
    by="disturbed",
    sentences=(
        (
            "the pattern left the screen while it was measured, so that reading does not count; "
            "leave the page as it is until the test is over"
        ),
        (
            "測定中にパターンの表示が途切れたため、この測定値は使用しません。"
            "試験が終わるまでページをそのままにしてください"
        ),
    ),
)
NO_LUMINANCE = Hindered(
    by="no-luminance",
    sentences=(
        "the meter reads illuminance (lx); switch it to luminance (cd/m2)",
        "測定器が照度(lx)を測定しています。輝度(cd/m2)に切り替えてください",
    ),
)


@dataclass(frozen=True, slots=True)
class Complete:
    """Nothing remains to be done."""


Stop = Light | Look | Place | Hindered | Complete
"""Why it does not go on by itself: a step for a person, a hindrance, or the end."""


@dataclass(frozen=True, slots=True)
class Conductor:
    """Conducts one test.

    Attributes:
        session: The test as it is now.
        keep: Keeps a happening as the so-manieth of the test, durable when it returns; False when
            something else happened first, and nothing was kept.
        wait: Waits so many seconds.
    """

    session: Callable[[], Session]
    keep: Callable[[Happening, int], bool]
    screen: Screen
    gauge: Gauge
    wait: Callable[[float], None]

    def go_on(self) -> Stop:
        """Do what needs no person. To be called again when the person has done it.

        A pattern to look at, and the mark of a place, are shown before it stops.
        """
        while True:
            session = self.session()
            if not session.remaining:
                return Complete()
            stop = self._step(session, session.remaining[0])
            if isinstance(stop, Hindered):
                if self._hindered(session, stop):
                    return stop
            elif stop is not None:
                return stop

    def _step(self, session: Session, step: Step) -> Stop | None:
        match step:
            case Light():
                return step
            case Look():
                return self._show(step.check.pattern) or step
            case Place():
                first = _first_at(session, step.name)
                return self._show(first.pattern, step.name) or step
            case Measure():
                return self._measure(session, step)

    def _hindered(self, session: Session, hindered: Hindered) -> bool:
        """Kept once, however often it is tried again, and whatever the line says each time."""
        last = session.entries[-1].happening
        is_known = isinstance(last, Hindered) and last.by == hindered.by
        return is_known or self.keep(hindered, len(session.entries))

    def _show(self, pattern: str, place: str = "") -> Hindered | None:
        """Whatever the site has to look at, which is no pattern of ours, is not shown."""
        members = found(pattern)
        shown = self.screen.show(members[0], place) if members else None
        return _hindrance(shown) if isinstance(shown, NotShown) else None

    def _measure(self, session: Session, step: Measure) -> Hindered | None:
        if session.meter != self.gauge.used:
            self.keep(self.gauge.used, len(session.entries))
            return None
        last = session.entries[-1].happening
        if isinstance(last, Tried) and not is_rising(last) and len(session.trials) < TRIALS:
            return NOT_RISING
        if self._is_to_be_tried(session, step):
            return self._try(session)
        read = self._read(step)
        if not isinstance(read, Hindered) and not self._rises(session, step, read):
            read = self._read(step)  # it may have been shown late, or somebody walked by
        if isinstance(read, Hindered):
            return read
        self.keep(_measured(step, read), len(session.entries))
        return None

    def _is_to_be_tried(self, session: Session, step: Measure) -> bool:
        if self.gauge.is_by_hand or (step.place or MIDDLE) != MIDDLE:
            return False
        return not any(map(is_rising, session.trials)) and len(session.trials) < TRIALS

    def _try(self, session: Session) -> Hindered | None:
        """The darkest, the middle and the brightest level: whether the meter sees this display."""
        scale = _grey_scale(session)
        luminances = []
        for step in (scale[0], scale[len(scale) // 2], scale[-1]):
            read = self._read(step)
            if isinstance(read, Hindered):
                return read
            luminances.append(_luminance(read.reading))
        tried = Tried(
            darkest_cd_m2=luminances[0],
            middle_cd_m2=luminances[1],
            brightest_cd_m2=luminances[2],
        )
        self.keep(tried, len(session.entries))
        return None

    def _rises(self, session: Session, step: Measure, read: Measurement) -> bool:
        """Whether a level of the grey scale is brighter than the one below it."""
        if step.place or self.gauge.is_by_hand:
            return True
        scale = _grey_scale(session)
        below = scale[scale.index(step) - 1] if step in scale[1:] else None
        reading = session.readings.get((below.pattern, below.place)) if below else None
        return reading is None or _luminance(read.reading) > reading.luminances_cd_m2[0]

    def _read(self, step: Measure) -> Measurement | Hindered:
        """Shown and read; once more where it left the screen meanwhile: then that says why."""
        read = self._read_once(step)
        return self._read_once(step) if read == DISTURBED else read

    def _read_once(self, step: Measure) -> Measurement | Hindered:
        """Shown, settled, and read; once more where it was not steady."""
        shown = self.screen.show(found(step.pattern)[0])
        if isinstance(shown, NotShown):
            return _hindrance(shown)
        self.wait(shown.settled_s + float(self.gauge.used.age_s))
        outcome = self.gauge.measure()
        if isinstance(outcome, Failure) and outcome.fault is Fault.UNSTABLE:
            outcome = self.gauge.measure()
        if not shown.lasts():
            return DISTURBED
        if isinstance(outcome, Failure):
            fault = outcome.fault
            return Hindered(by=str(fault), sentences=fault.sentences, detail=outcome.detail)
        return NO_LUMINANCE if outcome.reading.luminance_cd_m2 is None else outcome


def is_rising(tried: Tried) -> bool:
    """Whether the levels that were tried go up, by more than the noise of a meter."""
    levels = (tried.darkest_cd_m2, tried.middle_cd_m2, tried.brightest_cd_m2)
    return all(above > RISE * below for below, above in pairwise(levels))


def _first_at(session: Session, place: str) -> Measure:
    """What is measured first at a place."""
    measures = (each for each in session.remaining if isinstance(each, Measure))
    return next(each for each in measures if (each.place or MIDDLE) == place)


def _grey_scale(session: Session) -> list[Measure]:
    return [each for each in session.steps if isinstance(each, Measure) and not each.place]


def _hindrance(shown: NotShown) -> Hindered:
    return Hindered(by=shown.by, sentences=shown.sentences, detail=shown.detail)


def _measured(step: Measure, measurement: Measurement) -> Measured:
    """The readings that agreed, each of them."""
    chromatic = (each for read in measurement.readings for each in _chromaticity(read))
    return Measured(
        pattern=step.pattern,
        ddl=step.ddl,
        place=step.place,
        luminances_cd_m2=tuple(map(_luminance, measurement.readings)),
        chromaticities=tuple(chromatic),
        exchanges=measurement.exchanges,
        damaged=measurement.damaged,
    )


def _luminance(read: Read) -> Decimal:
    return Decimal(0) if read.luminance_cd_m2 is None else read.luminance_cd_m2


def _chromaticity(read: Read) -> Iterator[Chromaticity]:
    """Of a reading that has one; what next to no light gives may be none."""
    u_prime, v_prime = read.u_prime, read.v_prime
    if u_prime is not None and v_prime is not None and 0 <= u_prime <= 1 and 0 <= v_prime <= 1:
        yield Chromaticity(Fraction(u_prime), Fraction(v_prime))
