"""``appliance read --explain``: how each screen was read, as pictures for people."""

import sys
from pathlib import Path

from PIL import Image

from appliance.charts.colours import PAPER
from appliance.charts.typeface import Typeface, japanese
from appliance.cli.annotation import GROUND, annotated
from appliance.cli.context import Context
from appliance.cli.panel import panel
from appliance.cli.texts import Texts, texts_for
from appliance.dosescreen.explanation import Explanation, Reading, explanations
from appliance.services.site_layouts import known_layouts
from appliance.services.study_reading import StudyReading


def write_explanations(reading: StudyReading, target: Path, context: Context) -> None:
    """A PNG file for every screen of a study, into the folder ``target``.

    ``target`` may be a ``.png`` file where one file with one screen is read. Files are named by
    instance and frame. Raises OSError, and ConfigurationError for a font that cannot be used.
    """
    texts, typeface = lettering(context)
    show_identity = context.arguments.show_identity
    read = Reading(reading.record, reading.doubts, reading.sightings, reading.evidence)
    layouts = known_layouts(context.configuration.layouts_dir)
    found = list(explanations(read, layouts, show_identity=show_identity))
    (first, *more) = context.arguments.paths
    alone = len(found) == 1 and first.is_file() and not more
    for number, each in enumerate(found, start=1):
        place = texts.say("explain.place", number=number, count=len(found))
        file = _file(target, each, alone=alone)
        file.parent.mkdir(parents=True, exist_ok=True)
        poster(each, str(reading.outcome), place, texts, typeface).save(file, optimize=True)
        sys.stderr.write(texts.say("explain.written", file=file) + "\n")


def poster(
    explanation: Explanation, outcome: str, place: str, texts: Texts, typeface: Typeface
) -> Image.Image:
    """The annotated screen with its panel beside it."""
    screen = annotated(explanation, texts, typeface)
    beside = panel(explanation, outcome, place, texts, typeface)
    size = screen.width + beside.width, max(screen.height, beside.height)
    sheet = Image.new("RGB", size, GROUND)
    sheet.paste(PAPER, (screen.width, 0, *size))
    sheet.paste(screen, (0, 0))
    sheet.paste(beside, (screen.width, 0))
    return sheet


def lettering(context: Context) -> tuple[Texts, Typeface]:
    """The language of pictures and the letters for it: English where Japanese ones are missing."""
    if context.texts.language != "ja":
        return context.texts, Typeface()
    typeface = japanese(context.configuration.site.japanese_font)
    if typeface is None:
        sys.stderr.write(context.texts.say("explain.english") + "\n")
        return texts_for("en"), Typeface()
    return context.texts, typeface


def _file(target: Path, explanation: Explanation, *, alone: bool) -> Path:
    if alone and target.suffix.lower() == ".png":
        return target
    return target / f"{explanation.sop_instance_uid or 'screen'}-{explanation.frame + 1}.png"
