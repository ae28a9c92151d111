"""When an answer is believed: only when enough of them, asked for one after the other, agree.

A lost or changed digit can leave a well-formed answer, and no parser sees that. So a measurement is
several readings, of which most must agree; how many depends on what the line has done so far. A
loss makes an answer shorter, never longer: once one was damaged, only readings with most digits
count, though that leaves out what noise brings just below a power of ten.

Where 5 % of bytes are lost, half of the answers are damaged, and of those that can be read one in
eight at most says the same wrong number: twelve of them with no whole one between are rarer than 1
in 10^10. Where fewer than one answer in twenty is damaged, five are rarer than that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from appliance.displayqa.meters.reading import TRANSIENT, Failure, Fault, Reading


@dataclass(frozen=True, slots=True)
class Policy:
    """How many readings must agree, how nearly, and when it is given up.

    ``agreeing_at_first``: until a line brought ``proven`` answers, and where it ever damaged one;
    ``agreeing_on_bad_line``: where it damages more than ``bad`` of them.
    ``share``: how far two readings may be apart, of the greater; two of the last place always may.
    """

    agreeing: int = 3
    agreeing_at_first: int = 5
    agreeing_on_bad_line: int = 12
    proven: int = 12
    bad: Decimal = Decimal("0.05")
    share: Decimal = Decimal("0.02")
    most_exchanges: int = 30
    most_exchanges_once_damaged: int = 300
    most_silences: int = 5
    most_silences_once_damaged: int = 12
    most_refusals: int = 5
    most_faults: int = 40


TWICE = Policy(agreeing=2, agreeing_at_first=2, agreeing_on_bad_line=2, most_faults=2)
ONCE = Policy(agreeing=1, agreeing_at_first=1, agreeing_on_bad_line=1, most_faults=1)
"""Where nothing is lost on the way: a program's readings, and a person's."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The middle of readings that agree; ``spread`` is greatest minus least of them.

    ``damaged`` of the ``exchanges`` brought no reading.
    """

    reading: Reading
    readings: tuple[Reading, ...]
    spread: Decimal
    exchanges: int
    damaged: int


class Measuring:
    """A meter's readings over one line; remembers how many answers the line has damaged.

    ``read`` asks for one reading.
    """

    def __init__(self, read: Callable[[], Reading | Failure], policy: Policy | None = None) -> None:
        self._read = read
        self._policy = policy or Policy()
        self.exchanges = self.damaged = 0

    def measure(self) -> Measurement | Failure:
        """One measurement, or why there is none."""
        readings: list[Reading] = []
        before = self.damaged
        faults: list[Fault | None] = []
        while len(faults) < self._most():
            outcome = self._read()
            self.exchanges += 1
            if isinstance(outcome, Failure):
                faults.append(outcome.fault)
                if self._hopeless(outcome, faults, before):
                    return outcome
                self.damaged += 1
            else:
                faults.append(None)
                readings.append(outcome)
            agreeing = self._agreeing(readings)
            if agreeing:
                return _measurement(agreeing, len(faults), self.damaged - before)
        whole = 2 * len(readings) > len(faults)
        return Failure(Fault.UNSTABLE if whole else Fault.GARBLED, f"{len(readings)} readings")

    def _hopeless(self, outcome: Failure, faults: list[Fault | None], before: int) -> bool:
        """Not a matter of lost bytes, or again and again without anything else.

        ``before``: answers that came damaged before this measurement.
        """
        if outcome.fault not in TRANSIENT:
            return True
        policy, refusals = self._policy, self._policy.most_refusals
        silences = policy.most_silences_once_damaged if before else policy.most_silences
        return (
            faults[-silences:] == [Fault.NO_REPLY] * silences
            or faults[-refusals:] == [Fault.REFUSED] * refusals
            or (len(faults) >= policy.most_faults and None not in faults[-policy.most_faults :])
        )

    def _most(self) -> int:
        policy = self._policy
        return policy.most_exchanges_once_damaged if self.damaged else policy.most_exchanges

    def _enough(self) -> int:
        policy = self._policy
        if self.damaged > policy.bad * self.exchanges:
            return policy.agreeing_on_bad_line
        proven = self.exchanges >= policy.proven and not self.damaged
        return policy.agreeing if proven else policy.agreeing_at_first

    def _agreeing(self, readings: list[Reading]) -> list[Reading]:
        """Enough readings within the tolerance that are most of those that count; else none."""
        most = max((each.digits for each in readings), default=0) if self.damaged else 0
        ordered = sorted(
            (each for each in readings if each.digits >= most), key=lambda each: each.value
        )
        groups = (
            [each for each in ordered[at:] if self._near(first, each)]
            for at, first in enumerate(ordered)
        )
        best = max(groups, key=len, default=[])
        return best if len(best) >= self._enough() and 2 * len(best) > len(ordered) else []

    def _near(self, one: Reading, other: Reading) -> bool:
        if (one.luminance_cd_m2 is None) != (other.luminance_cd_m2 is None):
            return False
        allowed = max(
            self._policy.share * max(one.value, other.value),
            2 * min(one.resolution, other.resolution),
        )
        return abs(one.value - other.value) <= allowed


def _measurement(readings: list[Reading], exchanges: int, damaged: int) -> Measurement:
    """``readings`` are in the order of their values."""
    middle = readings[(len(readings) - 1) // 2]
    chromatic = [
        (each.u_prime, each.v_prime)
        for each in readings
        if each.u_prime is not None and each.v_prime is not None
    ]
    if chromatic:
        u_prime, v_prime = (median(values) for values in zip(*chromatic, strict=True))
        middle = replace(middle, u_prime=u_prime, v_prime=v_prime)
    spread = readings[-1].value - readings[0].value
    return Measurement(middle, tuple(readings), spread, exchanges, damaged)
