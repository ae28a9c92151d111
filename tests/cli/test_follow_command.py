"""``appliance displayqa follow``: somebody pages in a viewer, the meter at a pty sees it."""

import sys
from argparse import Namespace
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from appliance.cli import display_following, main
from appliance.cli.context import Context
from appliance.cli.display_following import InputEndedError, Person
from appliance.cli.texts import texts_for
from appliance.clock import SYSTEM_CLOCK
from appliance.config import parse_configuration
from appliance.displayqa.measurement import Method
from appliance.displayqa.paging import Doubt
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import LightTold, Measured, Tried
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Measure, Way
from appliance.errors import EXIT_DISPLAY_INCOMPLETE, RefusedError
from appliance.ledger import open_ledger
from appliance.services.display_tests import DisplayTests
from appliance.simulators.meters import BODIES, Light
from appliance.simulators.meters.terminal import plugged
from appliance.simulators.monitor import Gsdf
from tests.services.ward import ward

READS = 7
"""Readings of the meter while a picture is shown, half a second apart."""
THERE_AND_BACK = [*range(18), *range(16, -1, -1), 17]


@dataclass
class Viewer:
    """Pages by the meter's readings, so that nothing hangs on how fast a machine is."""

    pictures: list[int]
    reads: int = 0
    is_begun: bool = False
    presses: int = 0

    def light(self) -> Light:
        self.reads += self.is_begun
        shown = self.pictures[min(self.reads // READS, len(self.pictures) - 1)]
        return Light(Decimal(str(round(Gsdf(0.8, 450)(shown / 17), 3))))

    def press(self) -> None:
        self.is_begun, self.reads, self.presses = True, 0, 0

    def has_pressed(self) -> bool:
        """In the midst of the brightest picture, of the first again, and at the end."""
        last = len(self.pictures) - 1
        at = [self.pictures.index(17), last - 1, last]
        is_due = self.presses < len(at) and self.reads >= at[self.presses] * READS + READS - 1
        self.presses += is_due
        return is_due


def follow(viewer: Viewer, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    clock = replace(SYSTEM_CLOCK, monotonic=lambda: viewer.reads * 0.5)
    monkeypatch.setattr(display_following, "SYSTEM_CLOCK", clock)
    monkeypatch.setattr(display_following, "Person", lambda _: viewer)
    with plugged(BODIES["klein"](viewer.light)) as port:
        asked = ["displayqa", "follow", str(number), "--data-dir", str(folder)]
        return main([*asked, "--port", port, "--model", "klein"])


def begun(folder: Path, way: Way = Way.ARCHIVE) -> int:
    with ward(folder) as made:
        session = made.tests.begin(
            "left", Occasion.ACCEPTANCE, way, operator="yamada", method=Method.CONTACT
        )
        made.tests.submit(session.identifier, LightTold())
        return session.identifier


def kept(folder: Path, number: int) -> Session:
    configuration = replace(parse_configuration(""), data_dir=folder)
    with closing(open_ledger(configuration.ledger_path)) as ledger:
        return DisplayTests(configuration, ledger, SYSTEM_CLOCK).session(number)


def test_the_grey_scale_is_kept_once_every_level_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(tmp_path)
    assert follow(Viewer(THERE_AND_BACK), number, tmp_path, monkeypatch) == 0
    session = kept(tmp_path, number)
    scale = session.measured.scale
    assert len(scale) == 18
    for ddl, reading in scale.items():
        assert float(reading.mean_cd_m2) == pytest.approx(Gsdf(0.8, 450)(ddl / 255), rel=0.01)
    happened = [type(each.happening) for each in session.entries]
    assert happened.index(Tried) < happened.index(Measured)
    assert not any(isinstance(each, Measure) and not each.place for each in session.remaining)
    said = capsys.readouterr().out
    assert "levels so far: 18" in said
    assert "page back" in said


def test_a_picture_that_was_passed_too_fast_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(tmp_path)
    viewer = Viewer([each for each in THERE_AND_BACK if each != 7])
    presses = iter([None, InputEndedError("nobody")])

    def press() -> None:
        if ended := next(presses):
            raise ended
        Viewer.press(viewer)

    monkeypatch.setattr(viewer, "press", press)
    assert follow(viewer, number, tmp_path, monkeypatch) == EXIT_DISPLAY_INCOMPLETE
    assert not kept(tmp_path, number).readings
    said = capsys.readouterr().out
    assert "17 of 18 levels are certain" in said
    assert Doubt.TOO_FEW.sentences[0] in said
    assert "nothing is kept" in said


def test_who_presses_too_early_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(tmp_path)
    viewer = Viewer(THERE_AND_BACK)
    hasty = iter([True])
    monkeypatch.setattr(
        viewer, "has_pressed", lambda: next(hasty, False) or Viewer.has_pressed(viewer)
    )
    assert follow(viewer, number, tmp_path, monkeypatch) == 0
    assert "does not stay yet" in capsys.readouterr().out


def test_a_test_by_another_way_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(tmp_path, Way.BROWSER)
    viewer = Viewer(THERE_AND_BACK)
    assert follow(viewer, number, tmp_path, monkeypatch) == RefusedError.exit_code
    assert "through the archive" in capsys.readouterr().err


def test_a_person_is_heard_beside_the_meter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = texts_for("en")
    context = Context(Namespace(), parse_configuration(""), texts)
    monkeypatch.setattr(sys, "stdin", StringIO("\n\n"))
    person = Person(context)
    person.press()
    person.press()
    with pytest.raises(InputEndedError):
        person.press()


def test_a_test_in_the_viewer_is_measured_picture_by_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = begun(tmp_path)
    monkeypatch.setattr(sys, "stdin", StringIO("y\n\n" * 3))
    with plugged(BODIES["klein"](lambda: Light(Decimal("1.0")))) as port:
        asked = ["displayqa", "sessions", "resume", str(number), "--data-dir", str(tmp_path)]
        assert main([*asked, "--port", port, "--model", "klein"]) == EXIT_DISPLAY_INCOMPLETE
    assert "Show picture 1 of 1 of tg18-qc in the viewer" in capsys.readouterr().out
