"""A test of a display while it is conducted: a thread that goes on when a person did his part.

**Knows:** when to try again by itself, and how a person who reads a meter takes the meter's part.
**Does not know:** pages and forms; which display and which meter there are: those are arguments.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Condition, Thread

from appliance import log
from appliance.console.displayqa.desk import State
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.patterns.catalogue import found
from appliance.displayqa.sessions.conducting import Complete, Conductor, Stop
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Happening, Hindered
from appliance.displayqa.sessions.screen import NotShown, Screen
from appliance.displayqa.sessions.step import Measure
from appliance.errors import ApplianceError
from appliance.services.display_tests import DisplayTests

AGAIN_S = 2.0
"""Seconds after which it is tried again whether a page or a meter is back."""
BACK_BY_ITSELF = {str(Fault.UNPLUGGED), str(Fault.NO_REPLY)}
FOR_A_PERSON = ({str(each) for each in Fault} - BACK_BY_ITSELF) | {"not-rising", "no-luminance"}
"""Hindrances that a person has to see to; the others, a page's among them, may be over any time."""
Tests = Callable[[], AbstractContextManager[DisplayTests]]
Attach = Callable[[], AbstractContextManager["Gauge | Failure"]]


class Run(Thread):
    """Conducts one test until it is complete, or until it is interrupted.

    ``attach`` finds the meter and lets go of it; ``changed`` is called whenever a page should look
    again.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it conducts, and with what
        self,
        test: int,
        display: str,
        tests: Tests,
        screen: Screen,
        attach: Attach,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(name=f"display-test-{test}", daemon=True)
        self.display = display
        self._test, self._tests, self._screen, self._attach = test, tests, screen, attach
        self._changed = changed
        self._woken = Condition()
        self._is_awake = self._is_interrupted = False
        self.state = State.WORKING

    def wake(self) -> None:
        """A person did something; go on. What is asked next is not asked before it can be seen."""
        with self._woken:
            self._is_awake = True
            if self.state is not State.IDLE:
                self._turn(State.WORKING)
            self._woken.notify_all()

    def interrupt(self) -> None:
        """End after what is being done just now."""
        with self._woken:
            self._is_interrupted = True
            self._woken.notify_all()

    def run(self) -> None:
        """Until the end."""
        log.info("display_test_conducted", test=self._test)
        try:
            with self._tests() as tests:
                while not self._is_interrupted and not self._is_over(tests):
                    self._attached(tests)
        except ApplianceError as failure:
            log.error("display_test_stopped", test=self._test, reason=type(failure).__name__)
        except Exception as failure:  # noqa: BLE001 - the page must not say that it goes on
            log.error("display_test_stopped", test=self._test, reason=log.place_of(failure))
        finally:
            self._turn(State.IDLE)
            log.info("display_test_rests", test=self._test)

    def _is_over(self, tests: DisplayTests) -> bool:
        session = tests.session(self._test)
        return session.ended is not None or not session.remaining

    def _attached(self, tests: DisplayTests) -> None:
        with self._attach() as gauge:
            if isinstance(gauge, Failure):
                self._keep_hindrance(tests, _of(gauge))
                self._rest(State.HINDERED, AGAIN_S)
            else:
                self._go_on(tests, gauge)

    def _go_on(self, tests: DisplayTests, gauge: Gauge) -> None:
        while not self._is_interrupted:
            self._turn(State.WORKING)
            stop = self._next_stop(tests, gauge)
            if isinstance(stop, Complete):
                return
            if isinstance(stop, Hindered):
                self._rest(State.HINDERED, None if stop.by in FOR_A_PERSON else AGAIN_S)
            else:
                self._rest(State.WAITING, None)

    def _next_stop(self, tests: DisplayTests, gauge: Gauge) -> Stop | Measure:
        """Why it does not go on by itself; a measurement is a person's where he reads the meter."""
        session = tests.session(self._test)
        if gauge.is_by_hand and session.remaining:
            step = session.remaining[0]
            if isinstance(step, Measure):
                return self._by_hand(tests, gauge, step)
        conductor = Conductor(
            session=lambda: tests.session(self._test),
            keep=lambda happening, number: self._keep(tests, happening, number),
            screen=self._screen,
            gauge=gauge,
            wait=self._pause,
        )
        return conductor.go_on()

    def _by_hand(self, tests: DisplayTests, gauge: Gauge, step: Measure) -> Stop | Measure:
        session = tests.session(self._test)
        if session.meter != gauge.used:
            self._keep(tests, gauge.used, len(session.entries))
        shown = self._screen.show(found(step.pattern)[0])
        if isinstance(shown, NotShown):
            hindered = Hindered(by=shown.by, sentences=shown.sentences, detail=shown.detail)
            self._keep_hindrance(tests, hindered)
            return hindered
        return step

    def _keep_hindrance(self, tests: DisplayTests, hindered: Hindered) -> None:
        session = tests.session(self._test)
        if session.entries[-1].happening != hindered:
            self._keep(tests, hindered, len(session.entries))

    def _keep(self, tests: DisplayTests, happening: Happening, number: int) -> bool:
        kept = tests.keep(self._test, happening, number)
        self._changed()
        return kept

    def _turn(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._changed()

    def _rest(self, state: State, timeout_s: float | None) -> None:
        """Until a person did something, or for a while."""
        with self._woken:
            if not self._is_awake:
                self._turn(state)
            self._woken.wait_for(lambda: self._is_awake or self._is_interrupted, timeout_s)
            self._is_awake = False

    def _pause(self, seconds: float) -> None:
        """For light to settle; nothing but an interruption cuts it short."""
        with self._woken:
            self._woken.wait_for(lambda: self._is_interrupted, seconds)


def _of(failure: Failure) -> Hindered:
    return Hindered(by=str(failure.fault), sentences=failure.fault.sentences, detail=failure.detail)
