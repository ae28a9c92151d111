"""What the technologist's pages ask of the process that they are served by."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from appliance.console.screen.pages import PageState
from appliance.displayqa.evaluation import Evaluation
from appliance.displayqa.measurement import Measurements, Method
from appliance.displayqa.report.forms import Form
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.sessions.due import Due
from appliance.displayqa.sessions.happening import Happening
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Way
from appliance.displayqa.trend import Trend
from appliance.displays.display import Display
from appliance.displays.register import Register
from appliance.displays.sessions import Result, Wanted

BY_HAND = "by-hand"
"""Name of the meter that a person reads."""


class Judged(Protocol):
    """A test, and what its ruleset makes of it now."""

    @property
    def session(self) -> Session:
        """The test."""

    @property
    def display(self) -> Display:
        """As it was entered when the test began."""

    @property
    def ruleset(self) -> Ruleset:
        """As it is today."""

    @property
    def measured(self) -> Measurements:
        """What was judged: with baseline and other displays."""

    @property
    def evaluation(self) -> Evaluation:
        """What came of it."""

    @property
    def is_ruleset_changed(self) -> bool:
        """It was another one when the test began."""

    @property
    def baseline(self) -> Session | None:
        """The acceptance test that it is compared with."""

    @property
    def beside(self) -> tuple[Session, ...]:
        """The tests of the workstation's other displays."""


class Tests(Protocol):
    """The register and the tests, as far as pages need them; errors are those of the rooms."""

    @property
    def register(self) -> Register:
        """Which displays there are."""

    @property
    def rulesets(self) -> Mapping[str, Ruleset]:
        """What displays are judged by."""

    def begin(
        self,
        display: str,
        occasion: Occasion,
        way: Way,
        *,
        operator: str,
        method: Method = Method.CONTACT,
    ) -> Session:
        """A test, begun."""

    def session(self, identifier: int) -> Session:
        """A test as it is now."""

    def sessions(self, display: str = "") -> Sequence[Session]:
        """Every test, or every one of a display, the oldest first."""

    def open_sessions(self, display: str = "") -> Sequence[Session]:
        """Those that have not ended."""

    def display_of(self, session: Session) -> Display:
        """As it was entered when the test began."""

    def results(self, wanted: Wanted) -> Sequence[Result]:
        """Tests as a list has them, the newest first."""

    def submit(self, identifier: int, happening: Happening, by: str = "") -> Session:
        """Keep what a person did."""

    def give_up(self, identifier: int, by: str) -> Session:
        """End a test that is not gone on with."""

    def judged(self, identifier: int) -> Judged:
        """A test as its ruleset judges it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter that can be measured with.

    Attributes:
        fault: Why it cannot be just now, English and Japanese; empty: it can.
    """

    name: str
    models: str
    measures_colour: bool = False
    fault: tuple[str, ...] = ()


class State(StrEnum):
    """What a test that is being conducted does."""

    IDLE = "idle"
    WORKING = "working"
    WAITING = "waiting"
    HINDERED = "hindered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conducted:
    """A test as it is being conducted.

    Attributes:
        meter: What measures; empty: none yet.
        state: Idle when nobody conducts it.
        version: Grows with whatever changes.
        showing: The pattern on the display, as far as it is known.
    """

    meter: str = ""
    state: State = State.IDLE
    version: int = 0
    showing: str = ""


class Desk(Protocol):
    """The process, to a page. Every call may come from any thread."""

    def now(self) -> datetime:
        """The box's clock, with its zone."""

    def tests(self) -> AbstractContextManager[Tests]:
        """The register and the tests, for this thread, while the block runs."""

    def dues(self) -> Mapping[str, tuple[Due, ...]]:
        """What is due of each display, by its name."""

    def trends(self, display: str) -> tuple[Trend, ...]:
        """How its figures go. Raises NotFoundError."""

    def meters(self) -> Sequence[Meter]:
        """What is plugged in and answers; takes some seconds."""

    def pair(self, code: str, display: str, address: str) -> bool:
        """Have the page that shows ``code`` show a display; False: no page shows it.

        ``address`` is whose who typed it. Raises RefusedError after too many wrong codes,
        NotFoundError for a display that is not in use.
        """

    def page(self, display: str) -> PageState | None:
        """The page that shows a display; None: there is none open."""

    def conduct(self, test: int, meter: str = "") -> None:
        """Go on with a test by itself; empty: with the meter that it had.

        ``meter`` is the name of one that was found, or ``BY_HAND`` and what the person calls it,
        with a space between. Raises RefusedError where another test is being conducted with that
        meter or on that display.
        """

    def interrupt(self, test: int) -> None:
        """Conduct it no longer; what was read stays."""

    def report(self, test: int, form: Form, language: Language) -> tuple[str, bytes]:
        """The report of a test, and the name of its file.

        Raises NotFoundError, MissingToolError where a PDF cannot be made.
        """

    def wake(self, test: int) -> None:
        """A person did something in a test: go on, where it is being conducted."""

    def conducted(self, test: int) -> Conducted:
        """How it is being conducted."""
