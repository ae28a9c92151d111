"""What becomes of a study is told on its page: removed, broken, settled, replaced, sent."""

import json
import re
from decimal import Decimal
from pathlib import Path

from appliance.studies import Criteria, Sending, Studies
from tests.console.studied import archive
from tests.pipeline.studies import ROOT, a_ge_study, an_unreadable_study
from tests.services.imaged import screens, slices


def test_an_object_that_came_with_two_contents_is_shown_once(tmp_path: Path) -> None:
    first, other = a_ge_study(1), a_ge_study(1)
    other[0].PatientID = "0000009"
    with archive(tmp_path, first) as found:
        found.box.settle(*other)
        page = found.get("/studies/1").html
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert page.count('class="plate"') == 1


def test_a_study_whose_objects_are_gone_is_still_told(tmp_path: Path) -> None:
    with archive(tmp_path, a_ge_study(1)) as found:
        ledger = found.box.ledger
        ledger.execute(
            "INSERT INTO reduction (instance_id, remains, why, decided_at, finished)"
            " SELECT id, 'nothing', 'age', 1e9, 1 FROM instance"
        )
        for each in (*found.box.spool.instances(f"{ROOT}.1"),):
            found.box.spool.file(each).unlink()
        page = found.get("/studies/1")
        assert page.status == 200
        assert "0000001" in page.text, "its report says whose it is"
        assert found.content("/studies/1/pictures/1/0")[:2] == (410, "image/svg+xml")
        (report,) = found.box.outbox.reports(f"{ROOT}.1")
        report.path.unlink()
        page = found.get("/studies/1")
        assert "Nothing is left of this study" in page.text
        assert "228.25" in page.text
        assert found.get("/studies/1/reports/1/report.dcm").status == 410


def test_a_picture_that_cannot_be_decoded_says_so(tmp_path: Path) -> None:
    with archive(tmp_path, an_unreadable_study(1)) as found:
        (instance,) = found.box.spool.instances(f"{ROOT}.1")
        file = found.box.spool.file(instance)
        file.write_bytes(file.read_bytes()[:2000])
        status, kind, content = found.content("/studies/1/pictures/1/0")
        assert (status, kind) == (422, "image/svg+xml")
        assert b"cannot be decoded" in content
        assert found.get("/studies/1").status == 200


def test_a_study_of_500_images_is_one_line(tmp_path: Path) -> None:
    with archive(tmp_path, a_ge_study(1)) as found:
        ledger = found.box.ledger
        with ledger.transaction():
            for number in range(500):
                row = ledger.execute(
                    "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid,"
                    " sha256, size_bytes, path, calling_ae, called_ae, address, received_at)"
                    " VALUES (?, '1.2.840.10008.5.1.4.1.1.2', '', ?, 9, ?, 'CT01', 'B', 'a', 1e9)",
                    *[f"1.{number}"] * 3,
                ).lastrowid
                sql = "INSERT INTO study_member (instance_id, study_instance_uid) VALUES (?, ?)"
                ledger.execute(sql, row, f"{ROOT}.1")
        page = found.get("/studies/1")
        assert "500 images came from CT01" in page.text
        assert page.html.count("CT Image Storage") == 1


def test_a_study_is_kept_up_by_whoever_writes(tmp_path: Path) -> None:
    with archive(tmp_path, a_ge_study(1)) as found:
        outbox, studies = found.box.outbox, Studies(found.box.ledger)

        def sending() -> Sending:
            return studies.newest(Criteria(), 1)[0].sending

        assert sending() is Sending.NOTHING
        outbox.plan(["one", "two"])
        assert sending() is Sending.WAITING
        for name in ("one", "two"):
            delivery = outbox.lease(name, 60)
            assert delivery is not None
            assert sending() is Sending.WAITING
            outbox.delivered(delivery)
        assert sending() is Sending.DELIVERED
        outbox.send_again(f"{outbox.reports(f'{ROOT}.1')[0].sop_instance_uid}", "one")
        assert sending() is Sending.WAITING
        again = outbox.lease("one", 60)
        assert again is not None
        outbox.refused(again, "no")
        assert sending() is Sending.REFUSED
        assert outbox.retry() == 1
        assert sending() is Sending.WAITING


def test_sources_are_told_as_they_were_put_together(tmp_path: Path) -> None:
    with archive(tmp_path, [*screens(), *slices()]) as found:
        page = found.get("/studies/1")
        assert "dose screen, image headers" in page.text
        assert "Say the same" in page.text
        values = json.loads(found.content("/studies/1/study.json")[2])
        assert set(values["sources"]["sources"]) >= {"dose-screen", "image-headers"}
        voices = values["sources"]["agreement"]
        assert any(len(each["agreeing"]) > 1 for each in voices.values())
        shown = re.findall(r'<th scope="row">(Scan \d+: [^<]+)</th>', page.html)
        assert shown


def test_what_a_person_settled_is_told_with_who_and_why(tmp_path: Path) -> None:
    with archive(tmp_path, an_unreadable_study(2)) as found:
        box = found.box
        page = found.get("/studies/1")
        case = box.case()
        assert f"Settle case {case.id}" in page.text
        true = sum_of_others(page.text)
        correction = {"events[2].dlp_mgy_cm": true}
        box.settling.settle(case.id, "N. Tanaka", "read with a lens", correction)
        box.work()
        page = found.get("/studies/1")
        for words in (
            "N. Tanaka settled case 1",
            "Reason: read with a lens",
            f"events[2].dlp_mgy_cm = {true}",
            "Case 1 closed: settled",
            "As a person settled it.",
            "a person, or a rule of the site",
        ):
            assert words in page.text, words
        assert "Settle case" not in page.text


def sum_of_others(text: str) -> str:
    """The DLP that is missing: the total, less the one that was read."""
    total = re.search(r"Total DLP ([\d.]+)", text)
    assert total is not None
    return str(Decimal(total[1]) - Decimal("302.12"))


def test_a_report_that_replaces_another_says_what_changed(tmp_path: Path) -> None:
    with archive(tmp_path, [*screens()]) as found:
        found.box.settle(*slices())
        assert len(found.box.outbox.reports(f"{ROOT}.1")) == 2
        page = found.get("/studies/1")
        assert "Report 2 was made; it replaces the one before" in page.text
        assert "What it says otherwise than the one before" in page.text
        changes = re.findall(r"<del>([^<]*)</del></td>.*?<ins>([^<]*)</ins>", page.html, re.DOTALL)
        assert changes
        assert all(before != after for before, after in changes)
