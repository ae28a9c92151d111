"""A test that goes on, as its page tells it: what is asked, what was read, what is in the way."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from appliance.console.displayqa import answer
from appliance.console.displayqa.desk import Desk, State
from appliance.console.displayqa.field import Pair
from appliance.console.displayqa.placement import drawing
from appliance.console.displayqa.progress import hindrance, key, progress, readings, task
from appliance.console.screen.pages import PageState
from appliance.displayqa.level import at_depth
from appliance.displayqa.patterns import found
from appliance.displayqa.report.charts.response import luminance_chart
from appliance.displayqa.report.words import Language, Words
from appliance.displayqa.sessions.happening import Entry, Remarked
from appliance.displayqa.sessions.places import MIDDLE, NAMES, PLACES
from appliance.displayqa.sessions.plan import EIGHTEEN
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Place, Step, Way
from appliance.displays.display import Display
from appliance.texts import Texts


def running(desk: Desk, display: Display, session: Session, texts: Texts) -> dict[str, Any]:
    """Everything that the templates of a running test want."""
    conducted = desk.conducted(session.identifier)
    page = desk.page(session.display)
    scale, screen = readings(session)
    step = session.remaining[0] if session.remaining else None
    return {
        "session": session,
        "display": display,
        "task": str(task(session)),
        "key": key(session),
        "step": step,
        "progress": progress(session),
        "hindrance": hindrance(session) if conducted.state is not State.WORKING else None,
        "conducted": conducted,
        "is_idle": conducted.state is State.IDLE,
        "is_ready": conducted.state is State.WAITING or isinstance(step, Light),
        "is_by_hand": session.begun.way is not Way.BROWSER,
        "cautions": list(_cautions(session, page)),
        "scale": scale,
        "screen": screen,
        "chart": _chart(session, texts),
        "place_names": NAMES,
        "placement": _placement(display, session, step, texts),
        "picture": _picture(step),
        "light_fields": answer.LIGHT,
        "reading_fields": answer.READING,
        "remarks": remarks(session),
        "refreshes": conducted.state is State.WORKING,
    }


def remarks(session: Session) -> tuple[tuple[Entry, Remarked], ...]:
    """What was written to be kept."""
    return tuple(
        (each, each.happening) for each in session.entries if isinstance(each.happening, Remarked)
    )


def _cautions(session: Session, page: PageState | None) -> Iterator[tuple[bool, Pair]]:
    """What is wrong with the window, and whether it hinders."""
    if session.begun.way is Way.BROWSER and page is not None:
        yield from ((each.is_hindering, each.meaning) for each in page.cautions)


def _chart(session: Session, texts: Texts) -> Markup:
    """The grey scale so far; empty before anything of it was read."""
    levels = [at_depth(each, session.bits)[0] for each in EIGHTEEN]
    luminances = [_mean(session, level) for level in levels]
    if not any(each is not None for each in luminances):
        return Markup()
    words = Words(Language(texts.language))
    return Markup(luminance_chart(levels, luminances, None, words))  # noqa: S704 - an SVG of ours


def _mean(session: Session, level: int) -> float | None:
    reading = session.measured.scale.get(level)
    return None if reading is None else float(reading.mean_cd_m2)


def _placement(display: Display, session: Session, step: Step | None, texts: Texts) -> Markup:
    """Where the meter goes; empty where it goes nowhere."""
    if not isinstance(step, Place) or step.name not in PLACES:
        return Markup()
    done = {place or MIDDLE for _, place in session.readings}
    ratio = Fraction(display.width_px, display.height_px)
    title = texts.say("displayqa.place_drawing", place=texts.pick(NAMES[step.name]))
    return drawing(step.name, title, ratio, done - {step.name})


def _picture(step: Step | None) -> str:
    """Name of the pattern that is looked at, where it is one of ours; else empty."""
    return step.check.pattern if isinstance(step, Look) and found(step.check.pattern) else ""
