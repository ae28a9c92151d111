"""``appliance displayqa follow``: a grey scale measured while somebody pages in a viewer."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread

from appliance.cli import meters
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.paging import Unknown
from appliance.displayqa.sessions.following import Follower, scale
from appliance.displayqa.sessions.happening import Happening, Measured, MeterUsed, Tried
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Way
from appliance.errors import EXIT_DISPLAY_INCOMPLETE, EXIT_OK, ApplianceError, RefusedError
from appliance.services.display_meters import DisplayMeters
from appliance.services.display_tests import DisplayTests

MOST_FAILURES = 20
"""Readings in a row that may fail."""
TURNS = ("follow.back", "follow.again")
"""What is said when Enter was pressed at the last picture, and at the first."""


class InputEndedError(RefusedError):
    """Nobody says any more what is shown; nothing was kept."""


@dataclass
class Person:
    """Somebody at the terminal, who presses Enter; read beside the meter, which does not wait."""

    context: Context
    _lines: "SimpleQueue[str]" = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        Thread(target=self._listen, name="terminal", daemon=True).start()

    def has_pressed(self) -> bool:
        """Whether Enter was pressed since. Raises InputEndedError at the end of the input."""
        try:
            return self._is_line(self._lines.get_nowait())
        except Empty:
            return False

    def press(self) -> None:
        """Wait for Enter. Raises InputEndedError at the end of the input."""
        self._is_line(self._lines.get())

    def _is_line(self, line: str) -> bool:
        if not line:
            raise InputEndedError(self.context.texts.say("follow.nobody"))
        return True

    def _listen(self) -> None:
        line = " "
        while line:
            line = sys.stdin.readline()
            self._lines.put(line)


def run(context: Context) -> int:
    """Follow until all levels are known. Raises NotFoundError, RefusedError, ApplianceError."""
    with opened_ledger(context) as ledger:
        tests = DisplayTests(context.configuration, ledger, SYSTEM_CLOCK)
        session = tests.session(context.arguments.session)
        _must_be_open(context, session)
        meter = meters.named(context) if context.arguments.port else meters.only(context)
        at_hand, person = DisplayMeters(context.configuration, SYSTEM_CLOCK), Person(context)
        with closing(at_hand.attached(meter)) as attached:
            try:
                measured = _measured(context, session, person, attached.read)
            except InputEndedError as ended:
                context.say("follow.ended", reason=ended.what)
                return EXIT_DISPLAY_INCOMPLETE
        for each in _happenings(at_hand.used(meter), measured):
            tests.submit(session.identifier, each)
    context.say("follow.kept", count=len(measured), number=session.identifier)
    return EXIT_OK


def _must_be_open(context: Context, session: Session) -> None:
    say, number = context.texts.say, str(session.identifier)
    if session.ended is not None:
        raise RefusedError(say("display_test.ended"), number)
    if session.begun.way is not Way.ARCHIVE:
        raise RefusedError(say("follow.other_way", way=session.begun.way), number)
    if not scale(session):
        raise RefusedError(say("follow.no_scale"), number)


def _measured(
    context: Context, session: Session, person: Person, read: Callable[[], Reading | Failure]
) -> tuple[Measured, ...]:
    """Once through, again and again until each level is known."""
    while True:
        series = scale(session)[0].pattern.rpartition("-")[0]
        context.say("follow.begin", series=series, count=len(scale(session)))
        person.press()
        found = _paged(context, session, person, Follower(read, SYSTEM_CLOCK.monotonic))
        if not isinstance(found, Unknown):
            return found
        context.say("follow.unknown", found=found.found, count=len(scale(session)))
        print(context.texts.pick(found.doubt.sentences))  # noqa: T201 - a dialogue


def _paged(
    context: Context, session: Session, person: Person, follower: Follower
) -> tuple[Measured, ...] | Unknown:
    """Until Enter was pressed at the last picture, at the first again, and at the last again."""
    turns, stays, failures = iter(TURNS), 0, 0
    while True:
        failure = follower.look()
        failures = failures + 1 if failure else 0
        if failure and failures >= MOST_FAILURES:
            raise ApplianceError(meters.sentence(context, failure))
        if follower.stays > stays:
            stays = follower.stays
            seen = len(follower.seen_cd_m2)
            context.say("follow.stays", luminance=follower.last_cd_m2, seen=seen)
        if not person.has_pressed():
            continue
        if not follower.is_settled:
            context.say("follow.wait")
        elif said := next(turns, ""):
            follower.turn()
            context.say(said)
        else:
            return follower.measured(session)


def _happenings(used: MeterUsed, measured: Sequence[Measured]) -> Iterator[Happening]:
    """What is kept; the levels have shown that the meter sees this display."""
    yield used
    dark, middle, bright = measured[0], measured[len(measured) // 2], measured[-1]
    yield Tried(
        darkest_cd_m2=dark.luminances_cd_m2[0],
        middle_cd_m2=middle.luminances_cd_m2[0],
        brightest_cd_m2=bright.luminances_cd_m2[0],
    )
    yield from measured
