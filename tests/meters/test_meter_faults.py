"""Bad cables and meters that go away: an answer in time, and never a wrong one."""

from dataclasses import replace
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.meters.conversation import converse
from appliance.displayqa.meters.discovery import Meter
from appliance.displayqa.meters.measuring import Measurement, Policy
from appliance.displayqa.meters.reading import Failure, Fault, Reading
from appliance.simulators.meters import Light
from appliance.simulators.meters.cable import Cable
from tests.meters.simulated import KEYS, SimulatedLine, identified, line_of, measuring, steady
from tests.meters.simulated import noisy as noisy_light

LEVELS = [f"{Decimal('0.51') * Decimal('1.5') ** level:.2f}" for level in range(18)]
TALKATIVE = ("ca-410", "cr", "pr-650", "pr-655")
"""A hundred bytes a reading: of them one in two hundred would come whole where 5 % are lost."""
UNIFORMITY = ["211.54", "209.80", "204.44", "207.01", "210.10"]


def outcome_of(key: str, line: SimulatedLine) -> Measurement | Failure:
    return measuring(key, line).measure()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", range(2))
def test_a_session_over_a_cable_that_loses_bytes_ends_right(key: str, seed: int) -> None:
    """18 levels and 5 positions; a number within the last place of the true one, each of them."""
    line = line_of(key)
    meter = measuring(key, line)
    assert isinstance(meter.measure(), Measurement)
    line.cable = Cable(lost_percent=1 if key in TALKATIVE else 5, seed=seed)
    for luminance in LEVELS + UNIFORMITY:
        line.body.light = steady(luminance)
        measurement = meter.measure()
        assert isinstance(measurement, Measurement), measurement
        resolution = measurement.reading.resolution
        assert abs(measurement.reading.value - Decimal(luminance)) <= max(
            resolution, Decimal(luminance) * Decimal("0.0002")
        )
    assert meter.damaged


def test_one_reading_alone_would_be_wrong_at_times() -> None:
    """So the cable does what the rule is for."""
    alone = Policy(agreeing=1, agreeing_at_first=1, agreeing_on_bad_line=1)
    line = line_of("ls-100")
    meter = measuring("ls-100", line, policy=alone)
    line.cable = Cable(lost_percent=5)
    outcomes = [meter.measure() for _ in range(100)]
    values = {each.reading.value for each in outcomes if isinstance(each, Measurement)}
    assert values > {Decimal("123.45")}


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("cable", [Cable(lost_percent=5), Cable(flipped_percent=2)])
def test_many_sessions_end_right_or_say_why(key: str, cable: Cable) -> None:
    for seed in range(12):
        line = line_of(key)
        meter = measuring(key, line)
        line.cable = replace(cable, seed=seed)
        for luminance in LEVELS + UNIFORMITY:
            line.body.light = steady(luminance)
            measurement = meter.measure()
            if isinstance(measurement, Measurement):
                assert measurement.reading.value == pytest.approx(
                    Decimal(luminance), rel=Decimal("0.02"), abs=Decimal("0.02")
                )


@settings(max_examples=60, deadline=None)
@given(
    key=st.sampled_from(KEYS),
    seed=st.integers(0, 2**32),
    lost=st.integers(0, 60),
    flipped=st.integers(0, 10),
    luminance=st.decimals("0.5", "900", places=2),
)
def test_however_bad_the_cable_a_wrong_number_is_not_believed(
    key: str, seed: int, lost: int, flipped: int, luminance: Decimal
) -> None:
    line = line_of(key, str(luminance))
    meter = measuring(key, line)
    line.cable = Cable(lost_percent=lost, flipped_percent=flipped, seed=seed)
    outcome = meter.measure()
    if isinstance(outcome, Measurement):
        assert outcome.reading.value == pytest.approx(
            luminance, rel=Decimal("0.02"), abs=Decimal("0.02")
        )


@settings(max_examples=200, deadline=None)
@given(key=st.sampled_from(KEYS), noise=st.binary(max_size=40))
def test_whatever_is_answered_nothing_is_raised(key: str, noise: bytes) -> None:
    line = line_of(key)
    meter = identified(key, line)
    assert isinstance(meter, Meter)
    line.answer_with(noise)
    codec = meter.kind.codec
    for dialogue in (codec.identify(), codec.measure(meter.instrument)):
        assert converse(line, dialogue) is not None


@pytest.mark.parametrize("key", KEYS)
def test_a_silent_meter_is_said_to_be_silent(key: str) -> None:
    line = line_of(key)
    meter = measuring(key, line)
    line.cable = Cable(cut=True)
    outcome = meter.measure()
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.NO_REPLY


@pytest.mark.parametrize("key", KEYS)
def test_a_meter_unplugged_in_the_middle_is_said_and_goes_on_when_it_is_back(key: str) -> None:
    line = line_of(key)
    meter = measuring(key, line)
    assert isinstance(meter.measure(), Measurement)
    line.unplugged = True
    assert meter.measure() == Failure(Fault.UNPLUGGED, "/dev/ttyUSB0")
    line.unplugged = False
    assert isinstance(meter.measure(), Measurement)


@pytest.mark.parametrize("asked", KEYS)
@pytest.mark.parametrize("there", KEYS)
def test_no_meter_is_taken_for_another(asked: str, there: str) -> None:
    meter = identified(asked, line_of(there))
    assert isinstance(meter, Meter) == (asked == there), meter


def test_a_late_answer_does_not_answer_the_next_request() -> None:
    line = line_of("ls-100", "1.00")
    meter = measuring("ls-100", line)
    line.cable = Cable(cut=True)
    assert isinstance(meter.measure(), Failure)
    line.cable = Cable()
    line._waiting = b"OK00,  999.00\r\n"  # noqa: SLF001 - what the meter sent too late
    measurement = meter.measure()
    assert isinstance(measurement, Measurement)
    assert measurement.reading.value == 1


def test_noise_of_the_light_is_the_spread() -> None:
    line = line_of("ls-100")
    line.body.light = noisy_light("100", "0.005")
    measurement = outcome_of("ls-100", line)
    assert isinstance(measurement, Measurement)
    assert measurement.reading.value == 100
    assert measurement.spread == Decimal("1.00")


def test_light_that_does_not_keep_still_is_no_measurement() -> None:
    line = line_of("ls-100")
    line.body.light = noisy_light("100", "0.2")
    outcome = outcome_of("ls-100", line)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.UNSTABLE


def test_the_last_place_may_flicker_in_the_dark() -> None:
    line = line_of("ls-100")
    line.body.light = noisy_light("0.05", "0.2")
    measurement = outcome_of("ls-100", line)
    assert isinstance(measurement, Measurement)
    assert measurement.reading.value == Decimal("0.05")


def test_how_often_is_asked_depends_on_what_the_line_has_done() -> None:
    policy, counts = Policy(), []
    line = line_of("ls-100")
    meter = measuring("ls-100", line)
    for damaged in (0, 0, 0, 0, 9, 9):
        meter.damaged = damaged
        measurement = meter.measure()
        assert isinstance(measurement, Measurement)
        counts.append(len(measurement.readings))
    first, proven, bad = policy.agreeing_at_first, policy.agreeing, policy.agreeing_on_bad_line
    assert counts == [first, first, proven, proven, bad, bad]
    meter.exchanges, meter.damaged = 1000, 1
    measurement = meter.measure()
    assert isinstance(measurement, Measurement)
    assert len(measurement.readings) == first


def test_shorter_numbers_do_not_outvote_a_longer_one() -> None:
    """``12.45`` is ``123.45`` that lost its 3, however often it comes."""
    line = line_of("ls-100")
    meter = measuring("ls-100", line)
    meter.exchanges, meter.damaged = 1000, 1
    answers = chain(["12.45", "123.45"], repeat("12.45", 3), repeat("123.45"))
    line.body.light = lambda: Light(Decimal(next(answers)))
    measurement = meter.measure()
    assert isinstance(measurement, Measurement)
    assert measurement.reading.value == Decimal("123.45")
    assert measurement.exchanges == 2 + 3 + 4


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"luminance_cd_m2": Decimal(1), "illuminance_lx": Decimal(1)},
        {"luminance_cd_m2": Decimal(-1)},
        {"luminance_cd_m2": Decimal("NaN")},
        {"luminance_cd_m2": Decimal(1), "u_prime": Decimal("0.2")},
    ],
)
def test_what_is_no_reading_cannot_be_made(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"reading|light|comes with"):
        Reading(**values)
