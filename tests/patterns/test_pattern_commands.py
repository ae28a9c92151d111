"""``appliance displayqa patterns`` and ``pattern``."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from appliance.alarms import Alarms
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, load_configuration
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, open_destination
from appliance.displayqa.patterns import Panel, drawn, found, patterns
from appliance.displayqa.ruleset_file import rulesets
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.courier import Courier
from tests.destinations.archives import orthanc

SIZE = ("--width", "800", "--height", "600")


def pattern(name: str, output: Path, *more: str) -> int:
    return main(["displayqa", "pattern", name, *SIZE, "--output", str(output), *more])


def test_the_list_has_every_pattern_with_its_purpose_and_state(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["displayqa", "patterns"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(patterns())
    for line, each in zip(lines[1:], patterns().values(), strict=True):
        assert line.startswith(each.name)
        assert any(purpose in line for purpose in each.purpose)


def test_the_list_is_there_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["displayqa", "patterns", "--format", "json"]) == 0
    listed = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert listed.keys() == patterns().keys()
    assert listed["jira-bn"]["members"][-1] == "jira-bn-18"
    assert not listed["jira-bn"]["verified"]
    assert all(each["purpose"].keys() == {"en", "ja"} for each in listed.values())


def test_a_pattern_becomes_a_png(tmp_path: Path) -> None:
    assert pattern("tg18-qc", tmp_path / "qc.png") == 0
    with Image.open(tmp_path / "qc.png") as image:
        assert np.array_equal(np.asarray(image), drawn(found("tg18-qc")[0], Panel(800, 600)))


def test_a_series_becomes_a_dicom_object_of_many_frames(tmp_path: Path) -> None:
    assert pattern("jira-bn", tmp_path / "bn.dcm", "--bits", "10", "--surround", "628") == 0
    frames = pydicom.dcmread(tmp_path / "bn.dcm").pixel_array
    assert frames.shape == (18, 600, 800)
    assert set(frames[:, 0, 0]) == {628}
    assert frames[17, 300, 400] == 1023


def test_readings_give_the_surround(tmp_path: Path) -> None:
    readings = tmp_path / "readings.csv"
    readings.write_text("level,luminance\n0,1.0\n255,350\n")
    assert pattern("jira-bn-18", tmp_path / "bn.png", "--readings", str(readings)) == 0
    with Image.open(tmp_path / "bn.png") as image:
        assert np.unique(np.asarray(image)).tolist() == [157, 255]


@pytest.mark.parametrize(
    ("name", "file", "more", "code", "words"),
    [
        ("tg18-no", "a.png", (), 4, "tg18-no"),
        ("tg18-qc", "a.jpg", (), 5, "a.jpg"),
        ("jira-bn", "a.png", (), 5, "jira-bn-01"),
        ("tg18-qc", "a.png", ("--surround", "3"), 5, "tg18-qc"),
        ("jira-bn-01", "a.png", ("--surround", "256"), 5, "256"),
        ("colour-red", "a.dcm", ("--bits", "10"), 5, "8 bits"),
        ("tg18-qc", "a.png", ("--width", "100"), 5, "100 px"),
    ],
)
def test_what_cannot_be_drawn_is_refused(  # noqa: PLR0913, PLR0917 - a table of refusals
    name: str,
    file: str,
    more: tuple[str, ...],
    code: int,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert pattern(name, tmp_path / file, *more) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / file).exists()


def test_readings_that_do_not_rise_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readings = tmp_path / "readings.csv"
    readings.write_text("level,luminance\n0,1.0\n120,0.9\n255,350\n")
    assert pattern("jira-bn-18", tmp_path / "bn.png", "--readings", str(readings)) == 5
    assert "does not rise" in capsys.readouterr().err


def test_a_pattern_that_a_ruleset_asks_a_person_to_look_at_can_be_drawn(tmp_path: Path) -> None:
    checks = {each.pattern for by in rulesets(tmp_path).values() for each in by.checks}
    missing = {name for name in checks if not found(name.lower())}
    assert missing <= {"any", "reference image"}
    assert "TG18-QC" in checks


def test_a_series_is_sent_to_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with orthanc(tmp_path / "archive") as archive:
        config = tmp_path / "box.toml"
        config.write_text(
            f'data_dir = "{tmp_path / "data"}"\n[[destination]]\nname = "pacs"\n'
            f'host = "127.0.0.1"\nport = {archive.port}\nae_title = "ARCHIVE"\n'
            '[[destination]]\nname = "other"\nhost = "192.0.2.1"\n',
            encoding="utf-8",
        )
        for name in ("jira-bn", "tg18-un80"):
            sent = ["displayqa", "pattern", name, *SIZE, "--send", "pacs", "-c", str(config)]
            assert main(sent) == 0
        assert capsys.readouterr().out.count("will be sent to pacs") == 2
        configuration = load_configuration(config)
        with deliveries(configuration) as delivered:
            assert list(iter(delivered, False)) == [True, True]
        kept = list(archive.stored().values())
    assert sorted(each.get("NumberOfFrames", 1) for each in kept) == [1, 18]
    assert len({each.StudyInstanceUID for each in kept}) == 1


def test_who_is_not_configured_is_sent_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = ["displayqa", "pattern", "tg18-qc", *SIZE, "--send", "pacs"]
    assert main([*sent, "--data-dir", str(tmp_path)]) == 4
    assert "no [[destination]] is configured" in capsys.readouterr().err


@contextmanager
def deliveries(configuration: Configuration) -> Iterator[Callable[[], bool]]:
    """What the forwarder does for the first destination, once a call."""
    settings = configuration.destination[0]
    ledger = open_ledger(configuration.ledger_path)
    outbox = Outbox(configuration.outbox_dir, ledger, SYSTEM_CLOCK, configuration.spool_dir)
    way = open_destination(settings, Caller("BOX", ANY_DEVICE))
    courier = Courier(settings, way, outbox, Alarms(ledger, SYSTEM_CLOCK), SYSTEM_CLOCK)
    yield courier.deliver_next
    courier.rest()
    ledger.close()
