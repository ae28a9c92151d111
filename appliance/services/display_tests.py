"""The tests of the site's displays: begun, gone on with, ended, and judged, over one ledger.

**Knows:** of which entry of a display a test is, by which ruleset it is judged, what it is compared
with, and which of a person's decisions the journal keeps.
**Does not know:** how a pattern gets onto a display, and how a meter is asked (``conducting``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.displayqa.evaluation import Evaluation, Verdict, evaluate
from appliance.displayqa.measurement import Measurements, Method, reflected_cd_m2
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.ruleset_file import rulesets, usable
from appliance.displayqa.ruleset_text import one_of
from appliance.displayqa.sessions.conducting import Conductor
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import (
    Begun,
    Ended,
    Entry,
    Happening,
    Remarked,
    Repeated,
)
from appliance.displayqa.sessions.plan import Conditions, plan
from appliance.displayqa.sessions.record import as_json, kind_of, parsed
from appliance.displayqa.sessions.screen import Screen
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Step, Way
from appliance.displays.display import Display
from appliance.displays.register import Register
from appliance.displays.sessions import Kept, Opened, Sessions
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger

ENDED = "ended"
REOPENED_WITHIN = timedelta(hours=24)
"""For so long after its end something of a test may be repeated; after that it takes a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A test, and what its ruleset makes of it now.

    Attributes:
        display: As it was entered when the test began.
        evaluation: By ``ruleset`` as it is today; of ``measured``.
        is_ruleset_changed: It was another one when the test began (``session.begun.ruleset``).
        baseline: The acceptance test that it is compared with; None: there is none.
        beside: The tests of the workstation's other displays that it is compared with.
    """

    session: Session
    display: Display
    ruleset: Ruleset
    measured: Measurements
    evaluation: Evaluation
    is_ruleset_changed: bool
    baseline: Session | None
    beside: tuple[Session, ...]


@dataclass(frozen=True)
class DisplayTests:
    """The register of displays and their tests. One a thread, as the ledger is."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock

    @cached_property
    def register(self) -> Register:
        """Which displays there are."""
        return Register(self.ledger, self.clock)

    @cached_property
    def rulesets(self) -> dict[str, Ruleset]:
        """What displays are judged by, as it is now. Raises ConfigurationError."""
        folder = self.configuration.data_dir / self.configuration.displayqa.rulesets
        return usable(rulesets(folder))

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
            if not self._steps(entered.display, begun):
                what = f"{entered.display.ruleset} asks nothing at the {occasion} test"
                raise RefusedError(what, display)
            identifier = self._sessions.begin(entered.identifier)
            self._keep(identifier, begun, 0)
        return self.session(identifier)

    def session(self, identifier: int) -> Session:
        """A test as it is now. Raises NotFoundError, StateError for what a newer version wrote."""
        return self._session(self._sessions.opened(identifier))

    def sessions(self, display: str = "") -> list[Session]:
        """Every test, or every one of a display, the oldest first."""
        found = self._sessions.of_display(display) if display else self._sessions.every()
        return [self._session(each) for each in found]

    def open_sessions(self, display: str = "") -> list[Session]:
        """Tests that have not ended, of all displays or of one, the oldest first."""
        every = map(self._session, self._sessions.without_last(ENDED))
        return [each for each in every if each.ended is None and display in {"", each.display}]

    def display_of(self, session: Session) -> Display:
        """The display as it was entered when the test began."""
        return self._display(self._sessions.opened(session.identifier))

    def submit(self, identifier: int, happening: Happening, by: str = "") -> Session:
        """Keep what a person did; the test as it is then, ended if nothing remained.

        Raises RefusedError for what cannot happen any more, NotFoundError.
        """
        with self.ledger.transaction():
            session = self.session(identifier)
            self._may_happen(session, happening)
            self._keep(identifier, happening, len(session.entries))
            self._sign(session, happening, by or session.begun.operator)
            return self._completed(self.session(identifier))

    def keep(self, identifier: int, happening: Happening, number: int) -> bool:
        """Keep what happened by itself, as the ``number``-th of the test, counted from 0.

        False: something else happened first, so look again; nothing was kept then.
        """
        with self.ledger.transaction():
            if len(self._sessions.happenings(identifier)) != number:
                return False
            self._keep(identifier, happening, number)
            self._completed(self.session(identifier))
        return True

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
        return self._judged(self.session(identifier))

    @cached_property
    def _sessions(self) -> Sessions:
        return Sessions(self.ledger, self.clock)

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

    def ruleset(self, name: str) -> Ruleset:
        """One by its name. Raises NotFoundError."""
        if name not in self.rulesets:
            remedy = one_of(name, self.rulesets)
            raise NotFoundError(f"there is no ruleset {name!r}", remedy=remedy)
        return self.rulesets[name]

    def _steps(self, display: Display, begun: Begun) -> tuple[Step, ...]:
        """Raises RefusedError for a level that no pattern has."""
        conditions = Conditions(
            bits=display.bits, is_monochrome=display.is_monochrome, grey_scale=begun.grey_scale
        )
        try:
            return plan(self.ruleset(display.ruleset), begun.occasion, conditions)
        except KeyError as failure:
            what = f"{display.ruleset} asks for level {failure}, which no uniform pattern has"
            raise RefusedError(what, display.name) from failure

    def _session(self, opened: Opened) -> Session:
        display = self._display(opened)
        entries = tuple(map(_entry, self._sessions.happenings(opened.identifier)))
        session = Session(opened.identifier, opened.display, (), entries, display.bits)
        try:
            return replace(session, steps=self._steps(display, session.begun))
        except (NotFoundError, RefusedError):  # what it is judged by went, or changed: it stays
            return session

    def _display(self, opened: Opened) -> Display:
        entered = self.register.entry(opened.entry)
        if entered.display is None:
            raise NotFoundError("there is no display of that entry", str(opened.entry))
        return entered.display

    def _may_happen(self, session: Session, happening: Happening) -> None:
        if isinstance(happening, Begun):
            raise RefusedError("a test begins once", session.display)
        if session.ended is None or isinstance(happening, Remarked):
            return
        if not isinstance(happening, Repeated) or session.ended.is_given_up:
            raise RefusedError("the test has ended", session.display)
        now = datetime.fromtimestamp(self.clock.wall(), UTC)
        if now - session.entries[-1].at > REOPENED_WITHIN:
            raise RefusedError("the test ended too long ago; begin another", session.display)

    def _keep(self, identifier: int, happening: Happening, number: int) -> None:
        kept = self._sessions.append(identifier, number, kind_of(happening), as_json(happening))
        if not kept:
            raise RefusedError("something else happened to the test meanwhile", str(identifier))

    def _completed(self, session: Session) -> Session:
        """Ended, when nothing remains to be done."""
        if session.ended or session.remaining or not session.steps:
            return session
        verdict = self._judged(session).evaluation.verdict
        ended = Ended(verdict=verdict, by=session.begun.operator)
        self._keep(session.identifier, ended, len(session.entries))
        self._sign(session, ended, ended.by)
        return self.session(session.identifier)

    def _sign(self, session: Session, happening: Happening, by: str) -> None:
        """Enter in the journal what somebody decided."""
        body = {"display": session.display, "test": session.identifier, "person": by}
        match happening:
            case Ended(is_given_up=True):
                self._journal.append("display-test-given-up", body)
            case Ended():
                self._journal.append("display-test-ended", body | {"verdict": happening.verdict})
            case Repeated():
                self._journal.append("display-test-repeated", body | as_json(happening))
            case _:
                return

    @cached_property
    def _journal(self) -> Journal:
        return Journal(self.ledger, self.clock)

    def _judged(self, session: Session) -> Judged:
        display = self.display_of(session)
        by = self.ruleset(display.ruleset)
        baseline, beside = self._baseline(session), self._beside(session)
        measured = replace(
            self._measured(session),
            baseline=self._measured(baseline) if baseline else None,
            beside=tuple(map(self._measured, beside)),
        )
        return Judged(
            session=session,
            display=display,
            ruleset=by,
            measured=measured,
            evaluation=evaluate(measured, by, session.begun.occasion),
            is_ruleset_changed=session.begun.ruleset != by.identifier,
            baseline=baseline,
            beside=beside,
        )

    def _measured(self, session: Session) -> Measurements:
        """With what the register knows of the display."""
        display = self.display_of(session)
        target, reflection = display.target_cd_m2, display.reflection_cd_m2_lx
        measured = replace(
            session.measured,
            is_monochrome=display.is_monochrome,
            target_cd_m2=None if target is None else Fraction(target),
        )
        lit = measured.illuminance_lx
        if measured.ambient_cd_m2 is not None or lit is None or reflection is None:
            return measured
        return replace(measured, ambient_cd_m2=reflected_cd_m2(lit, reflection))

    def _baseline(self, session: Session) -> Session | None:
        """The last acceptance test of the same panel before it that passed."""
        if session.begun.occasion is Occasion.ACCEPTANCE:
            return None
        panel = self.display_of(session).panel
        for each in reversed(self.sessions(session.display)):
            if (
                each.identifier < session.identifier
                and each.begun.occasion is Occasion.ACCEPTANCE
                and self.display_of(each).panel == panel
                and self._has_passed(each)
            ):
                return each
        return None

    def _has_passed(self, acceptance: Session) -> bool:
        """Then, or now that the workstation's other displays were measured as well."""
        if acceptance.ended is None or acceptance.ended.is_given_up:
            return False
        if acceptance.ended.verdict == Verdict.PASS:
            return True
        return self._judged(acceptance).evaluation.verdict is Verdict.PASS

    def _beside(self, session: Session) -> tuple[Session, ...]:
        """Of each other display of the workstation the test of that occasion nearest to it."""
        workstation, found = self.display_of(session).workstation, []
        for name, entered in self.register.in_use().items():
            other = entered.display
            if other is None or name == session.display or other.workstation != workstation:
                continue
            near = [each for each in self.sessions(name) if self._is_near(each, session)]
            if near:
                found.append(min(near, key=lambda each: _apart(each, session)))
        return tuple(found)

    def _is_near(self, other: Session, session: Session) -> bool:
        days = timedelta(days=self.configuration.displayqa.beside_days)
        return (
            other.begun.occasion is session.begun.occasion
            and other.ended is not None
            and not other.ended.is_given_up
            and _apart(other, session) <= days
        )


def _apart(one: Session, other: Session) -> timedelta:
    return abs(one.entries[0].at - other.entries[0].at)


def _entry(kept: Kept) -> Entry:
    at = datetime.fromtimestamp(kept.at, UTC).astimezone()
    return Entry(at, parsed(kept.kind, kept.body))
