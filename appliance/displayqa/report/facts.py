"""The head of a report: which display, which test, with what and by which limits."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from appliance.displayqa.report.figures import exact, plain
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Words
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.due import day_of, is_done
from appliance.displayqa.sessions.happening import MeterUsed

BY_HAND = ("form_installed", "form_hours", "form_viewer", "form_illuminance_meter", "form_measures")


class Fact(NamedTuple):
    """A name and what it is."""

    name: str
    said: str


def of_display(of: Subject, words: Words) -> Iterator[Fact]:
    """Where it stands, what it is, and by which limits it is judged."""
    display, by = of.display, of.evaluation.ruleset
    stands = " / ".join(filter(None, (display.workstation, display.position)))
    model = " ".join(filter(None, (display.make, display.model)))
    target = display.target_cd_m2
    yield Fact(words.say("site"), _known(of.site, words))
    yield Fact(words.say("room"), _known(display.room, words))
    yield Fact(words.say("workstation"), stands)
    yield Fact(words.say("display"), display.name)
    yield Fact(words.say("make_model"), _known(model, words))
    yield Fact(words.say("serial_number"), _known(display.serial_number, words))
    yield Fact(words.say("panel"), _panel(of, words))
    yield Fact(words.say("use"), _known(display.use, words))
    yield Fact(words.say("target"), _known(f"{target:f} cd/m²" if target else "", words))
    yield Fact(words.say("grade"), words.pick(by.title))
    yield Fact(words.say("ruleset"), by.document)
    yield Fact(words.say("ruleset_content"), by.identifier)


def of_test(of: Subject, words: Words) -> Iterator[Fact]:
    """When, by whom, how and with what."""
    begun = of.session.begun
    ended = stamp(of.ended) if of.ended else words.say("not_ended")
    yield Fact(words.say("test"), words.say(begun.occasion))
    yield Fact(words.say("session"), str(of.session.identifier))
    yield Fact(words.say("began"), stamp(of.began))
    yield Fact(words.say("ended"), ended)
    yield Fact(words.say("operator"), _known(begun.operator, words))
    for meter in of.meters:
        yield from _meter(meter, words)
    if not of.meters:
        yield Fact(words.say("meter"), words.say("not_recorded"))
    yield Fact(words.say("method"), words.say(begun.method))
    yield Fact(words.say("path"), words.pick(begun.way.meaning))
    yield Fact(words.say("software"), of.software)


def of_light(of: Subject, words: Words) -> Iterator[Fact]:
    """Of the room."""
    lux, ambient = of.measured.illuminance_lx, of.measured.ambient_cd_m2
    reflection = of.display.reflection_cd_m2_lx
    unknown = words.say("not_known")
    yield Fact(words.say("illuminance"), unknown if lux is None else f"{lux:f} lx")
    yield Fact(words.say("ambient"), unknown if ambient is None else f"{exact(ambient)} cd/m²")
    yield Fact(
        words.say("reflection"), unknown if reflection is None else f"{reflection:f} cd/m²/lx"
    )


def for_the_records(of: Subject, words: Words) -> Iterator[Fact]:
    """What a site keeps with a test and the box mostly does not know: filled in by hand."""
    following = next_test(of)
    for key in BY_HAND:
        yield Fact(words.say(key), "")
    yield Fact(words.say("form_next"), f"{following}" if following else "")


def next_test(of: Subject) -> date | None:
    """Last day for the next constancy test; None where this one is nothing to count from."""
    counts = is_done(of.session) and of.session.begun.occasion is not Occasion.DAILY
    if not counts or Occasion.CONSTANCY not in of.evaluation.ruleset.tests:
        return None
    return day_of(of.session) + timedelta(days=of.display.constancy_days)


def stamp(at: datetime) -> str:
    """Day and time of the box's clock, with its zone."""
    return f"{at:%Y-%m-%d %H:%M} ({zone(at)})"


def zone(at: datetime) -> str:
    """Such as UTC+09:00."""
    offset = f"{at:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if at.utcoffset() else "UTC"


def _meter(meter: MeterUsed, words: Words) -> Iterator[Fact]:
    unknown = words.say("not_known")
    serial = meter.serial_number or unknown
    yield Fact(words.say("meter"), words.say("meter_serial", model=meter.model, serial=serial))
    yield Fact(words.say("calibrated_until"), meter.calibrated_until or unknown)
    errors = (meter.accuracy_percent, meter.repeatability_percent)
    said = ", ".join(unknown if each is None else f"{each:f} %" for each in errors)
    yield Fact(words.say("meter_figures"), said)


def _panel(of: Subject, words: Words) -> str:
    display = of.display
    return words.say(
        "panel_said",
        size=f"{plain(display.size_inch, 3)} inch, " if display.size_inch else "",
        width=display.width_px,
        height=display.height_px,
        bits=display.bits,
        colour=words.say("monochrome_panel" if display.is_monochrome else "colour_panel"),
    )


def _known(text: str, words: Words) -> str:
    return text or words.say("not_recorded")
