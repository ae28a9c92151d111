"""``appliance storage``: figures for people and programs."""

import json
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Recogniser, Retention
from appliance.ledger import open_ledger
from appliance.preservation import Condition, Damage, Damages, Reconciliation
from appliance.retention import capacity
from tests.retention.test_pixels_gone import drop_pixels
from tests.services.desk import STUDY, Desk
from tests.services.imaged import screens, slices

GB = 1 << 30


def asked(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str]:
    code = main(["storage", *words, "--data-dir", str(folder)])
    captured = capsys.readouterr()
    return code, captured.err if code else captured.out


def test_plan_multiplies_as_the_text_book_does() -> None:
    exam = capacity.exam_of("CR")
    plan = capacity.plan(exam, 1000, 100 * GB, Retention())
    assert round(plan.year_images_bytes / GB) == 375  # 1000 x 4 x 8 MB x 12
    halved = capacity.plan(capacity.exam_of("CR", factor=2), 1000, 100 * GB, Retention())
    assert round(halved.year_images_bytes / GB, 1) == 187.5
    assert plan.days == pytest.approx(100 * GB / plan.bytes_a_day)


@pytest.mark.parametrize(
    ("settings", "factor"),
    [(Retention(image_pixels_days=10), 1.0), (Retention(image_pixels_days=20), 2.0)],
)
def test_what_is_kept_in_balance_grows_with_the_days(settings: Retention, factor: float) -> None:
    exam = capacity.Exam(image_pixels=1e6, image_headers=0, dose_screens=0, reports=0)
    plan = capacity.plan(exam, 365 / 12, 1e9, settings)
    assert plan.balance_bytes == pytest.approx(factor * 10 * 1e6)
    assert plan.fits


def test_what_is_kept_for_ever_never_fits() -> None:
    plan = capacity.plan(capacity.exam_of("CT"), 1, 1e15, Retention(dose_screens_days=0))
    assert (plan.balance_bytes, plan.fits) == (None, None)


def test_plan_is_printed_and_unverified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("plan", "--exams-per-month", "400", "--images", "250", "--disk-gb", "128")
    code, text = asked(capsys, tmp_path, *words)
    assert code == 0
    assert "585.9" in text
    assert "not verified" in text or "未検証" in text
    code, text = asked(capsys, tmp_path, *words, "--format", "json")
    assert json.loads(text)["verified"] is False


def test_plan_without_a_rate_asks_for_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = asked(capsys, tmp_path, "plan")
    assert code == 4
    assert "--exams-per-month" in text
    assert asked(capsys, tmp_path, "plan", "--exams-per-month", "0")[0] == 2
    assert asked(capsys, tmp_path, "plan", "--exams-per-month", "1", "--modality", "XX")[0] == 4


def test_show_recall_and_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, _box())
    desk.settle(*screens(), *slices())
    dropped = drop_pixels(desk)
    code, text = asked(capsys, tmp_path, "show", "--format", "json")
    assert code == 0
    kept = {(e["kind"], e["remains"]): e["objects"] for e in json.loads(text)["kept"]}
    assert kept["images", "header"] == dropped == len(slices())
    assert kept["dose_screens", "whole"] == len(screens())
    assert asked(capsys, tmp_path, "show")[0] == 0
    code, text = asked(capsys, tmp_path, "recall", STUDY)
    assert code == 0
    assert str(dropped) in text
    assert len(list(desk.spool.reductions.recalled())) == dropped
    assert asked(capsys, tmp_path, "recall", "1.2.3")[0] == 4

    assert "1.2.9" not in asked(capsys, tmp_path, "missing")[1]
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    now = SYSTEM_CLOCK.wall()
    Damages(ledger).found(Damage("spool/0/x.dcm", "1.2.9", Condition.ALTERED, now))
    Reconciliation(ledger).note(STUDY, "pacs", 2, {"1.2.8"}, now)
    ledger.close()
    text = asked(capsys, tmp_path, "missing")[1]
    assert "1.2.9" in text
    assert "1.2.8" in text
    body = json.loads(asked(capsys, tmp_path, "missing", "--format", "json")[1])
    assert [each["missing"] for each in body["lacking"]] == [["1.2.8"]]
    desk.ledger.close()


def _box() -> Configuration:
    return Configuration(recogniser=Recogniser(confirm_first=0))
