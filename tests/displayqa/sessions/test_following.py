"""A person who pages through a series in a viewer, followed by what the meter reads."""

from decimal import Decimal
from itertools import chain, count

import pytest

from appliance.displayqa.meters.reading import Failure, Fault, Reading
from appliance.displayqa.paging import Doubt, Unknown
from appliance.displayqa.patterns import found
from appliance.displayqa.sessions.archive_screen import ArchiveScreen, Picture
from appliance.displayqa.sessions.following import Follower, scale
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way
from tests.displayqa.persons import CAREFUL, COUNT, Habits, Story, story
from tests.displayqa.sessions.tests_of_displays import session

FAULTY = Failure(Fault.NO_REPLY)
HINDRANCE = NotShown("not-found", ("the study is not there", "検査がありません"))


class Clock:
    now_s = 0.0


def followed(told: Story, faults: int = 0) -> tuple[Follower, list[Failure]]:
    """To the end; the person speaks at the last picture. Every so-manieth reading fails."""
    clock, paging = Clock(), told.paging()
    waiting, calls = list(paging.samples), count(1)

    def read() -> Reading | Failure:
        if faults and next(calls) % faults == 0:
            return FAULTY
        sample = waiting.pop(0)
        clock.now_s = sample.at_s
        colour = Decimal("0.198")
        return Reading(luminance_cd_m2=sample.luminance_cd_m2, u_prime=colour, v_prime=colour)

    follower, heard = Follower(read, lambda: clock.now_s), []
    spoken_s = [paging.turned_s, paging.returned_s]
    while waiting:
        heard.append(follower.look())
        if spoken_s and clock.now_s >= spoken_s[0]:
            follower.turn()
            spoken_s.pop(0)
    return follower, [each for each in heard if each]


def test_the_grey_scale_is_measured() -> None:
    told = story(3, CAREFUL)
    follower, _ = followed(told)
    measured = follower.measured(session())
    assert not isinstance(measured, Unknown)
    assert [(each.pattern, each.ddl) for each in measured] == [
        (step.pattern, step.ddl) for step in scale(session())
    ]
    for each, light in zip(measured, told.luminances_cd_m2, strict=True):
        for luminance in each.luminances_cd_m2:
            assert float(luminance) == pytest.approx(light, rel=0.05, abs=0.03)
        assert len(each.chromaticities) == len(each.luminances_cd_m2) == each.exchanges
    assert len(follower.seen_cd_m2) == COUNT


def test_a_reading_that_fails_is_left_out() -> None:
    follower, failures = followed(story(3, CAREFUL), faults=9)
    assert failures
    assert set(failures) == {FAULTY}
    assert not isinstance(follower.measured(session()), Unknown)


def test_who_did_not_say_where_the_last_picture_is_has_measured_nothing() -> None:
    clock, told = Clock(), story(3, CAREFUL)
    readings = iter(told.paging().samples)
    follower = Follower(
        lambda: Reading(luminance_cd_m2=next(readings).luminance_cd_m2), lambda: clock.now_s
    )
    for _ in range(50):
        clock.now_s += 0.5
        follower.look()
    assert follower.measured(session()) == Unknown(Doubt.NOTHING_SETTLED)


def test_levels_that_look_alike_are_not_measured() -> None:
    follower, _ = followed(story(5, Habits(crushed=1.0)))
    measured = follower.measured(session())
    assert isinstance(measured, Unknown)
    assert measured.doubt is Doubt.TOO_FEW
    assert all(measured.doubt.sentences)


def test_it_is_told_when_the_light_stays() -> None:
    clock = Clock()
    readings = chain([Decimal("5.0")] * 4, [Decimal("9.0")])
    follower = Follower(lambda: Reading(luminance_cd_m2=next(readings)), lambda: clock.now_s)
    seen = []
    for _ in range(5):
        clock.now_s += 1.0
        follower.look()
        seen.append(follower.is_settled)
    assert seen == [False, False, True, True, False]
    assert follower.last_cd_m2 == Decimal("9.0")
    assert follower.seen_cd_m2 == (Decimal("5.0"),)


def test_an_illuminance_is_no_light_of_the_display() -> None:
    follower = Follower(lambda: Reading(illuminance_lx=Decimal(30)), lambda: 1.0)
    assert follower.look() is None
    assert follower.last_cd_m2 is None


def test_a_person_shows_picture_by_picture() -> None:
    asked: list[Picture] = []
    screen = ArchiveScreen(asked.append)
    first, second = found("jira-bn")[:2]
    for member in (first, first, second, found("tg18-un80")[0]):
        assert screen.show(member) == Shown()
    assert asked == [
        Picture("jira-bn", 1, 18),
        Picture("jira-bn", 2, 18),
        Picture("tg18-un80", 1, 1),
    ]
    assert screen.way is Way.ARCHIVE


def test_what_cannot_be_shown_is_asked_for_again() -> None:
    answers = [HINDRANCE, None]
    screen = ArchiveScreen(lambda _: answers.pop(0))
    (member,) = found("tg18-un80")
    assert screen.show(member) == HINDRANCE
    assert screen.show(member, "top-left") == Shown()
    assert not answers
