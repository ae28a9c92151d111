"""Slanted and small letters: colons lean, words run together, units are hard to read."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from appliance.dose.coded import Phantom
from appliance.dosescreen import Outcome, Recogniser, Recognition
from appliance.dosescreen.atlas import atlas_of
from appliance.dosescreen.fonts import every_font, load_font
from appliance.simulators.consoles import hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import HITACHI, PHILIPS, SIEMENS, TOSHIBA
from tests.dosescreen.world import (
    SIEMENS_STYLE,
    TOPOGRAM,
    WHO,
    abdomen,
    captured,
    dose_report,
    helical,
    patient_protocol,
    read,
    reasons,
    recogniser,
)


@pytest.mark.parametrize("name", ["ncenI14-75dpi", "ncenBI14-75dpi"])
def test_a_total_behind_its_unit_is_read(name: str) -> None:
    examination = philips.philips_examination(Random(1), 3)
    style = philips.PhilipsStyle(pitch=18, columns=640, right=630)
    pages = philips.draw(examination, WHO, load_font(name), style)
    recognition = read(captured(pages, PHILIPS))
    assert recognition.outcome is Outcome.RECOGNISED, reasons(recognition)
    assert recognition.record is not None
    assert recognition.record.total_dlp_mgy_cm is not None
    assert recognition.record.total_dlp_mgy_cm.text == examination.total_dlp_mgy_cm


def test_totals_by_phantom_are_read() -> None:
    examination = toshiba_examination(Random(1), decimals=1)
    style = toshiba.ToshibaStyle(family=toshiba.Family.E, columns=640, right=630)
    pages = toshiba.draw(examination, WHO, load_font("ncenI08-100dpi"), style)
    recognition = read(captured(pages, TOSHIBA))
    assert recognition.outcome is Outcome.RECOGNISED, reasons(recognition)
    assert recognition.record is not None
    assert recognition.record.totals_by_phantom


@pytest.mark.parametrize("name", ["courR08-75dpi", "6x13O-misc"])
def test_a_range_stands_under_its_unit_however_that_reads(name: str) -> None:
    pages = hitachi.draw(hitachi.hitachi_examination(Random(1)), WHO, load_font(name))
    recognition = read(captured(pages, HITACHI))
    assert recognition.outcome is Outcome.RECOGNISED, reasons(recognition)


def test_units_that_nobody_could_read_are_no_row() -> None:
    examination = philips.philips_examination(Random(1), 3)
    style = philips.PhilipsStyle(columns=640, right=630)
    pages = philips.draw(examination, WHO, load_font("ncenR08-75dpi"), style)
    recognition = read(captured(pages, PHILIPS))
    assert recognition.outcome is Outcome.RECOGNISED, reasons(recognition)


@cache
def stranger_to(family: str) -> Recogniser:
    """One whose atlas has no font of ``family``, and so takes no letters of it apart."""
    shipped = recogniser()
    fonts = [font for font in every_font() if not font.name.startswith(family)]
    return replace(shipped, fonts=replace(shipped.fonts, atlas=atlas_of(fonts)))


def test_a_legend_is_read_whose_cm_is_of_one_piece() -> None:
    style = replace(SIEMENS_STYLE, phantom_mark=siemens.PhantomMark.PARENTHESES)
    pages = patient_protocol([TOPOGRAM, abdomen()], font=load_font("ncenBI12-75dpi"), style=style)
    assert phantoms(stranger_to("ncen").recognise(captured(pages, SIEMENS))) == [Phantom.BODY32]


def test_letters_like_digits_are_of_another_word_than_the_diameter() -> None:
    """A d whose parts do not touch looks like 01 before the 16."""
    scans = [helical(phantom=Phantom.HEAD16)]
    pages = dose_report(scans, font=load_font("ncenR08-100dpi"))
    assert phantoms(stranger_to("ncen").recognise(captured(pages))) == [Phantom.HEAD16]


def phantoms(recognition: Recognition) -> list[Phantom]:
    assert recognition.outcome is Outcome.RECOGNISED, reasons(recognition)
    assert recognition.record is not None
    found = [event.phantom for event in recognition.record.dose_events]
    return [phantom.value for phantom in found if phantom is not None]
