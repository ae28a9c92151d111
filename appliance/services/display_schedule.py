"""Which display is to be tested when, how its figures go, and the clerk's errand that says so.

**Knows:** which tests are of the panel that is there now, and when a test that is due is an alarm.
**Does not know:** how a day is counted (``displayqa.sessions.due``) and a line laid (``trend``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.finding import finding
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.due import Calendar, Due, Urgency, day_of, dues, is_done
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.trend import Point, Trend, trend
from appliance.displays.display import Display
from appliance.displays.register import Entered
from appliance.errors import NotFoundError
from appliance.ledger import Ledger
from appliance.services.display_judging import Judged, judged
from appliance.services.display_records import MEASURED, DisplayRecords

EVERY_S = 600.0
LONGEST_S = 120.0


@dataclass(frozen=True)
class DisplaySchedule:
    """Of the displays that are in use."""

    records: DisplayRecords

    def every(self) -> Mapping[str, tuple[Due, ...]]:
        """What is due of each display, by its name."""
        return {
            name: self._of(entered.display)
            for name, entered in self.records.register.in_use().items()
            if entered.display is not None
        }

    def of(self, name: str) -> tuple[Due, ...]:
        """What is due of a display. Raises NotFoundError."""
        return self._of(self.records.register.display(name))

    def trends(self, name: str) -> tuple[Trend, ...]:
        """Each quantity that its ruleset limits, over the tests of its panel that measured.

        Raises NotFoundError for a display that there is not.
        """
        display = self.records.register.display(name)
        by = self.records.ruleset(display.ruleset)
        measured = [each for each in self._measured(display) if is_done(each)]
        every = [each for each in map(self._judged, measured) if each is not None]
        base = next(filter(None, map(_baseline, reversed(every))), None)
        trends = []
        for limit in by.limits:
            points = {
                each.session.identifier: Point(day_of(each.session), each.session.identifier, value)
                for each in every
                if isinstance(value := finding(each.measured, limit), Fraction)
            }
            accepted = points.get(base.identifier) if base else None
            baseline = accepted.value if accepted else None
            trends.append(trend(limit, tuple(points.values()), baseline))
        return tuple(trends)

    def today(self) -> date:
        """By the box's clock."""
        return self._now().date()

    def reminders(self, name: str, entered: Entered) -> tuple[str, ...]:
        """What is to be said of a display that waits for its tests; empty: nothing."""
        said = [self._said(each, entered) for each in self.of(name)]
        return tuple(each for each in said if each)

    def failed(self, name: str) -> str:
        """Which last test of a display it failed; empty: none. Raises NotFoundError."""
        display = self.records.register.display(name)
        found = [self.records.last_done(display, *MEASURED, is_of_panel=True)]
        found += [self.records.last_done(display, Occasion.DAILY)]
        last = [each for each in found if each]
        said = [
            f"{each.begun.occasion} test {each.identifier} of {day_of(each)}"
            for each in last
            if each.ended is not None and each.ended.verdict == Verdict.FAIL
        ]
        return "; ".join(said)

    def _said(self, due: Due, entered: Entered) -> str:
        remind = timedelta(days=self.records.configuration.displayqa.remind_days)
        match due:
            case Due(test=Occasion.DAILY):
                return "daily check of today" if self._is_late_today(due) else ""
            case Due(urgency=Urgency.FIRST):
                since = datetime.fromtimestamp(entered.at, UTC).astimezone().date()
                waited = self.today() - since >= remind
                return f"{due.test} test: never done" if waited else ""
            case Due(urgency=Urgency.OVERDUE):
                return f"{due.test} test: overdue since {due.day}"
            case Due(urgency=Urgency.DUE):
                return f"{due.test} test: due by {due.day}"
        return ""

    def _is_late_today(self, due: Due) -> bool:
        by = self.records.configuration.displayqa.daily_by
        is_over = bool(by) and self._now().time() >= time.fromisoformat(by)
        return is_over and due.urgency is not Urgency.LATER

    def _of(self, display: Display) -> tuple[Due, ...]:
        try:
            asked = self.records.ruleset(display.ruleset).tests
        except NotFoundError:  # it went; whoever begins a test is told
            asked = tuple(Occasion)
        remind = self.records.configuration.displayqa.remind_days
        calendar = Calendar(self.today(), display.constancy_days, remind)
        return dues(self._counted_from(display), asked, calendar)

    def _counted_from(self, display: Display) -> list[Session]:
        """The tests that what is due is counted from: all that are done say no more."""
        accepted = self.records.last_done(display, Occasion.ACCEPTANCE, is_of_panel=True)
        last = self.records.last_done(display, *MEASURED, is_of_panel=True)
        daily = self.records.last_done(display, Occasion.DAILY)
        found = {each.identifier: each for each in (accepted, last, daily) if each}
        return [found[identifier] for identifier in sorted(found)]

    def _measured(self, display: Display) -> list[Session]:
        """Of the panel that is there now."""
        tests = self.records.sessions(display.name, MEASURED)
        return [each for each in tests if self.records.display_of(each).panel == display.panel]

    def _judged(self, session: Session) -> Judged | None:
        try:
            return judged(self.records, session)
        except NotFoundError:  # the ruleset of that day is no more
            return None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.records.clock.wall(), UTC).astimezone()


def _baseline(judged_: Judged) -> Session | None:
    """What that test is compared with, or itself if it is what others are compared with."""
    session, is_passed = judged_.session, judged_.evaluation.verdict is Verdict.PASS
    if session.begun.occasion is Occasion.ACCEPTANCE and is_passed:
        return session
    return judged_.baseline


def display_watch(configuration: Configuration, ledger: Ledger, clock: Clock) -> "DisplayWatch":
    """The errand; it also clears the alarms of displays that are in use no more."""
    return DisplayWatch(configuration, ledger, clock)


@dataclass
class DisplayWatch:
    """Looks at every display, now and then, by the rulesets that there are then."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    name: str = "displays"
    longest_s: float = LONGEST_S
    _next_s: float = float("-inf")

    def work_next(self) -> bool:
        """Look if it is time to; never more at once."""
        if self.clock.monotonic() >= self._next_s:
            self._next_s = self.clock.monotonic() + EVERY_S
            self._look()
        return False

    def _look(self) -> None:
        schedule = DisplaySchedule(DisplayRecords(self.configuration, self.ledger, self.clock))
        in_use = schedule.records.register.in_use()
        late = {name: "; ".join(schedule.reminders(name, each)) for name, each in in_use.items()}
        failed = {name: schedule.failed(name) for name in in_use}
        found = {AlarmCode.DISPLAY_TEST_DUE: late, AlarmCode.DISPLAY_FAILED: failed}
        holding = {
            (code, name): detail
            for code, details in found.items()
            for name, detail in details.items()
            if detail
        }
        Alarms(self.ledger, self.clock).hold(found, holding)
