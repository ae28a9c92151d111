"""The tests of the site's displays: begun, gone on with and ended, over one ledger.

**Knows:** what may happen in a test, when it is over, and which decisions the journal keeps.
**Does not know:** how a pattern gets onto a display and a meter is asked (``conducting``), and what
a test comes to (``display_judging``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.displayqa.measurement import Method
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.conducting import Conductor
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import (
    Begun,
    Ended,
    Happening,
    Measured,
    Placed,
    Remarked,
    Repeated,
    Seen,
)
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.record import as_json, kind_of
from appliance.displayqa.sessions.screen import Screen
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Look, Measure, Way
from appliance.displays.display import Display
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.services.display_judging import Judged, judged
from appliance.services.display_records import DisplayRecords

REOPENED_WITHIN = timedelta(hours=24)
"""For so long after its end something of a test may be repeated; after that it takes a new one."""


@dataclass(frozen=True)
class DisplayTests(DisplayRecords):
    """The register of displays and their tests, to be added to. One a thread, as the ledger is."""

    def begin(
        self,
        display: str,
        occasion: Occasion,
        way: Way,
        *,
        operator: str,
        method: Method = Method.CONTACT,
    ) -> Session:
        """A test of a display, begun by ``operator``, durable when this returns.

        Raises NotFoundError for a display or a ruleset that there is not, RefusedError when the
        ruleset asks nothing on that occasion, or a level that no pattern has.
        """
        with self.ledger.transaction():
            entered = self.register.in_use().get(display)
            if entered is None or entered.display is None:
                raise NotFoundError("there is no display of that name", display)
            begun = self._begun(entered.display, occasion, way, method, operator)
            if not self.steps(entered.display, begun):
                what = f"{entered.display.ruleset} asks nothing at the {occasion} test"
                raise RefusedError(what, display)
            identifier = self.kept.begin(entered.identifier, occasion)
            self._append(identifier, begun, 0)
        return self.session(identifier)

    def submit(self, identifier: int, happening: Happening, by: str = "") -> Session:
        """Keep what a person did; the test as it is then, ended if nothing remained.

        Raises RefusedError for what cannot happen any more, NotFoundError.
        """
        with self.ledger.transaction():
            session = self.session(identifier)
            self._may_happen(session, happening)
            self._append(identifier, happening, len(session.entries))
            self._sign(session, happening, by or session.begun.operator)
            return self._completed(self.session(identifier), by)

    def keep(self, identifier: int, happening: Happening, number: int) -> bool:
        """Keep what happened by itself, as the ``number``-th of the test, counted from 0.

        False: something else happened first, so look again; nothing was kept then.
        """
        with self.ledger.transaction():
            is_kept = self._append(identifier, happening, number)
            if is_kept:
                self._completed(self.session(identifier))
        return is_kept

    def conductor(
        self, identifier: int, screen: Screen, gauge: Gauge, wait: Callable[[float], None]
    ) -> Conductor:
        """What conducts a test on a screen with a meter; ``go_on`` until it is complete."""
        return Conductor(
            session=lambda: self.session(identifier),
            keep=lambda happening, number: self.keep(identifier, happening, number),
            screen=screen,
            gauge=gauge,
            wait=wait,
        )

    def give_up(self, identifier: int, by: str) -> Session:
        """End a test that is not gone on with; what was read stays. Raises RefusedError."""
        return self.submit(identifier, Ended(verdict="", is_given_up=True, by=by), by)

    def judged(self, identifier: int) -> Judged:
        """A test as its ruleset judges it now.

        Raises NotFoundError for a test or a ruleset that there is not (any more).
        """
        return judged(self, self.session(identifier))

    def _begun(
        self, display: Display, occasion: Occasion, way: Way, method: Method, operator: str
    ) -> Begun:
        by = self.ruleset(display.ruleset)
        others = [each.display for each in self.register.in_use().values()]
        beside = [each for each in others if each and each.workstation == display.workstation]
        return Begun(
            occasion=occasion,
            way=way,
            method=method,
            operator=operator,
            ruleset=by.identifier,
            displays=len(beside),
            grey_scale=self.configuration.displayqa.grey_scale,
        )

    def _may_happen(self, session: Session, happening: Happening) -> None:
        if not _is_of(session, happening):
            raise RefusedError("that is no part of this test", session.display)
        ended = session.ended
        if ended is None or isinstance(happening, Remarked):
            return
        if not isinstance(happening, Repeated) or ended.is_given_up:
            raise RefusedError("the test has ended", session.display)
        at = next(each.at for each in session.entries if each.happening is ended)
        if datetime.fromtimestamp(self.clock.wall(), UTC) - at > REOPENED_WITHIN:
            raise RefusedError("the test ended too long ago; begin another", session.display)

    def _append(self, identifier: int, happening: Happening, number: int) -> bool:
        return self.kept.append(identifier, number, kind_of(happening), as_json(happening))

    def _completed(self, session: Session, by: str = "") -> Session:
        """Ended, when nothing remains to be done, by whom did the last of it."""
        if session.ended or session.remaining or not session.steps:
            return session
        verdict = judged(self, session).evaluation.verdict
        ended = Ended(verdict=verdict, by=by or session.begun.operator)
        self._append(session.identifier, ended, len(session.entries))
        self._sign(session, ended, ended.by)
        return self.session(session.identifier)

    def _sign(self, session: Session, happening: Happening, by: str) -> None:
        """Enter in the journal what somebody decided."""
        journal = Journal(self.ledger, self.clock)
        body = {"display": session.display, "test": session.identifier, "person": by}
        match happening:
            case Ended(is_given_up=True):
                journal.append("display-test-given-up", body)
            case Ended():
                journal.append("display-test-ended", body | {"verdict": happening.verdict})
            case Repeated():
                journal.append("display-test-repeated", body | as_json(happening))
            case _:
                return


def _is_of(session: Session, happening: Happening) -> bool:
    """Whether it can happen in that test at all, by a person."""
    match happening:
        case Begun() | Ended(is_given_up=False):
            return False
        case Seen():
            looks = (each for each in session.steps if isinstance(each, Look))
            return happening.check in {each.check.identifier for each in looks}
        case Placed():
            return happening.place in PLACES
        case Measured():
            step = Measure(happening.pattern, happening.ddl, happening.place)
            return step in session.steps
        case _:
            return True
