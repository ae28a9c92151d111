"""Levels of a series that a person pages through: each is right, or none is told."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from appliance.displayqa.paging import Doubt, Level, Paging, Unknown
from appliance.displayqa.plateau import Sample, Stream, are_apart, plateaus
from tests.displayqa.persons import CAREFUL, CARELESS, COUNT, Habits, story

RATE_S = 0.5
STAY_S = 4.0
THERE = [Decimal(each) for each in ("0.50", "0.70", "1.00", "1.50", "2.20")]


def stream(lights: Sequence[Decimal], stay_s: float = STAY_S) -> tuple[Sample, ...]:
    """Each light for so long."""
    each = round(stay_s / RATE_S)
    return tuple(
        Sample(at * RATE_S, light)
        for at, light in enumerate(light for light in lights for _ in range(each))
    )


def paged(*lights: Decimal | str, turned: int | None = None) -> tuple[Level, ...] | Unknown:
    """The levels of lights of one picture each; turned at the brightest, or as told.

    At the end the brightest is shown once more.
    """
    exact = [Decimal(each).quantize(Decimal("0.01")) for each in lights]
    at = exact.index(max(exact)) if turned is None else turned
    return told([*exact, max(exact)], at, len(exact) - 1)


def told(lights: Sequence[Decimal], turned: int, returned: int) -> tuple[Level, ...] | Unknown:
    spoken_s = [(each + 0.5) * STAY_S for each in (turned, returned)]
    return Paging(stream(lights), *spoken_s).levels(len(THERE))


def outcomes(seeds: range, habits: Habits) -> list[Doubt | None]:
    """Why each was refused, or None; every level that was told is right."""
    told: list[Doubt | None] = []
    for seed in seeds:
        one = story(seed, habits)
        levels = one.paging().levels(COUNT)
        if isinstance(levels, Unknown):
            told.append(levels.doubt)
            continue
        assert [each.number for each in levels] == list(range(1, COUNT + 1)), seed
        assert all(map(one.is_right, levels)), seed
        told.append(None)
    return told


def doubt(*lights: Decimal | str, turned: int | None = None) -> Doubt:
    found = paged(*lights, turned=turned)
    assert isinstance(found, Unknown)
    return found.doubt


def test_there_and_back_every_level_is_known() -> None:
    levels = paged(*THERE, *THERE[-2::-1])
    assert not isinstance(levels, Unknown)
    assert [each.number for each in levels] == [1, 2, 3, 4, 5]
    for each, light in zip(levels, THERE, strict=True):
        assert {sample.luminance_cd_m2 for sample in each.kept} == {light}
        assert len({sample.at_s for sample in each.kept}) == len(each.kept)


def test_a_page_gone_back_changes_nothing() -> None:
    zigzag = [*THERE[:3], THERE[1], *THERE[2:], *THERE[-2::-1]]
    levels = paged(*zigzag)
    assert not isinstance(levels, Unknown)
    assert [each.there.middle_cd_m2 for each in levels] == THERE


@pytest.mark.parametrize(
    ("lights", "expected"),
    [
        ("0.5 0.7 1.5 2.2 1.5 0.7 0.5", Doubt.TOO_FEW),
        ("0.5 0.7 1.0 1.5 2.2 1.5 0.7 0.5", Doubt.TOO_FEW),
        ("0.5 0.5 1.0 1.5 2.2 1.5 1.0 0.5", Doubt.TOO_FEW),
        ("0.5 0.7 0.6 1.5 2.2 1.5 0.6 0.7 0.5", Doubt.TOO_FEW),
        ("0.5 0.7 0.8 1.0 1.5 2.2 1.5 1.0 0.8 0.7 0.5", Doubt.TOO_MANY),
        ("0.5 0.7 0.8 1.0 1.5 2.2 1.5 1.0 0.7 0.5", Doubt.SEEN_ONE_WAY),
        ("0.7 1.0 1.5 2.2 1.5 1.0 0.7 0.5", Doubt.ENDS_DIFFER),
        ("0.5 0.7 1.0 1.5 2.2 1.5 1.0 0.7", Doubt.ENDS_DIFFER),
    ],
)
def test_what_is_not_certain_is_refused(lights: str, expected: Doubt) -> None:
    assert doubt(*lights.split()) is expected


def test_a_level_missed_and_another_invented_are_not_taken_for_all() -> None:
    assert doubt(*["0.5", "0.7", "1.5", "1.8", "2.2", "1.5", "1.0", "0.7", "0.5"]) is Doubt.TOO_FEW


def test_a_light_around_the_turn_is_not_taken_for_a_level() -> None:
    alike = [Decimal(each) for each in ("0.50", "0.50", "1.00", "1.50", "2.20")]
    lit = [*alike[1:], Decimal("2.50"), *alike[:0:-1]]
    assert told([*lit, Decimal("2.20")], 4, 8) == Unknown(Doubt.ENDS_DIFFER)
    assert not isinstance(told([*lit, Decimal("2.50")], 4, 8), Unknown)


def test_who_does_not_show_the_last_picture_again_is_refused() -> None:
    assert told([*THERE, *THERE[-2::-1]], 4, 8) == Unknown(Doubt.ENDS_DIFFER)


def test_who_speaks_at_another_picture_than_the_last_is_refused() -> None:
    assert doubt(*THERE, *THERE[-2::-1], turned=3) is Doubt.ENDS_DIFFER


def test_who_speaks_while_nothing_stays_is_told_so() -> None:
    restless = tuple(
        Sample(at * RATE_S, Decimal(light)) for at, light in enumerate(["1.0", "2.0"] * 20)
    )
    found = Paging(restless, 5.0, 9.0).levels(5)
    assert found == Unknown(Doubt.NOTHING_SETTLED)
    assert Paging((), 0.0, 0.0).levels(5) == Unknown(Doubt.NOTHING_SETTLED)


def test_a_viewer_that_is_black_between_pictures_disturbs_nothing() -> None:
    black = Decimal("0.02")
    samples, at_s = [], 0.0
    for light in [*THERE, *THERE[-2::-1], THERE[-1]]:
        for seen in [*[black] * 2, *[light] * 8]:
            samples.append(Sample(at_s, seen))
            at_s += RATE_S
    spoken_s = [(at * 10 + 6) * RATE_S for at in (4, 8)]
    levels = Paging(tuple(samples), *spoken_s).levels(5)
    assert not isinstance(levels, Unknown)


def test_few_readings_or_a_short_time_are_no_plateau() -> None:
    light = Decimal("5.00")
    assert not plateaus([Sample(0.0, light), Sample(10.0, light)])
    assert not plateaus([Sample(at / 10, light) for at in range(10)])
    assert len(plateaus([Sample(at / 10, light) for at in range(17)])) == 1


def test_it_is_seen_when_the_light_stays_now() -> None:
    told, seen = Stream(), []
    for at, light in enumerate(["5.00"] * 4 + ["9.00"]):
        told.add(Sample(float(at), Decimal(light)))
        seen.append(told.is_settled)
    assert seen == [False, False, True, True, False]
    assert len(told.plateaus) == 1
    with pytest.raises(ValueError, match="before"):
        told.add(Sample(3.0, Decimal("9.00")))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("0.50", "0.52", False),
        ("0.50", "0.53", True),
        ("0.500", "0.530", True),
        ("100", "102.9", False),
        ("100", "103.2", True),
    ],
)
def test_how_far_apart_levels_are(one: str, other: str, *, expected: bool) -> None:
    assert are_apart(Decimal(one), Decimal(other)) is expected


def test_careful_persons_are_followed() -> None:
    told = outcomes(range(40), CAREFUL)
    assert told.count(None) >= 36


def test_careless_persons_are_followed_or_refused_and_never_misunderstood() -> None:
    told = outcomes(range(40), CARELESS)
    assert 0 < told.count(None) < 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("habits", "least"),
    [
        (CAREFUL, 0.95),
        (CARELESS, 0.3),
        (Habits(going_back=0.15), 0.9),
        (Habits(longest_black_s=4.0), 0.9),
        (Habits(hand=0.05), 0.2),
        (Habits(light=0.05), 0.2),
        (Habits(hasty=0.02, hand=0.03, light=0.03, going_back=0.1), 0.05),
    ],
    ids=["careful", "careless", "going-back", "black", "hand", "light", "all"],
)
def test_no_level_is_wrong_among_many_persons_monitors_and_meters(
    habits: Habits, least: float
) -> None:
    told = outcomes(range(1000, 1300), habits)
    assert told.count(None) >= least * len(told)


@pytest.mark.slow
def test_levels_that_look_alike_are_never_told_apart() -> None:
    told = outcomes(range(300), Habits(crushed=1.0, hand=0.03, light=0.03))
    assert None not in told
