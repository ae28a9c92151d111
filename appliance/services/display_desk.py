"""What the technologist's pages ask: the tests, the meters at hand, and who conducts which test.

**Knows:** which tests are being conducted, and by which meter.
**Does not know:** what a page looks like (``console``), how a test goes on (``display_run``).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Lock

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console.displayqa import desk
from appliance.console.displayqa.desk import BY_HAND, Conducted, State
from appliance.console.screen import Pages, PageState
from appliance.displayqa.meters.discovery import Meter
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.patterns import Member
from appliance.displayqa.report.forms import Form, default_name, files
from appliance.displayqa.report.words import Language
from appliance.displayqa.sessions.due import Due
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.screen import NotShown, Screen, Shown
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Way
from appliance.displayqa.trend import Trend
from appliance.displays.display import Display
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import open_ledger
from appliance.services.display_meters import DisplayMeters
from appliance.services.display_reports import subject
from appliance.services.display_run import Run
from appliance.services.display_schedule import DisplaySchedule
from appliance.services.display_tests import DisplayTests


@dataclass(frozen=True, slots=True)
class ShownByPerson:
    """A display that a person shows the patterns on, who is told which."""

    way: Way

    def show(self, member: Member, place: str = "") -> Shown | NotShown:  # noqa: ARG002 - a Screen
        """See ``Screen``."""
        return Shown()


END_S = 5.0
UNKNOWN = Failure(Fault.NO_REPLY, "no such meter answers")


@dataclass
class DisplayDesk:
    """One a process; every call may come from any thread.

    Attributes:
        screen: How patterns get onto a display by a page in a browser.
    """

    configuration: Configuration
    clock: Clock
    pages: Pages
    gauges: DisplayMeters
    screen: Callable[[Display], Screen]
    _dues: tuple[object, Mapping[str, tuple[Due, ...]]] | None = None
    """What is due, as of which version of the records."""
    _runs: dict[int, Run] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _versions: dict[int, int] = field(default_factory=dict)
    _found: dict[str, Meter] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _starting: Lock = field(default_factory=Lock)
    _looking: Lock = field(default_factory=Lock)

    def now(self) -> datetime:
        """See ``Desk``."""
        return datetime.fromtimestamp(self.clock.wall(), UTC).astimezone()

    @contextmanager
    def tests(self) -> Iterator[DisplayTests]:
        """See ``Desk``."""
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            yield DisplayTests(self.configuration, ledger, self.clock)
        finally:
            ledger.close()

    def dues(self) -> Mapping[str, tuple[Due, ...]]:
        """See ``Desk``."""
        with self.tests() as tests:
            schedule = DisplaySchedule(tests)
            version = (schedule.today(), tests.version())
            with self._lock:
                known = self._dues
            if known is None or known[0] != version:
                known = version, schedule.every()
                with self._lock:
                    self._dues = known
            return known[1]

    def trends(self, display: str) -> tuple[Trend, ...]:
        """See ``Desk``."""
        with self.tests() as tests:
            return DisplaySchedule(tests).trends(display)

    def meters(self) -> Sequence[desk.Meter]:
        """See ``Desk``: those that answer now, and those that a test holds."""
        with self._looking:
            answering = {each.name: each for each in self.gauges.found()}
            with self._lock:
                held = {self._names[test] for test, run in self._runs.items() if run.is_alive()}
                kept = {name: each for name, each in self._found.items() if name in held}
                self._found = answering | kept
        return [self._described(each) for _, each in sorted(self._found.items())]

    def pair(self, code: str, display: str, address: str) -> bool:
        """See ``Desk``."""
        return self.pages.pair(code, display, address)

    def page(self, display: str) -> PageState | None:
        """See ``Desk``."""
        return self.pages.state(display)

    def conduct(self, test: int, meter: str = "") -> None:
        """See ``Desk``."""
        with self.tests() as tests:
            session = tests.session(test)
            display = tests.display_of(session)
        if session.ended:
            raise RefusedError("the test has ended", session.display)
        with self._starting:
            name = meter or self._names.get(test, "") or _former(session)
            if not name:
                raise NotFoundError("no meter was chosen", session.display)
            self._claim(test, display.name, name)
            former = self._runs.get(test)
            if former and former.is_alive() and self._names[test] == name:
                former.wake()
                return
            if former:
                former.interrupt()
                former.join()
            self._start(test, display, session.begun.way, name)

    def _claim(self, test: int, display: str, meter: str) -> None:
        """Raises RefusedError where another test is being conducted with them."""
        for other, run in self._runs.items():
            if other == test or not run.is_alive():
                continue
            is_same_meter = self._names[other] == meter and not meter.startswith(BY_HAND)
            if is_same_meter or run.display == display:
                raise RefusedError("another test is going on with it", f"test {other}")

    def report(self, test: int, form: Form, language: Language) -> tuple[str, bytes]:
        """See ``Desk``."""
        with self.tests() as tests:
            of = subject(tests, test)
        name = default_name(of, form)
        return name, files(of, form, language, name)[name]

    def wake(self, test: int) -> None:
        """See ``Desk``."""
        self._change(test)
        run = self._runs.get(test)
        if run:
            run.wake()

    def interrupt(self, test: int) -> None:
        """See ``Desk``."""
        run = self._runs.get(test)
        if run:
            run.interrupt()
        self._change(test)

    def conducted(self, test: int) -> Conducted:
        """See ``Desk``."""
        run = self._runs.get(test)
        return Conducted(
            meter=self._names.get(test, ""),
            state=run.state if run and run.is_alive() else State.IDLE,
            version=self._versions.get(test, 0),
        )

    def is_conducting(self) -> bool:
        """Whether any test is being conducted now."""
        with self._lock:
            return any(run.is_alive() for run in self._runs.values())

    def end(self) -> None:
        """Interrupt every test, and wait a little for what is being done; the rest is not kept."""
        for run in self._runs.values():
            run.interrupt()
        for run in self._runs.values():
            run.join(END_S)

    def _start(self, test: int, display: Display, way: Way, name: str) -> None:
        run = Run(
            test,
            display.name,
            self.tests,
            self.screen(display) if way is Way.BROWSER else ShownByPerson(way),
            partial(self._attach, name),
            partial(self._change, test),
        )
        with self._lock:
            self._runs[test], self._names[test] = run, name
        run.start()
        self._change(test)

    @contextmanager
    def _attach(self, name: str) -> Iterator[Gauge | Failure]:
        if name.startswith(BY_HAND):
            yield self._by_hand(name)
            return
        meter = self._found.get(name) or self._looked_for(name)
        if meter is None:
            yield UNKNOWN
            return
        attached = self.gauges.attached(meter)
        try:
            yield self.gauges.gauge(meter, attached)
        finally:
            attached.close()

    def _by_hand(self, name: str) -> Gauge | Failure:
        model = name.removeprefix(BY_HAND).strip()
        called = _called(model)
        expired = self.gauges.expired(called)
        return expired or self.gauges.by_hand(called, model, lambda: UNKNOWN)

    def _looked_for(self, name: str) -> Meter | None:
        self.meters()
        return self._found.get(name)

    def _described(self, meter: Meter) -> desk.Meter:
        expired = self.gauges.expired(meter.name)
        return desk.Meter(
            name=meter.name,
            models=meter.kind.models,
            measures_colour="chromaticity" in meter.kind.measures,
            fault=expired.fault.sentences if expired else (),
        )

    def _change(self, test: int) -> None:
        with self._lock:
            self._versions[test] = self._versions.get(test, 0) + 1


def _former(session: Session) -> str:
    """The meter of a test that another process conducted; empty: it had none.

    Only what a person typed is called by its model alone.
    """
    used = session.meter
    if used is None:
        return ""
    return f"{BY_HAND} {used.model}" if used.name == _called(used.model) else used.name


def _called(model: str) -> str:
    return re.sub("[^a-z0-9]+", "-", model.lower()).strip("-") or BY_HAND


def offered(made: DisplayDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
