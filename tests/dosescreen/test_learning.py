"""What a scanner's screens teach, and how a known scanner is read."""

from dataclasses import replace

import pytest
from pydicom import Dataset

from appliance.dosescreen import Outcome
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.learning import LEARNT, LearntAtlas, Withdrawal, learn, withdraw
from appliance.dosescreen.learning.lessons import lessons
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.recognise import is_checked
from appliance.dosescreen.screen import render
from appliance.simulators.secondary_capture import GE, SIEMENS, Console
from tests.dosescreen.scholars import Scholar, box, grown, protocol, read_with, report, scholars
from tests.dosescreen.schools import lesson, scanner, shapes, taught, unknown_font
from tests.dosescreen.world import (
    dlps,
    recogniser,
)

SHAPES = shapes(load_font("6x12-misc"))
THREE, EIGHT = SHAPES["3"], SHAPES["8"]
NEW = LearntAtlas(scanner(GE))
DIGITS = set("0123456789")


# The atlas as a value.


def test_a_lesson_is_held_and_learnt_once() -> None:
    atlas = learn(NEW, [lesson(THREE, "3")])
    assert atlas.held == {THREE: "3"}
    assert learn(atlas, [lesson(THREE, "3", "s2")]) is atlas


def test_the_version_follows_from_what_is_held_and_not_from_when() -> None:
    atlas = learn(NEW, [lesson(THREE, "3"), lesson(EIGHT, "8")])
    again = learn(NEW, [lesson(EIGHT, "8", "s9"), lesson(THREE, "3", learnt_at=2.0)])
    assert atlas.version == again.version
    assert atlas.version != learn(NEW, [lesson(THREE, "8")]).version
    assert atlas.version != replace(atlas, scanner=scanner(SIEMENS)).version


def test_letters_that_look_alike_share_a_shape() -> None:
    atlas = learn(NEW, [lesson(SHAPES["l"], "I"), lesson(SHAPES["l"], "l", "s2")])
    assert atlas.held == {SHAPES["l"]: "Il"}


@pytest.mark.parametrize("other", ["8", "E", "B"])
def test_a_digit_shares_its_shape_with_nothing(other: str) -> None:
    atlas = learn(NEW, [lesson(THREE, "3"), lesson(THREE, other, "s2")])
    assert atlas.held == {}


def test_what_is_withdrawn_is_held_no_longer_and_the_reason_stays() -> None:
    atlas = learn(NEW, [lesson(THREE, "8"), lesson(EIGHT, "8")])
    withdrawal = Withdrawal(shape=THREE, character="8", why="one+other read 3", withdrawn_at=2e9)
    after = withdraw(atlas, [withdrawal])
    assert after.held == {EIGHT: "8"}
    assert after.history[-1] == withdrawal
    assert after.version != atlas.version
    assert withdraw(after, [withdrawal]).history == after.history


def test_a_withdrawn_character_needs_every_reader_on_three_screens() -> None:
    atlas = withdraw(
        learn(NEW, [lesson(THREE, "8")]), [Withdrawal(shape=THREE, character="8", why="doubt")]
    )
    for screen in ("s1", "s2", "s2"):
        atlas = learn(atlas, [lesson(THREE, "8", screen)])
    atlas = learn(atlas, [lesson(THREE, "8", "s3", unanimous=False)])
    assert atlas.held == {}
    assert learn(atlas, [lesson(THREE, "8", "s4")]).held == {THREE: "8"}


def test_what_was_withdrawn_twice_is_never_learnt_again() -> None:
    atlas = learn(NEW, [lesson(THREE, "8")])
    for _ in range(2):
        atlas = withdraw(atlas, [Withdrawal(shape=THREE, character="8", why="doubt")])
        atlas = learn(atlas, [lesson(THREE, "8", f"s{at}") for at in range(5)])
    assert atlas.held == {}


def test_the_right_character_is_learnt_at_once_after_a_wrong_one() -> None:
    atlas = withdraw(
        learn(NEW, [lesson(THREE, "8")]), [Withdrawal(shape=THREE, character="8", why="doubt")]
    )
    assert learn(atlas, [lesson(THREE, "3")]).held == {THREE: "3"}


@pytest.mark.parametrize("character", ["", "10", " ", "\n"])
def test_a_lesson_is_about_one_printed_character(character: str) -> None:
    with pytest.raises(ValueError, match="character"):
        lesson(THREE, character)


# What screens teach.


def test_an_accepted_screen_teaches_the_digits_of_its_numbers_and_the_layouts_words() -> None:
    found = read_with(NEW, report(), *scholars())
    atlas = grown(NEW, found)
    assert found.outcome is Outcome.RECOGNISED
    font = shapes(unknown_font())
    for character in "01357CTDIvol":
        assert character in atlas.held[font[character]], character
    assert all(font[character] in atlas.held for character in "Phantom")
    assert LEARNT not in {lesson.readers for lesson in found.experiences[0].lessons}


def test_one_reader_alone_teaches_no_digit_of_the_layouts_words() -> None:
    (sighting,) = read_with(NEW, report(), Scholar("one", unknown_font())).sightings
    page = sighting.finding
    assert isinstance(page, PageRecord)
    learnt = lessons(sighting.screen, sighting.transcript, page, "")
    assert {"B", "o", "d", "y"} <= {lesson.character for lesson in learnt}
    assert not {lesson.character for lesson in learnt} & DIGITS


def test_digits_that_stand_in_no_accepted_number_are_not_learnt() -> None:
    atlas = grown(NEW, read_with(NEW, report("200.00"), *scholars()))
    assert shapes(unknown_font())["9"] not in atlas.held


def test_a_letter_takes_two_readers_that_spell_a_word_alike() -> None:
    one, other = scholars()
    letter = shapes(unknown_font())["B"]  # of the label; the layout has no such word
    assert letter in grown(NEW, read_with(NEW, protocol(), one, other)).held
    alone = replace(recogniser(), tiers=((one,), ()))
    assert alone.recognise(protocol()).experiences[0].lessons == ()


def test_every_lesson_says_where_it_comes_from() -> None:
    (dataset,) = report()
    (experience,) = read_with(NEW, [dataset], *scholars()).experiences
    for each in experience.lessons:
        assert each.layout == "dose-report/1"
        assert each.software_versions == GE.software_versions
        assert each.readers in {"one+other", "layout"}
        assert dataset.SOPInstanceUID not in each.screen
        assert each.learnt_at is None
    assert all(each.learnt_at == 5.0 for each in experience.taught(NEW, 5.0).history)  # type: ignore[union-attr]


def test_a_screen_that_waits_teaches_nothing() -> None:
    found = read_with(NEW, report(total="374.00"), *scholars())
    assert found.outcome is Outcome.QUARANTINED
    assert found.experiences[0].lessons == ()


def test_a_screen_that_was_compressed_with_loss_teaches_nothing() -> None:
    (dataset,) = report()
    dataset.LossyImageCompression = "01"
    found = read_with(NEW, [dataset], *scholars())
    assert found.outcome is Outcome.RECOGNISED
    assert found.experiences[0].lessons == ()


def test_a_header_that_names_no_scanner_teaches_nothing() -> None:
    (dataset,) = report()
    dataset.DeviceSerialNumber = dataset.StationName = ""
    found = box(*scholars()).recognise([dataset])
    assert found.outcome is Outcome.RECOGNISED
    assert found.experiences == ()


# A known scanner.


@pytest.mark.parametrize(
    ("objects", "console"), [(report(), GE), (protocol(), SIEMENS)], ids=["report", "protocol"]
)
def test_a_known_scanner_needs_no_other_reader(objects: list[Dataset], console: Console) -> None:
    one, other = scholars()
    found = read_with(taught(console, unknown_font()), objects, one, other)
    assert found.outcome is Outcome.RECOGNISED
    assert one.asked == other.asked == []
    assert found.experiences[0].rests_on


def test_others_are_asked_about_a_label_alone_that_is_not_known() -> None:
    every = taught(SIEMENS, unknown_font())
    without_b = tuple(each for each in every.history if each.character != "B")
    one, other = scholars()
    found = read_with(replace(every, history=without_b), protocol(), one, other)
    assert found.outcome is Outcome.RECOGNISED
    assert found.record is not None
    assert [event.label.value for event in found.record.events if event.label] == [
        "Topogram",
        "Beck",
    ]
    assert one.asked == other.asked == [1]
    assert [each.character for each in found.experiences[0].lessons if each.character == "B"]


def test_ink_that_was_cut_apart_teaches_nothing() -> None:
    found = read_with(NEW, report(), *scholars())
    (sighting,) = found.sightings
    page = sighting.finding
    assert isinstance(page, PageRecord)
    cut = tuple(tuple(replace(glyph, parted=True) for glyph in each) for each in page.numbers)
    learnt = lessons(sighting.screen, sighting.transcript, replace(page, numbers=cut), "")
    of_body_32 = {"3", "2"}
    assert {lesson.character for lesson in learnt} & DIGITS == of_body_32


def test_what_five_screens_taught_suffices_for_the_sixth() -> None:
    atlas = NEW
    for at, dlp in enumerate(["137.00", "289.46", "650.13", "472.98", "731.05"]):
        atlas = grown(atlas, read_with(atlas, report(dlp, series=str(at + 2)), *scholars()))
    one, other = scholars()
    found = read_with(atlas, report("958.76", series="7"), one, other)
    assert dlps(found) == ["958.76"]
    assert one.asked == other.asked == []


def test_an_atlas_without_every_digit_is_one_reader_of_two() -> None:
    one = Scholar("one", unknown_font())
    every = taught(GE, unknown_font())
    atlas = replace(every, history=tuple(each for each in every.history if each.character != "8"))
    assert every.is_settled
    assert not atlas.is_settled
    found = read_with(atlas, report(), one)
    assert one.asked
    assert found.outcome is Outcome.RECOGNISED


def test_another_scanners_atlas_is_not_read_with() -> None:
    found = read_with(taught(SIEMENS, unknown_font()), report())
    assert found.outcome is Outcome.QUARANTINED


def test_one_screen_in_sixteen_is_read_by_everyone() -> None:
    one, other = scholars()
    (dataset,) = report()
    (screen,) = render(dataset)
    uids = (f"1.2.3.{number}" for number in range(1000))
    checked = [uid for uid in uids if is_checked(replace(screen, sop_instance_uid=uid))]
    assert 30 < len(checked) < 100
    dataset.SOPInstanceUID = checked[0]
    found = read_with(taught(GE, unknown_font()), [dataset], one, other)
    assert found.outcome is Outcome.RECOGNISED
    assert one.asked
    assert other.asked
