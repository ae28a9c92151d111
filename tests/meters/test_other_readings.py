"""Readings without a serial line: spotread's, a person's; and whether a certificate holds."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.config.meter import Meter
from appliance.displayqa.meters.calibration import expired
from appliance.displayqa.meters.reading import Failure, Fault, Reading
from appliance.displayqa.meters.spotread import reading_by, run_for
from appliance.displayqa.meters.typed import typed

SAID = """
Init instrument success !
 Result is XYZ: 95.047000 100.000000 108.883000, Yxy: 100.000000 0.312700 0.329000
"""


def program(tmp_path: Path, text: str) -> str:
    file = tmp_path / "spotread"
    file.write_text(f"#!{sys.executable}\n{text}\n", "utf-8")
    file.chmod(0o755)
    return str(file)


def test_spotread_is_asked_for_one_reading_without_input(tmp_path: Path) -> None:
    asked = program(
        tmp_path,
        "import sys\n"
        "assert sys.stdin.read() == ''\n"
        "assert sys.argv[1:] == ['-e', '-yl', '-x', '-O'], sys.argv\n"
        f"print({SAID!r})",
    )
    reading = reading_by(run_for, asked)
    assert reading == Reading(
        luminance_cd_m2=Decimal("100.000000"),
        u_prime=Decimal("0.19784"),
        v_prime=Decimal("0.46834"),
        resolution=Decimal("0.000001"),
        digits=26,
    )


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Diagnostic: no instrument found", Fault.NO_REPLY),
        ("", Fault.GARBLED),
        ("Result is XYZ: 95.047000 100.00000 108.883000, Yxy: 1 1 1", Fault.GARBLED),
        (SAID + SAID, Fault.GARBLED),
    ],
)
def test_what_is_no_reading_of_spotread(said: str, fault: Fault) -> None:
    outcome = reading_by(lambda *_: said)
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault


def test_a_spotread_that_waits_for_a_key_is_ended(tmp_path: Path) -> None:
    waits = program(tmp_path, "import time\ntime.sleep(600)")
    outcome = run_for([waits], 0.5)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.NO_REPLY


def test_without_spotread_it_is_said() -> None:
    assert reading_by(run_for, "/no/spotread") == Failure(Fault.MISSING_TOOL, "/no/spotread")


@pytest.mark.parametrize(
    ("text", "luminance", "illuminance", "coloured"),
    [
        ("123.4", "123.4", None, False),
        (" 0.05\n", "0.05", None, False),
        ("100, 0.3127, 0.3290", "100", None, True),
        ("45 lx", None, "45", False),
    ],
)
def test_what_a_person_types_is_read(
    text: str, luminance: str | None, illuminance: str | None, *, coloured: bool
) -> None:
    reading = typed(text)
    assert isinstance(reading, Reading)
    assert reading.luminance_cd_m2 == (luminance and Decimal(luminance))
    assert reading.illuminance_lx == (illuminance and Decimal(illuminance))
    assert (reading.u_prime is not None) == coloured


@pytest.mark.parametrize("text", ["", "123,4", "-1", "1e3", "12 34", "1.", "nan", "123.4 fL"])
def test_what_is_no_number_is_refused(text: str) -> None:
    outcome = typed(text)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.GARBLED


def test_a_certificate_holds_until_its_last_day() -> None:
    here = (Meter(name="m-502-20387", calibrated_until="2027-03-31"), Meter(name="other"))
    assert expired("m-502-20387", here, date(2027, 3, 31)) is None
    assert expired("m-502-20387", here, date(2027, 4, 1)) == Failure(
        Fault.CALIBRATION_EXPIRED, "2027-03-31"
    )
    assert expired("other", here, date(2027, 4, 1)) is None
    assert expired("unknown", here, date(2027, 4, 1)) is None
