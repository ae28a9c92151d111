"""The clerk's errand that compares the box's clock with the senders': the times in new objects.

**Knows:** which times in an object were its sender's now, and how far the two may be apart.
**Does not know:** which of the two is right.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.spool import Instance, Spool

CODE = AlarmCode.CLOCK_DISAGREES
EVERY_S = 5.0
LONGEST_S = 600.0
MOST = 200
"""Objects of one look; of each sender only the last of them is opened."""
OLD_ONES = 20
"""So many in a row without a young one: the sender does not just send late."""
MINUTE_S, HOUR_S = 60.0, 3600.0
PAIRS = tuple(
    (f"{of}Date", f"{of}Time")
    for of in ("InstanceCreation", "Content", "Acquisition", "Series", "Study")
)
DATE_TIME = "AcquisitionDateTime"
OFFSET = "TimezoneOffsetFromUTC"
KEYWORDS = [OFFSET, DATE_TIME, *(keyword for pair in PAIRS for keyword in pair)]
DAY = "%Y%m%d"
FORMS = ((14, f"{DAY}%H%M%S"), (12, f"{DAY}%H%M"))


def clock_check(configuration: Configuration, ledger: Ledger, clock: Clock) -> "ClockCheck":
    """The errand; what arrived before it began is not looked at."""
    spool = Spool(configuration.spool_dir, ledger, clock)
    return ClockCheck(configuration, spool, Alarms(ledger, clock), clock)


@dataclass
class ClockCheck:
    """Looks at the last object of each sender, now and then.

    ``zone`` is that of times that name none; None: the box's own.
    """

    configuration: Configuration
    spool: Spool
    alarms: Alarms
    clock: Clock
    zone: tzinfo | None = None
    name: str = "clock-check"
    longest_s: float = LONGEST_S
    _next_s: float = field(default=float("-inf"), init=False)
    _after: int | None = field(default=None, init=False)
    _old: Counter[str] = field(default_factory=Counter, init=False)

    def work_next(self) -> bool:
        """Look if it is time to; True when there may be more."""
        if self.clock.monotonic() < self._next_s:
            return False
        if self._after is None:
            self._after = self.spool.newest_id()
        arrived = self.spool.arrivals_after(self._after, MOST)
        for instance in {each.calling_ae: each for each in arrived}.values():
            self._compare(instance)
        if arrived:
            self._after = arrived[-1].id
        if len(arrived) < MOST:
            self._next_s = self.clock.monotonic() + EVERY_S
        return len(arrived) == MOST

    def _compare(self, instance: Instance) -> None:
        newest = self._newest(instance)
        if newest is None:
            return
        settings, sender = self.configuration.clock, instance.calling_ae
        age_s = instance.received_at - newest
        if age_s < -settings.ahead_min * MINUTE_S:
            self.alarms.raise_(CODE, sender, f"ahead of the box by {-age_s / MINUTE_S:.0f} min")
        elif not self._is_too_old(age_s, sender):
            self._old[sender] = 0
            self.alarms.clear(CODE, sender)
        else:
            self._old[sender] += 1
            if self._old[sender] == OLD_ONES:
                self.alarms.raise_(CODE, sender, f"behind the box by {age_s / HOUR_S:.0f} h")

    def _is_too_old(self, age_s: float, sender: str) -> bool:
        """Only of a listed scanner that is too old: archives send what is years old."""
        listed = {each.ae_title for each in self.configuration.scanner}
        behind_s = self.configuration.clock.behind_h * HOUR_S
        return sender in listed and 0 < behind_s < age_s

    def _newest(self, instance: Instance) -> float | None:
        """The newest time in it, in seconds since the epoch; None without one."""
        try:
            found = self.spool.open_attributes(instance, KEYWORDS)
        except (OSError, UnreadableObjectError):
            return None
        said = {keyword: str(found.get(keyword) or "") for keyword in KEYWORDS}
        return max(_moments(said, self.zone), default=None)


def _moments(said: dict[str, str], zone: tzinfo | None) -> Iterator[float]:
    own = _offset(said[OFFSET]) or zone
    for moment in (said[DATE_TIME], *(said[day] + said[time] for day, time in PAIRS)):
        text, sign, offset = moment, "", ""
        for mark in "+-":
            if mark in moment:
                text, sign, offset = moment.partition(mark)
        parsed = _parsed(text)
        if parsed is not None:
            at = parsed.replace(tzinfo=_offset(sign + offset) or own)
            yield at.timestamp()


def _parsed(text: str) -> datetime | None:
    """A date with a time, to the second or the minute; a fraction is left out."""
    digits = text.partition(".")[0]
    for length, form in FORMS:
        if len(digits) == length and digits.isdigit():
            try:
                return datetime.strptime(digits, form)  # noqa: DTZ007 - the zone is put to it
            except ValueError:
                return None
    return None


def _offset(text: str) -> tzinfo | None:
    """``&ZZXX`` (PS3.5 6.2, VR DT) as a zone; None when it is none."""
    try:
        offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
        return {"+": timezone(offset), "-": timezone(-offset)}.get(text[:1])
    except ValueError:
        return None
