"""Orders on the box: asked for by the clerk, waited for, and used in reports, if they are ours."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from appliance.config import Configuration, Recogniser
from appliance.orders.register import Register, State
from appliance.rdsr import nonconformities
from appliance.services import clerk
from appliance.services.order_search import OrderSearch, order_search
from appliance.services.understanding import understand_files
from appliance.simulators.consoles.examinations import ge_examination
from tests.destinations.archives import wait_until
from tests.orders.ris import ScriptedRIS, a_code, an_entry, settings
from tests.pipeline.studies import a_copy, a_ge_study, a_wrong_sum, who, write_files
from tests.services.desk import STUDY, Desk

ME = who(1)
WAIT_S = 600.0
TEN = "6010000200"
DAY_S = 86400


def my_order(**changes: object) -> Dataset:
    return an_entry(
        **{
            "AccessionNumber": ME.accession_number,
            "PatientID": ME.patient_id,
            "PatientBirthDate": ME.birth_date,
            "StudyInstanceUID": STUDY,
            "PlacerOrderNumberImagingServiceRequest": "P1",
        }
        | changes  # type: ignore[arg-type] # keywords
    )


def without_description(objects: list[Dataset]) -> list[Dataset]:
    return [a_copy(each, StudyDescription="") for each in objects]


class Ward(Desk):
    """A desk, the clerk's errand to a RIS, and that RIS, which is down until it runs."""

    def __init__(self, folder: Path, **changes: Any) -> None:  # noqa: ANN401 - settings
        self.ris = ScriptedRIS([my_order()])
        worklist = settings(self.ris.port, retry_first_s=10.0, retry_max_s=20.0, **changes)
        no_person = Recogniser(confirm_first=0)
        super().__init__(folder, Configuration(recogniser=no_person, worklist=worklist))
        found = order_search(self.configuration, self.ledger, self.hands.clock)
        assert found
        self.errand: OrderSearch = found

    @property
    def register(self) -> Register:
        return self.errand.register

    def receive(self, *objects: Dataset) -> None:
        """Objects arrive and are looked at, and all of it is quiet for the settling time."""
        self.get(*objects)
        self.work()
        self.hands.wait(2 * self.configuration.recogniser.settle_s)

    def ask(self) -> None:
        """The clerk does what is due."""
        while self.errand.work_next():
            continue

    def state(self) -> str:
        search = self.register.search(STUDY)
        return f"{search.state} {search.reason}".strip() if search else ""

    def last_report(self) -> Dataset:
        report = dcmread(self.reports()[-1].path)
        assert nonconformities(report) == ()
        return report


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    ward = Ward(tmp_path)
    yield ward
    ward.ledger.close()


def test_without_a_ris_nothing_is_asked_and_nothing_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Configuration(recogniser=Recogniser(confirm_first=0)))
    assert order_search(desk.configuration, desk.ledger, desk.hands.clock) is None
    desk.settle(*a_ge_study(1))
    assert (desk.reason(), len(desk.reports())) == ("reported", 1)
    desk.ledger.close()


def test_a_report_is_completed_with_its_order_and_coded(ward: Ward) -> None:
    ward.configuration.code_table.write_text(f"code,jj1017,meaning\nC001,{TEN},胸部単純\n", "utf-8")
    with ward.ris.running():
        ward.receive(*without_description(a_ge_study(1)))
        ward.ask()
    ward.work()
    report = ward.last_report()
    assert (ward.state(), len(ward.reports())) == ("answered", 1)
    assert report.StudyDescription == "胸部単純CT"
    (request,) = report.ReferencedRequestSequence
    assert (request.RequestedProcedureID, request.PlacerOrderNumberImagingServiceRequest) == (
        "R1",
        "P1",
    )
    (code,) = report.PerformedProcedureCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning) == (
        TEN,
        "JJ1017-16M",
        "胸部単純",
    )
    assert ward.register.all_unmapped() == []


def test_a_ris_that_is_down_holds_no_report_for_ever(ward: Ward) -> None:
    ward.receive(*a_ge_study(1))
    ward.ask()
    ward.work()
    assert (ward.reason(), ward.state()) == (
        "waits",
        f"asking unreachable: 127.0.0.1:{ward.ris.port}",
    )
    assert ("worklist-unreachable", "") in ward.alarms()
    ward.hands.wait(WAIT_S)
    ward.work()
    (first,) = ward.reports()
    assert "ReferencedRequestSequence" not in dcmread(first.path) or not (
        dcmread(first.path).ReferencedRequestSequence[0].RequestedProcedureID
    )
    with ward.ris.running():
        ward.hands.wait(30)
        ward.ask()
    ward.work()
    second = ward.last_report()
    assert len(ward.reports()) == 2
    (named,) = second.PredecessorDocumentsSequence
    (series,) = named.ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.sop_instance_uid
    assert second.ReferencedRequestSequence[0].RequestedProcedureID == "R1"
    assert ward.alarms() == []
    assert not ward.bench.work_next()
    assert len(ward.reports()) == 2


def test_a_clerk_that_does_not_run_holds_no_report_for_ever(ward: Ward) -> None:
    ward.receive(*a_ge_study(1))
    ward.work()
    assert ward.reason() == "waits"
    ward.hands.wait(WAIT_S)
    ward.work()
    assert ward.reason() == "reported"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PatientID": "0000002"}, "other-patient"),
        ({"PatientBirthDate": "19000101"}, "other-patient"),
        ({"PatientID": "", "PatientBirthDate": "", "StudyInstanceUID": "9.9"}, "patient-unproven"),
    ],
)
def test_nothing_of_a_stranger_is_used(
    ward: Ward, changes: dict[str, str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    ward.ris.answers = [my_order(**changes)]
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    ward.work()
    assert (ward.state(), ward.reason()) == (f"unused {reason}", "reported")
    assert ward.alarms() == [("worklist-answer-unused", "")]
    assert f"order_not_used study={STUDY} attempts=1 reason={reason}" in caplog.text
    assert "P1" not in ward.last_report().to_json()
    ward.hands.wait(73 * 3600)
    ward.ask()
    assert ward.alarms() == []


def test_several_orders_are_none(ward: Ward) -> None:
    ward.ris.answers = [my_order(StudyInstanceUID="9.1"), my_order(StudyInstanceUID="9.2")]
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    assert ward.state() == "unused several-orders"


def test_an_order_that_is_entered_late_is_found_late_and_once(ward: Ward) -> None:
    answers, ward.ris.answers = ward.ris.answers, []
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
        ward.work()
        assert (ward.state(), ward.reason()) == ("absent", "reported")
        ward.ris.answers = answers
        ward.ask()
        assert ward.state() == "absent"
        ward.hands.wait(301)
        ward.ask()
    ward.work()
    assert (ward.state(), len(ward.reports())) == ("answered", 2)


def test_nobody_asks_for_ever(ward: Ward) -> None:
    ward.ris.answers = []
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        for _ in range(20):
            ward.ask()
            ward.hands.wait(4 * 3600)
    assert ward.state() == "given-up"
    assert len(ward.ris.asked) < 30


def test_an_old_study_is_not_asked_about(tmp_path: Path) -> None:
    ward = Ward(tmp_path, max_age_days=30)
    ward.hands.now = 1.8e9
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    ward.work()
    assert (ward.state(), ward.ris.asked) == ("passed-over", [])
    assert ward.reason() == "reported"
    ward.ledger.close()


def test_what_lay_here_before_there_was_a_ris_is_left_alone(ward: Ward) -> None:
    ward.get(*a_ge_study(1))
    ward.work()
    ward.hands.wait(8 * DAY_S)
    ward.ask()
    assert ward.state() == ""


def test_a_late_object_is_asked_about_again_but_not_once_it_is_known(ward: Ward) -> None:
    answers, ward.ris.answers = ward.ris.answers, []
    (screen,) = a_ge_study(1)
    with ward.ris.running():
        ward.receive(a_copy(screen, AccessionNumber=""))
        ward.ask()
        assert ward.state() == "absent"
        ward.ris.answers = answers
        ward.receive(a_copy(screen, SOPInstanceUID=f"{STUDY}.77"))
        ward.ask()
        assert ward.state() == "answered"
        asked = len(ward.ris.asked)
        ward.receive(a_copy(screen, SOPInstanceUID=f"{STUDY}.78"))
        ward.ask()
    assert len(ward.ris.asked) == asked


def test_what_a_person_signed_is_completed_and_stays_signed(ward: Ward) -> None:
    ward.receive(*a_wrong_sum(1))
    ward.hands.wait(WAIT_S)
    ward.work()
    total = str(ge_examination(Random(1), 2).total_dlp_mgy_cm)
    case = ward.case()
    ward.settling.settle(case.id, "Tanaka^Jiro", "added up", {"total_dlp_mgy_cm": total})
    ward.work()
    assert len(ward.reports()) == 1
    with ward.ris.running():
        ward.ask()
    ward.work()
    report = ward.last_report()
    assert len(ward.reports()) == 2
    assert report.ReferencedRequestSequence[0].RequestedProcedureID == "R1"
    assert "Tanaka^Jiro" in report.to_json()
    assert not ward.bench.work_next()


def test_a_study_in_quarantine_is_not_disturbed_by_an_order(ward: Ward) -> None:
    ward.receive(*a_wrong_sum(1))
    ward.hands.wait(WAIT_S)
    ward.work()
    case = ward.case().id
    with ward.ris.running():
        ward.ask()
    ward.work()
    assert (ward.state(), ward.case().id) == ("answered", case)


def test_codes_that_nobody_mapped_are_kept_for_the_site(ward: Ward) -> None:
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    ward.work()
    (scheduled, requested) = ward.register.all_unmapped()
    assert (scheduled.code.value, requested.code.value) == ("C001", "PC001")
    assert (scheduled.code.scheme, scheduled.code.meaning, scheduled.studies) == (
        "LOCAL",
        "胸部CT",
        1,
    )


def test_a_faulty_table_raises_an_alarm_until_it_is_mended(ward: Ward) -> None:
    table = ward.configuration.code_table
    table.write_text(f"code,jj1017\nC001,{TEN}\nC002,12\n", "utf-8")
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    ward.work()
    assert ("code-table-faulty", "") in ward.alarms()
    assert ward.last_report().PerformedProcedureCodeSequence[0].CodeValue == TEN
    table.write_text(f"code,jj1017\nC001,{TEN}\n", "utf-8")
    ward.settle(*[a_copy(each, SOPInstanceUID=f"{STUDY}.9") for each in a_ge_study(1)])
    assert ward.alarms() == []


def test_an_answer_that_was_tampered_with_is_not_used(ward: Ward) -> None:
    with ward.ris.running():
        ward.receive(*a_ge_study(1))
        ward.ask()
    (file,) = ward.configuration.orders_dir.iterdir()
    file.write_bytes(file.read_bytes().replace(b"R1", b"R2"))
    ward.work()
    assert (ward.reason(), len(ward.reports())) == ("reported", 1)
    assert "R2" not in ward.last_report().to_json()


def test_nobody_is_named_but_in_the_answer_itself(
    ward: Ward, caplog: pytest.LogCaptureFixture
) -> None:
    me = who(1, patient_id="9922194508")
    ward.ris.answers = [my_order(PatientID=me.patient_id)]
    with ward.ris.running():
        ward.receive(*a_ge_study(1, identity=me))
        ward.ask()
    ward.work()
    assert ward.state() == "answered"
    names = " ".join(str(each) for each in ward.folder.rglob("*"))
    with closing(sqlite3.connect(ward.configuration.ledger_path)) as connection:
        ledger = "\n".join(connection.iterdump())
    for canary in ("YAMADA", "山田", me.patient_id, me.accession_number, me.birth_date):
        assert canary not in names + ledger + caplog.text, canary
    (file,) = ward.configuration.orders_dir.iterdir()
    assert "山田" in file.read_text("utf-8")


def test_the_clerk_asks_while_it_runs_and_ends_when_told(tmp_path: Path) -> None:
    ward = Ward(tmp_path)
    stop = threading.Event()
    running = threading.Thread(
        target=clerk.run, args=(ward.configuration,), kwargs={"stop": stop}, daemon=True
    )
    with ward.ris.running():
        running.start()
        ward.ledger.execute(
            "INSERT INTO order_inquiry (study_instance_uid, last_instance_id, state, asked_at,"
            " due_at) VALUES (?, 0, 'asking', 0, 0)",
            STUDY,
        )
        wait_until(lambda: ward.state() == State.PASSED_OVER)  # there is no object of it
        stop.set()
        running.join(20)
    assert not running.is_alive()
    ward.ledger.close()


def test_an_offline_reading_has_the_code_of_its_images(tmp_path: Path) -> None:
    (screen,) = a_ge_study(1)
    screen.PerformedProtocolCodeSequence = [a_code("6010000200000000", "JJ1017-16M", "HEAD")]
    files = write_files([screen], tmp_path / "ct")
    (reading,) = understand_files(files, Configuration(data_dir=tmp_path))
    assert reading.report is not None
    (code,) = reading.report.PerformedProcedureCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator) == ("6010000200000000", "JJ1017-16M")


class HungErrand:
    """Work that never ends, as when a library waits for its own lock."""

    name, longest_s = "hung", 0.2

    def work_next(self) -> bool:
        threading.Event().wait()
        return False


def test_an_errand_that_hangs_ends_the_clerk_and_so_has_it_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clerk, "ERRANDS", (lambda *_: HungErrand(),))
    assert clerk.run(Configuration(data_dir=tmp_path), stop=threading.Event()) == 1
    assert "errand_hung errand=hung" in caplog.text
