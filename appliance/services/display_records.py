"""What is on record of the site's displays: the register, and every test with its plan.

**Knows:** how kept happenings, the display's entry and the ruleset of today make a test.
**Does not know:** what comes of a test (``display_judging``), and who may add to it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.ruleset_file import rulesets, usable
from appliance.displayqa.ruleset_text import one_of
from appliance.displayqa.sessions.due import is_done
from appliance.displayqa.sessions.happening import Begun, Entry
from appliance.displayqa.sessions.plan import Conditions, plan
from appliance.displayqa.sessions.record import parsed
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Step
from appliance.displays.display import Display
from appliance.displays.register import Register
from appliance.displays.sessions import Kept, Opened, Result, Sessions, Wanted
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger
from appliance.services.display_register import SignedRegister

ENDED = "ended"
MEASURED = (Occasion.ACCEPTANCE, Occasion.CONSTANCY)
"""The occasions on which a meter measures."""


@dataclass(frozen=True)
class DisplayRecords:
    """The register of displays and their tests, to be read. One a thread, as the ledger is."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock

    @cached_property
    def register(self) -> Register:
        """Which displays there are; what is changed in it goes into the journal."""
        return SignedRegister(self.ledger, self.clock, self.rulesets)

    @cached_property
    def rulesets(self) -> dict[str, Ruleset]:
        """What displays are judged by, as it is now. Raises ConfigurationError."""
        folder = self.configuration.data_dir / self.configuration.displayqa.rulesets
        return usable(rulesets(folder))

    def ruleset(self, name: str) -> Ruleset:
        """One by its name. Raises NotFoundError."""
        if name not in self.rulesets:
            remedy = one_of(name, self.rulesets)
            raise NotFoundError(f"there is no ruleset {name!r}", remedy=remedy)
        return self.rulesets[name]

    def session(self, identifier: int) -> Session:
        """A test as it is now. Raises NotFoundError, StateError for what a newer version wrote."""
        return self._session(self.kept.opened(identifier))

    def sessions(
        self,
        display: str = "",
        occasions: Collection[Occasion] = tuple(Occasion),
        last: int | None = None,
    ) -> list[Session]:
        """Every test, or every one of a display, of these occasions, the oldest first.

        Daily checks become many: ask for ``MEASURED`` where they are not wanted, or for the
        ``last`` so many.
        """
        opened = self.kept.every(occasions, display)
        return [self._session(each) for each in (opened if last is None else opened[-last:])]

    def last_done(
        self, display: Display, *occasions: Occasion, is_of_panel: bool = False
    ) -> Session | None:
        """The last test of a display on one of the occasions that was done to its end.

        ``is_of_panel``: of the panel that is there now.
        """
        for each in reversed(self.kept.every(occasions, display.name)):
            if is_of_panel and self._display(each).panel != display.panel:
                continue
            session = self._session(each)
            if is_done(session):
                return session
        return None

    def results(self, wanted: Wanted) -> list[Result]:
        """Tests as a list has them, the newest first."""
        return self.kept.results(wanted)

    def version(self) -> tuple[object, ...]:
        """Another one whenever something happened in a test, or was entered or judged otherwise."""
        rulesets = tuple(each.identifier for each in self.rulesets.values())
        return (*self.kept.version(), rulesets)

    def open_sessions(self, display: str = "") -> list[Session]:
        """Tests that have not ended, of all displays or of one, the oldest first."""
        every = map(self._session, self.kept.without_last(ENDED))
        return [each for each in every if each.ended is None and display in {"", each.display}]

    def display_of(self, session: Session) -> Display:
        """The display as it was entered when the test began."""
        return self._display(self.kept.opened(session.identifier))

    @cached_property
    def kept(self) -> Sessions:
        """The tests as they are kept."""
        return Sessions(self.ledger, self.clock)

    def steps(self, display: Display, begun: Begun) -> tuple[Step, ...]:
        """What is to be done in such a test, as the ruleset is today.

        Raises RefusedError for a level that no pattern has, NotFoundError without the ruleset.
        """
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
        entries = tuple(map(_entry, self.kept.happenings(opened.identifier)))
        session = Session(opened.identifier, opened.display, (), entries, display.bits)
        try:
            return replace(session, steps=self.steps(display, session.begun))
        except (NotFoundError, RefusedError):  # what it is judged by went, or changed: it stays
            return session

    def _display(self, opened: Opened) -> Display:
        entered = self.register.entry(opened.entry)
        if entered.display is None:
            raise NotFoundError("there is no display of that entry", str(opened.entry))
        return entered.display


def _entry(kept: Kept) -> Entry:
    at = datetime.fromtimestamp(kept.at, UTC).astimezone()
    return Entry(at, parsed(kept.kind, kept.body))
