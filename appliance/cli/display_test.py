"""``appliance displayqa test`` and ``sessions resume``: a test of a display at the terminal."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from appliance.cli import meters
from appliance.cli.context import Context
from appliance.cli.dialogue import ByHand, Dialogue, InputEndedError
from appliance.cli.displayqa import EXIT_CODES
from appliance.cli.judgement import as_text
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.connectors import BarePanel, cards, chosen
from appliance.displayqa.measurement import Method
from appliance.displayqa.meters.discovery import Meter
from appliance.displayqa.meters.reading import Failure, Fault
from appliance.displayqa.readings import read_measurements
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.archive_screen import ArchiveScreen
from appliance.displayqa.sessions.conducting import Complete
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Hindered, Measured
from appliance.displayqa.sessions.screen import Screen
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Measure, Way
from appliance.displays.display import Display
from appliance.errors import EXIT_DISPLAY_INCOMPLETE, NotFoundError, RefusedError
from appliance.services.display_meters import DisplayMeters
from appliance.services.display_panel import PanelScreen
from appliance.services.display_records import MEASURED
from appliance.services.display_tests import DisplayTests

NOBODY = "by-hand"
"""The meter of readings of which nobody said what read them."""
SPOTREAD = "spotread"


def run(context: Context) -> int:
    """Begin or resume, and go on to the end. Raises NotFoundError, RefusedError."""
    with opened_ledger(context) as ledger:
        tests = DisplayTests(context.configuration, ledger, SYSTEM_CLOCK)
        at_hand = DisplayMeters(context.configuration, SYSTEM_CLOCK)
        meter = _meter(context, at_hand) if _is_wanted(context, tests) else None
        session = _session(context, tests)
        context.say("display_test.number", number=session.identifier, display=session.display)
        try:
            _go_on(context, tests, session, meter)
        except InputEndedError:
            context.say("display_test.waits", number=session.identifier)
            return EXIT_DISPLAY_INCOMPLETE
        return say_judged(context, tests, session.identifier)


def say_judged(context: Context, tests: DisplayTests, identifier: int) -> int:
    """What came of it, for people; the exit code of its verdict."""
    judged = tests.judged(identifier)
    print(as_text(judged.evaluation, judged.measured, context.texts))  # noqa: T201 - asked for
    if judged.is_ruleset_changed:
        context.say("display_test.ruleset_changed", begun=judged.session.begun.ruleset)
    if not judged.session.is_steady:
        context.say("display_test.warming_up", percent=f"{judged.session.drift_percent:+.1f}")
    return EXIT_CODES[judged.evaluation.verdict]


def _session(context: Context, tests: DisplayTests) -> Session:
    arguments = context.arguments
    if arguments.action == "test":
        return tests.begin(
            arguments.display,
            Occasion(arguments.occasion),
            Way(arguments.way),
            operator=arguments.by,
            method=Method(arguments.method),
        )
    session = tests.session(arguments.session)
    if session.ended is not None:
        raise RefusedError(context.texts.say("display_test.ended"), str(session.identifier))
    if session.begun.way in {Way.BROWSER, Way.SIMULATED}:
        way = context.texts.pick(session.begun.way.meaning)
        raise RefusedError(context.texts.say("display_test.other_way", way=way), session.display)
    return session


def _go_on(context: Context, tests: DisplayTests, session: Session, meter: Meter | None) -> None:
    dialogue, identifier = Dialogue(context.texts), session.identifier
    if context.arguments.readings is not None:
        session = _take_readings(context, tests, session)
    with (
        _gauge(context, dialogue, meter) as gauge,
        _screen(context, tests, session, dialogue) as screen,
    ):
        conductor = tests.conductor(identifier, screen, gauge, SYSTEM_CLOCK.sleep)
        while not isinstance(stop := conductor.go_on(), Complete):
            if isinstance(stop, Hindered):
                dialogue.say_sentence(stop.sentences)
                dialogue.go_on()
            else:
                tests.submit(identifier, dialogue.done(stop))


@contextmanager
def _screen(
    context: Context, tests: DisplayTests, session: Session, dialogue: Dialogue
) -> Iterator[Screen]:
    """What shows the patterns, by the way that the test began. Raises NoPictureError."""
    if session.begun.way is Way.PANEL:
        with _panel(context, tests.display_of(session)) as panel:
            yield PanelScreen(panel, float(context.arguments.settle))
        return
    if session.begun.way is Way.ARCHIVE:
        yield ArchiveScreen(dialogue.show)
        return
    measured = {each.pattern for each in session.steps if isinstance(each, Measure)}
    yield ByHand(dialogue, frozenset() if _is_typed(context) else frozenset(measured))


def _panel(context: Context, display: Display) -> BarePanel:
    """The panel, if it is of the size that the display was entered with.

    Raises RefusedError, NoPictureError.
    """
    arguments = context.arguments
    choice = chosen(cards(), arguments.connector, None)
    panel = BarePanel(choice, display.bits, arguments.turned // 90)
    size = panel.panel.width_px, panel.panel.height_px
    if size != (display.width_px, display.height_px):
        panel.close()
        said = context.texts.say("display_test.size", width=size[0], height=size[1])
        raise RefusedError(said, display.name)
    return panel


def _is_typed(context: Context) -> bool:
    """What a table lacks is typed as well."""
    return context.arguments.typed or context.arguments.readings is not None


@contextmanager
def _gauge(context: Context, dialogue: Dialogue, meter: Meter | None) -> Iterator[Gauge]:
    """A meter on a line, a program, or a person, who is asked only where something is measured."""
    arguments = context.arguments
    at_hand = DisplayMeters(context.configuration, SYSTEM_CLOCK)
    if meter is not None:
        with closing(at_hand.attached(meter)) as attached:
            yield at_hand.gauge(meter, attached)
    elif arguments.model == SPOTREAD:
        name = arguments.meter or SPOTREAD
        used = at_hand.by_hand(name, SPOTREAD, _never).used
        yield Gauge(used, meters.WITHOUT_LINE[SPOTREAD]().measure)
    else:
        name = arguments.meter or NOBODY
        yield at_hand.by_hand(name, name, dialogue.measure)


def _is_wanted(context: Context, tests: DisplayTests) -> bool:
    """Whether a meter on a line is needed: looked for before anything is begun."""
    arguments = context.arguments
    if _is_typed(context) or arguments.model == SPOTREAD:
        return False
    if arguments.action == "test":
        return Occasion(arguments.occasion) in MEASURED
    remaining = tests.session(arguments.session).remaining
    return any(isinstance(each, Measure) for each in remaining)


def _meter(context: Context, at_hand: DisplayMeters) -> Meter:
    name = context.arguments.meter
    if context.arguments.port:
        return meters.named(context)
    if not name:
        return meters.only(context)
    for meter in at_hand.found():
        if meter.name == name:
            return meter
    raise NotFoundError(context.texts.say("display_test.no_meter"), name)


def _take_readings(context: Context, tests: DisplayTests, session: Session) -> Session:
    """Everything of the plan that a table has. Raises UnreadableReadingsError, RefusedError."""
    file, name = context.arguments.readings, context.arguments.meter or NOBODY
    read = read_measurements(file.read_bytes(), str(file), session.bits)
    at_hand = DisplayMeters(context.configuration, SYSTEM_CLOCK)
    failure = at_hand.expired(name)
    if failure:
        raise RefusedError(context.texts.pick(failure.fault.sentences), name)
    session = tests.submit(session.identifier, at_hand.by_hand(name, name, _never).used)
    for step in [each for each in session.remaining if isinstance(each, Measure)]:
        place = read.screen.get(step.ddl, {}).get(step.place)
        reading = place if step.place else read.scale.get(step.ddl)
        if reading is not None:
            measured = Measured(
                pattern=step.pattern,
                ddl=step.ddl,
                place=step.place,
                luminances_cd_m2=reading.luminances_cd_m2,
                chromaticities=reading.chromaticities,
            )
            session = tests.submit(session.identifier, measured)
    return session


def _never() -> Failure:
    return Failure(Fault.NO_REPLY)
