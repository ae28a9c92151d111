"""Pictures that explain: everything that was read is on them, and nobody's name."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset

from appliance.charts import typeface
from appliance.charts.colours import ORANGE, SKY
from appliance.charts.typeface import JAPANESE_FONTS, Typeface, japanese
from appliance.cli import main
from appliance.cli.annotation import annotated, magnification
from appliance.cli.arguments import Arguments
from appliance.cli.context import Context
from appliance.cli.drawing import Drawing
from appliance.cli.explain import lettering, poster
from appliance.cli.texts import texts_for
from appliance.config import Configuration
from appliance.dose.checks import Check, Evidence, Subject, Verdict, checks
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Recognition, layouts
from appliance.dosescreen.explanation import Explanation, Reading, Role, explanations
from appliance.dosescreen.fonts import load_font
from appliance.errors import ConfigurationError
from appliance.simulators.demo import GE_FONT, Kind, demo_studies
from tests.dosescreen.world import read

Capture = pytest.CaptureFixture[str]
SEED = 6
KINDS = (Kind.GE, Kind.SIEMENS, Kind.UNREADABLE, Kind.MULTI_PAGE)
every_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def study(kind: Kind) -> tuple[Dataset, ...]:
    return demo_studies(SEED, (kind,))[0].objects


@cache
def recognition(kind: Kind) -> Recognition:
    return read(study(kind))


def explained(kind: Kind, *, show_identity: bool = False) -> list[Explanation]:
    found = recognition(kind)
    reading = Reading(found.record, found.doubts, found.sightings, study(kind))
    return list(explanations(reading, layouts(), show_identity=show_identity))


def record(kind: Kind) -> CTRadiationDose:
    found = recognition(kind).record
    assert found is not None
    return found


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


# What is marked


@every_kind
def test_every_value_has_its_box_with_its_readers(kind: Kind) -> None:
    pages = explained(kind)
    marks = [mark for page in pages for mark in page.marks if mark.role is Role.VALUE]
    told = [value for mark in marks for value in mark.values]
    for event in record(kind).events:
        for name, value in event.sourced():
            assert (name, value.text) in told
    assert all(mark.readers for mark in marks)
    assert all(mark.box.width > 0 for mark in marks)


def test_the_total_and_the_headings_are_marked() -> None:
    (page,) = explained(Kind.GE)
    (total,) = [mark for mark in page.marks if mark.role is Role.TOTAL]
    printed = record(Kind.GE).total_dlp_mgy_cm
    assert printed is not None
    assert total.values == (("total_dlp_mgy_cm", printed.text),)
    columns = {mark.values[0][0] for mark in page.marks if mark.role is Role.HEADING}
    assert columns >= {"series", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom"}


def test_a_doubt_says_where_and_why() -> None:
    (page,) = explained(Kind.UNREADABLE)
    assert page.doubts
    assert any(doubt.box is not None for doubt in page.doubts)
    assert set(recognition(Kind.UNREADABLE).doubts) <= set(page.doubts)


# What is checked


def check_of(found: tuple[Check, ...], subject: Subject) -> Check:
    (check,) = [each for each in found if each.subject is subject]
    return check


def evidence(kind: Kind) -> Evidence:
    return Evidence(record(kind), (), ((1, 1),), ("PatientID",))


def test_checks_that_pass_say_their_numbers() -> None:
    found = checks(evidence(Kind.GE))
    assert {check.verdict for check in found} == {Verdict.PASSED}
    total = record(Kind.GE).total_dlp_mgy_cm
    assert total is not None
    (figures,) = check_of(found, Subject.SUM).figures
    assert figures.endswith(f"= {total.text}")
    assert check_of(found, Subject.PAGES).figures == ("1/1",)


def test_a_sum_that_does_not_hold_fails() -> None:
    given = record(Kind.GE)
    without = replace(given, events=given.events[:-1])
    check = check_of(checks(replace(evidence(Kind.GE), record=without)), Subject.SUM)
    assert check.verdict is Verdict.FAILED
    assert "≠" in check.figures[0]


def test_without_a_scan_range_a_length_has_nothing_to_fit() -> None:
    check = check_of(checks(evidence(Kind.SIEMENS)), Subject.LENGTH)
    assert check.verdict is Verdict.NOT_POSSIBLE
    assert check.figures


def test_what_is_not_printed_cannot_be_checked() -> None:
    given = replace(record(Kind.GE), total_dlp_mgy_cm=None)
    found = checks(Evidence(given, (), ((None, None),), ()))
    for subject in (Subject.SUM, Subject.PAGES, Subject.IDENTITY):
        assert check_of(found, subject).verdict is Verdict.NOT_POSSIBLE
    nothing = checks(Evidence(None, (), (), ()))
    assert {check.verdict for check in nothing} == {Verdict.NOT_POSSIBLE}


@every_kind
def test_the_checks_of_a_screen_agree_with_how_its_study_ended(kind: Kind) -> None:
    failed = {check.verdict for page in explained(kind) for check in page.checks}
    assert (Verdict.FAILED in failed) == (recognition(kind).outcome == "quarantined")


# Whose screen it is


@every_kind
def test_lines_of_identity_are_hidden(kind: Kind) -> None:
    """What is left is the ink of understood words; the patient's lines are empty."""
    for page, plain in zip(explained(kind), explained(kind, show_identity=True), strict=True):
        assert page.hidden
        for box in page.hidden:
            assert plain.ink[box.top : box.bottom, box.left : box.right].any()
            inside = page.ink[box.top + 2 : box.bottom - 2, box.left + 2 : box.right - 2]
            assert not inside.any()
        assert plain.hidden == ()


def test_of_a_screen_of_no_known_layout_only_words_of_dose_screens_are_left() -> None:
    reading = Reading(None, (), recognition(Kind.GE).sightings, ())
    unknown = [
        replace(each, finding=recognition(Kind.UNREADABLE).doubts[0]) for each in reading.sightings
    ]
    (page,) = explanations(replace(reading, sightings=tuple(unknown)), layouts())
    top = load_font(GE_FONT).height
    assert not page.ink[: 5 * top].any()
    assert page.ink.any()


# The pictures


@every_kind
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_picture_is_drawn_in_either_language(kind: Kind, language: str) -> None:
    letters = japanese("") if language == "ja" else Typeface()
    assert letters is not None
    for page in explained(kind):
        outcome = str(recognition(kind).outcome)
        sheet = poster(page, outcome, "1", texts_for(language), letters)
        assert sheet.width > page.ink.shape[1] * magnification(page.ink.shape[1])
        assert sheet.height >= 600


def test_a_screen_is_enlarged() -> None:
    assert [magnification(columns) for columns in (512, 640, 1024, 4096)] == [3, 3, 2, 1]
    (page,) = explained(Kind.GE)
    assert annotated(page, texts_for("en"), Typeface()).width == 3 * page.ink.shape[1]


def test_sure_and_unsure_differ_without_colours() -> None:
    grey = []
    for draw, colour in ((Drawing.box, SKY), (Drawing.hatched_box, ORANGE)):
        image = Image.new("RGB", (100, 60))
        draw(Drawing(image, Typeface()), (10, 10, 90, 50), colour)
        grey.append(np.asarray(image.convert("L"))[14:46, 14:86] > 0)
    assert not grey[0].any()
    assert 0.05 < grey[1].mean() < 0.5


def test_a_font_is_looked_for_where_debian_puts_it(tmp_path: Path) -> None:
    assert japanese("", [tmp_path / "none.ttf"]) is None
    there = next(file for file in JAPANESE_FONTS if file.exists())
    assert japanese("", [tmp_path / "none.ttf", there]) == Typeface(there)
    assert japanese("/any.ttf") == Typeface(Path("/any.ttf"))


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "screens"
    target.mkdir()
    for number, instance in enumerate(study(Kind.UNREADABLE)):
        instance.save_as(target / f"{number}.dcm", enforce_file_format=True)
    return target


@pytest.mark.usefixtures("in_english")
def test_read_writes_a_picture_a_screen(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "explained"
    assert main(["read", str(folder), "--explain", str(target)]) == 1
    (picture,) = target.iterdir()
    (instance,) = study(Kind.UNREADABLE)
    assert picture.name == f"{instance.SOPInstanceUID}-1.png"
    assert f"explained in {picture}" in capsys.readouterr().err
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert not image.getexif()
        assert image.info == {}


def test_without_a_japanese_font_pictures_are_english(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(Arguments(), Configuration(), texts_for("ja"))
    assert lettering(context)[0].language == "ja"
    monkeypatch.setattr(typeface, "JAPANESE_FONTS", ())
    texts, letters = lettering(context)
    assert (texts.language, letters) == ("en", Typeface())
    assert "fonts-vlgothic" in capsys.readouterr().err


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_text("no font")
    with pytest.raises(ConfigurationError, match="japanese_font"):
        Typeface(tmp_path / "font.ttf").sized(20)


@pytest.mark.usefixtures("in_english")
def test_a_single_screen_may_be_written_to_a_file(folder: Path, tmp_path: Path) -> None:
    (screen,) = folder.iterdir()
    main(["read", str(screen), "--explain", str(tmp_path / "one.png"), "--show-identity"])
    with Image.open(tmp_path / "one.png") as image:
        assert image.format == "PNG"
