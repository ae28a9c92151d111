"""Every meter says what it sees, through our dialogue and its simulator; the bytes are golden."""

from decimal import Decimal

import pytest

from appliance.displayqa.meters import ca410, klein, ls100, mavo, optical, s470
from appliance.displayqa.meters.dialogue import Dialogue
from appliance.displayqa.meters.discovery import Meter
from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading
from appliance.displayqa.meters.registry import registry
from appliance.simulators.meters import BODIES, Condition
from tests.meters.simulated import KEYS, identified, line_of, measuring

ANY = Instrument("any")


def said(dialogue: Dialogue[Reading], *answers: bytes) -> Reading | Failure:
    """What the dialogue makes of these answers."""
    next(dialogue)
    for answer in answers:
        try:
            dialogue.send(answer)
        except StopIteration as end:
            outcome: Reading | Failure = end.value
            return outcome
    raise AssertionError("it asks for more")


def test_every_kind_has_a_simulator() -> None:
    assert set(registry().kinds) == set(BODIES)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("luminance", ["0.51", "123.45", "1000"])
@pytest.mark.parametrize("piecewise", [False, True])
def test_a_reading_is_what_the_meter_sees(key: str, luminance: str, *, piecewise: bool) -> None:
    measurement = measuring(key, line_of(key, luminance, piecewise=piecewise)).measure()
    assert isinstance(measurement, Measurement), measurement
    assert measurement.reading.value == pytest.approx(Decimal(luminance), rel=Decimal("0.0002"))
    assert (measurement.exchanges, measurement.damaged, len(measurement.readings)) == (5, 0, 5)
    colour = "chromaticity" in registry().kinds[key].measures
    assert (measurement.reading.u_prime is not None) == colour
    if colour:
        assert measurement.reading.u_prime == pytest.approx(Decimal("0.19783"), abs=Decimal("1e-3"))
        assert measurement.reading.v_prime == pytest.approx(Decimal("0.46833"), abs=Decimal("1e-3"))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("mavo-monitor", "m-502-20387"),
        ("ca-410", "ca-vp427a-80001234"),
        ("pr-655", "pr-655-65120411"),
        ("klein", "k-10-a-00000k321"),
        ("cr", "cr-100-a00123"),
        ("colorcal", "colorcal-mkii-00012345"),
        ("optical", "optical-87654"),
        ("ls-100", "ls-100-ls-110-a10abc"),
        ("s470", "s470-a10abc"),
    ],
)
def test_a_meter_is_named_by_itself_or_by_its_adapter(key: str, name: str) -> None:
    meter = identified(key, line_of(key))
    assert isinstance(meter, Meter)
    assert meter.name == name


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (b"1234E-01 CD_M2\n", "123.4"),
        (b"1234 E-01 CD_M2\n", "123.4"),
        (b"01234 E-02 CD/M2\r\n", "12.34"),
        (b"12e+02 cd_m2\n", "1200"),
    ],
)
def test_every_form_of_the_mavo_is_read(answer: bytes, value: str) -> None:
    reading = said(mavo.measure(ANY), b"PHOT?\n", answer)
    assert isinstance(reading, Reading)
    assert reading.luminance_cd_m2 == Decimal(value)


def test_the_mavo_without_echo_and_in_lux() -> None:
    reading = said(mavo.measure(ANY), b"500E+00 LX\n")
    assert isinstance(reading, Reading)
    assert (reading.illuminance_lx, reading.luminance_cd_m2) == (Decimal(500), None)


def test_feet_are_refused() -> None:
    assert said(mavo.measure(ANY), b"500E+00 FL\n") == Failure(
        Fault.REFUSED, "the meter is set to FL"
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"1234E-1 CD_M2\n",  # a digit of the exponent is lost
        b"1234E01 CD_M2\n",  # its sign
        b"1234-01 CD_M2\n",
        b"1234E-01 C_M2\n",
        b"1234E-01CD_M2\n",
        b"123456E-01 CD_M2\n",
        b"1234E-01 CD_M2 1\n",
        b"HOT?\n",
    ],
)
def test_a_damaged_answer_of_the_mavo_is_garbled(answer: bytes) -> None:
    outcome = said(mavo.measure(ANY), answer)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.GARBLED


@pytest.mark.parametrize(
    "answer", [b"OK0, 123.45\r\n", b"OK00 123.45\r\n", b"OK00, 12.\r\n", b"OK00, .45\r\n"]
)
def test_a_damaged_answer_of_the_ls_100_is_garbled(answer: bytes) -> None:
    outcome = said(ls100.measure_luminance(ANY), answer)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.GARBLED


@pytest.mark.parametrize(
    ("good", "lost"), [(b"0.1777124,+0.02", b"0.777124,+0.02"), (b"0.3083380", b"0.083380")]
)
def test_the_ca_410_contradicts_a_lost_digit(good: bytes, lost: bytes) -> None:
    captured = (
        b"OK00,P1,0,0.3083380,0.3401959,0.1777124,+0.02,-99999999,0.1610704,0.1777124,0.1835998\r"
    )
    reading = said(ca410.measure(ANY), captured)
    assert isinstance(reading, Reading)
    assert reading.luminance_cd_m2 == Decimal("0.1777124")
    outcome = said(ca410.measure(ANY), captured.replace(good, lost))
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.GARBLED


def test_bytes_of_the_klein() -> None:
    one = b"\x40\x00\x02"  # 16384/65536 * 4
    reading = said(klein.measure(ANY), b"N5" + one * 3 + b"\x00<0>")
    assert isinstance(reading, Reading)
    assert reading.luminance_cd_m2 == 1
    assert said(klein.measure(ANY), b"N5" + one * 3 + b"\x00<w>") == Failure(
        Fault.OVER_RANGE, "b'w'"
    )


def test_noise_below_zero_is_no_light() -> None:
    for dialogue, answer in (
        (ls100.measure_luminance(ANY), b"OK00,   -0.01\r\n"),
        (s470.measure(ANY), b"\r\n-0.0012\r\n"),
    ):
        reading = said(dialogue, answer)
        assert isinstance(reading, Reading)
        assert reading.luminance_cd_m2 == 0


def test_an_optical_that_counts_far_below_zero_is_refused() -> None:
    constants = tuple(map(Decimal, (4096000, 12, 10000000, 500000)))
    outcome = said(optical.measure(Instrument("OptiCAL", "1", constants)), b"\x00\x00\x00\x06")
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.REFUSED


@pytest.mark.parametrize(
    ("key", "condition", "fault"),
    [
        ("mavo-monitor", Condition.OVER_RANGE, Fault.OVER_RANGE),
        ("ls-100", Condition.OVER_RANGE, Fault.OVER_RANGE),
        ("cs-100a", Condition.OVER_RANGE, Fault.OVER_RANGE),
        ("ca-410", Condition.OVER_RANGE, Fault.OVER_RANGE),
        ("klein", Condition.OVER_RANGE, Fault.OVER_RANGE),
        ("cr", Condition.OVER_RANGE, Fault.REFUSED),
        ("ca-310", Condition.OVER_RANGE, Fault.ZERO),
    ],
)
def test_what_is_no_reading_is_said(key: str, condition: Condition, fault: Fault) -> None:
    line = line_of(key)
    meter = measuring(key, line)
    line.body.condition = condition
    outcome = meter.measure()
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault


def test_a_flat_battery_is_said() -> None:
    outcome = identified("ls-100", line_of("ls-100", condition=Condition.BATTERY))
    assert outcome == Failure(Fault.BATTERY, "ER30")


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_its_sentences(fault: Fault) -> None:
    english, japanese = fault.sentences
    assert english.isascii()
    assert not japanese.isascii()
