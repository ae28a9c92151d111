"""A study's page tells each attempt at its deliveries: when, what came of it, and what to do."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.destinations.outcome import Cause, Refused, Retry
from appliance.outbox import Kind, Received, Routing
from tests.console.studied import Archive, archive
from tests.pipeline.studies import ROOT, a_ge_study

UNREACHABLE = Retry(Cause.UNREACHABLE, "no route to host").text
HOSTILE = "</details><script>alert(1)</script>\x1b[31m\u202e"
FOLDED = re.compile(
    r"<details><summary>([^<]*)</summary>\s*<ol class=\"timeline\">(.*?)</ol>", re.DOTALL
)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The box stands in Japan."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def fail(found: Archive, why: str, times: int = 1) -> None:
    for _ in range(times):
        lease = found.box.outbox.lease("archive", 60)
        assert lease is not None
        found.box.outbox.failed(lease, why, 0)


def test_each_attempt_stands_under_its_delivery(tmp_path: Path, zone: None) -> None:
    del zone
    with archive(tmp_path, a_ge_study(1)) as found:
        outbox = found.box.outbox
        outbox.plan(["archive", "registry"])
        assert FOLDED.findall(found.get("/studies/1").html) == []
        fail(found, UNREACHABLE, 2)
        lease = outbox.lease("archive", 60)
        assert lease is not None
        outbox.refused(lease, Refused(Cause.NOT_AUTHORISED, HOSTILE).text)
        found.box.ledger.execute(
            "UPDATE delivery_attempt SET began_at = ?, ended_at = ? WHERE number = 1",
            1_600_000_000.0,  # 2020-09-13 12:26:40 UTC
            1_600_000_030.0,
        )
        page = found.get("/studies/1")
        ((summary, attempts),) = FOLDED.findall(page.html)
        assert summary == "Each attempt (3)"
        first, second, third = attempts.split("</li>")[:3]
        assert "2020-09-13 21:26:40" in first
        assert ">21:27:10<" in first
        assert "failed" in first
        assert Cause.UNREACHABLE.remedy[0] in first
        assert "no route to host" in first
        assert "Same reason as before." in second
        assert "refused" in third
        assert "&lt;script&gt;" in third
        assert "<script>alert" not in page.html
        assert not set(page.html) & {"\x1b", "\u202e"}
        values = json.loads(found.content("/studies/1/study.json")[2])
        tried = next(each["tried"] for each in values["deliveries"] if each["tried"])
        assert [each["outcome"] for each in tried] == ["failed", "failed", "refused"]


def test_an_attempt_that_power_cut_off_says_so_in_both_languages(tmp_path: Path) -> None:
    with archive(tmp_path, a_ge_study(1)) as found:
        outbox = found.box.outbox
        outbox.plan(["archive"])
        assert outbox.lease("archive", 60) is not None
        assert "under way" in found.get("/studies/1").text
        outbox.take_back("archive")
        page = found.get("/studies/1").text
        assert "Attempt 1 cut off" in page
        assert "Whether it arrived is not known" in page
        found.language = "ja"
        page = found.get("/studies/1").text
        assert "1回目 中断" in page
        assert "届いたかどうかは不明です" in page


def test_attempts_at_many_images_are_counted(tmp_path: Path) -> None:
    with archive(tmp_path, a_ge_study(1)) as found:
        outbox = found.box.outbox
        with found.box.ledger.transaction():
            for number in range(3):
                row = found.box.ledger.execute(
                    "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid,"
                    " sha256, size_bytes, path, calling_ae, called_ae, address, received_at)"
                    " VALUES (?, '1.2', '', ?, 9, ?, 'CT01', 'B', 'a', 1e9)",
                    *[f"1.{number}"] * 3,
                ).lastrowid
                received = Received(
                    sop_instance_uid=f"1.{number}",
                    sop_class_uid="1.2",
                    study_instance_uid=f"{ROOT}.1",
                    path=f"1.{number}",
                    sha256="",
                )
                routing = Routing(
                    instance_id=int(row or 0), kind=Kind.IMAGE, destinations=["archive"]
                )
                outbox.route(routing, received)
        fail(found, UNREACHABLE)
        while lease := outbox.lease("archive", 60):
            outbox.delivered(lease)
        ((summary, attempts),) = FOLDED.findall(found.get("/studies/1").html)
        assert summary == "Each attempt (4)"
        assert sorted(re.findall(r"Attempts: \d", attempts)) == ["Attempts: 1", "Attempts: 3"]
