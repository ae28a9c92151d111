"""When a study is worked on, what it waits for, and whose fault a failure is."""

import itertools
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import CTImageStorage

from appliance.alarms import AlarmCode, Alarms
from appliance.config import Configuration, Recogniser, Rule, Scanner
from appliance.dose.doubt import Reason
from appliance.errors import ConfigurationError
from appliance.services.attempts import Attempts
from appliance.services.bench import MOST_ATTEMPTS, PAUSE_POLLS
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE
from appliance.spool import Verdict
from tests.pipeline.studies import (
    ROOT,
    PhantomMark,
    a_copy,
    a_ge_study,
    a_siemens_study,
    a_wrong_sum,
    an_image,
    an_unreadable_study,
    ge_screens,
    print_before,
    who,
)
from tests.services.desk import STUDY, Desk

HOUR_S = 3600.0
EXAMINATION = ge_examination(Random(3), 12)


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path) -> MakeDesk:
    numbers = itertools.count()

    def make(scanner: tuple[Scanner, ...] = (), **settings: object) -> Desk:
        folder = tmp_path / f"desk{next(numbers)}"
        folder.mkdir()
        recogniser = Recogniser(**({"settle_s": HOUR_S, "confirm_first": 0} | settings))  # type: ignore[arg-type]
        return Desk(folder, Configuration(recogniser=recogniser, scanner=scanner))

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


def two_pages() -> list[Dataset]:
    pages = ge_screens(who(1), EXAMINATION)
    assert len(pages) == 2
    return pages


def test_complete_pages_are_reported_at_once(desk: Desk) -> None:
    first, second = two_pages()
    desk.get(first)
    desk.work()
    assert desk.reason() == "waits"
    desk.hands.wait(60)
    desk.get(second)
    desk.work()
    assert desk.reason() == "reported"


def test_missing_pages_are_waited_for_until_it_is_quiet(desk: Desk) -> None:
    first, second = two_pages()
    desk.get(first)
    desk.work()
    desk.hands.wait(HOUR_S - 1)
    desk.work()
    assert desk.reason() == "waits"
    desk.hands.wait(1)
    desk.work()
    assert desk.reason() == "page-missing"
    assert desk.alarms() == [("study-quarantined", "")]
    desk.get(second)
    desk.work()
    assert desk.reason() == "reported"
    assert desk.quarantine.cases() == []
    assert desk.alarms() == []


def test_what_is_complete_but_doubtful_waits_for_what_may_explain_it(desk: Desk) -> None:
    desk.get(*a_wrong_sum(1))
    desk.work()
    assert desk.reason() == "waits"
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.reason() == "total-mismatch"


def test_the_order_of_arrival_changes_nothing(make_desk: MakeDesk) -> None:
    scanner = Scanner(name="ct", manufacturer="SIEMENS", rule=(Rule(phantom="BODY32"),))
    stranger = an_image(who(1), 1, console=GE)
    objects = [*a_siemens_study(1, PhantomMark.NONE), stranger, an_image(who(1), 2)]
    made = set()
    for order in itertools.permutations(objects):
        desk = make_desk((scanner,))
        desk.settle(*order)
        (report,) = desk.reports()
        made.add(report.path.read_bytes())
    assert len(made) == 1


def test_the_order_of_pages_changes_nothing(make_desk: MakeDesk) -> None:
    made = set()
    for order in itertools.permutations(two_pages()):
        desk = make_desk()
        desk.settle(*order)
        (report,) = desk.reports()
        made.add(report.path.read_bytes())
    assert len(made) == 1


def test_a_later_print_replaces_the_report(desk: Desk) -> None:
    examination = ge_examination(Random(1), 3)
    (before,) = ge_screens(who(1), print_before(examination, 1))
    (after,) = ge_screens(who(1), examination)
    after = a_copy(after, SOPInstanceUID=f"{before.SOPInstanceUID}.1")
    desk.settle(before)
    desk.settle(after)
    first, second = desk.reports()
    assert second.predecessor_uid == first.sop_instance_uid
    (study,) = dcmread(second.path).PredecessorDocumentsSequence
    (reference,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert reference.ReferencedSOPInstanceUID == first.sop_instance_uid


def test_the_same_objects_again_are_nothing_new(desk: Desk) -> None:
    objects = a_ge_study(1)
    desk.settle(*objects)
    decided = desk.decision()
    assert desk.get(*objects) == [Verdict.REPEAT]
    desk.hands.wait(2 * HOUR_S)
    assert not desk.bench.work_next()
    assert desk.decision() == decided


def test_images_that_come_later_change_no_report_and_are_waited_for(desk: Desk) -> None:
    desk.settle(*a_ge_study(1))
    for at in range(1, 5):
        desk.get(an_image(who(1), at, console=GE))
        assert not desk.bench.work_next()
    assert desk.reason() == "waits"
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.reason() == "reported"
    assert len(desk.reports()) == 1
    assert len(desk.spool.decisions(STUDY)) == 2


def test_images_between_the_pages_start_no_look(desk: Desk) -> None:
    desk.get(two_pages()[0])
    desk.work()
    desk.hands.wait(60)
    for at in range(1, 5):
        desk.get(an_image(who(1), at, console=GE))
        assert not desk.bench.work_next()


def test_images_alone_are_set_aside_once_it_is_quiet(desk: Desk) -> None:
    desk.get(*(an_image(who(1), at) for at in range(9)))
    assert not desk.bench.work_next()
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.reason() == "set-aside"


def test_a_clock_that_was_set_back_makes_nothing_wait(desk: Desk) -> None:
    desk.get(two_pages()[0])
    desk.hands.now -= 400 * 86400
    desk.work()
    assert desk.reason() == "page-missing"


def test_what_a_person_discarded_stays_so_until_a_screen_comes(desk: Desk) -> None:
    desk.settle(*a_wrong_sum(1))
    desk.settling.discard(desk.case().id, "N. Tanaka", "a phantom")
    desk.work()
    assert desk.reason() == "discarded by a person"
    desk.settle(an_image(who(1), 1, console=GE))
    assert desk.reason() == "discarded by a person"
    desk.settle(*(a_copy(each, SOPInstanceUID=f"{ROOT}.1.9") for each in a_ge_study(1)))
    assert desk.reason() == "pages-conflict"


def test_a_late_screen_of_the_images_class_is_looked_at_as_well(desk: Desk) -> None:
    desk.settle(*a_wrong_sum(1))
    desk.settling.discard(desk.case().id, "N. Tanaka", "a phantom")
    (screen,) = a_ge_study(1)
    changes = {"SOPClassUID": CTImageStorage, "ImageType": ["DERIVED", "SECONDARY"]}
    desk.settle(a_copy(screen, SOPInstanceUID=f"{ROOT}.1.9", **changes))
    assert desk.reason() == "pages-conflict"


def test_a_rule_with_a_region_that_does_not_exist_is_refused(make_desk: MakeDesk) -> None:
    with pytest.raises(ConfigurationError, match=r"no 'HEDA'; did you mean HEAD"):
        make_desk((Scanner(name="ct", rule=(Rule(target_region="HEDA"),)),))


def test_two_patients_are_a_doubt_beside_every_other(desk: Desk) -> None:
    stranger = a_copy(an_image(who(1), 1, console=GE), PatientBirthDate="19700101")
    desk.settle(*an_unreadable_study(1), stranger)
    reasons = [doubt.reason for doubt in desk.case().doubts]
    assert reasons[0] is Reason.IDENTITY_INCONSISTENT
    assert len(reasons) > 1


def test_the_record_a_person_starts_from_knows_the_rules(make_desk: MakeDesk) -> None:
    rule = Rule(phantom="BODY32")
    desk = make_desk((Scanner(name="ct", rule=(rule,)),))
    examination = replace(siemens_examination(Random(1), 2), total_dlp_mgy_cm="1")
    desk.settle(*a_siemens_study(1, PhantomMark.NONE, examination))
    assert desk.reason() == "total-mismatch"
    events = desk.case().evidence["record"]["events"]
    assert {e["phantom"]["value"] for e in events if "dlp_mgy_cm" in e} == {"BODY32"}


def test_the_alarm_of_a_conflict_ends_with_the_case(desk: Desk) -> None:
    (screen,) = a_ge_study(1)
    image = an_image(who(2), 1, console=GE)
    alarms = Alarms(desk.ledger, desk.hands.clock)
    for each in (screen, image):
        desk.get(each, a_copy(each, SeriesDescription="Dose Report again"))
        alarms.raise_(AlarmCode.INSTANCE_CONFLICT, str(each.SOPInstanceUID))  # as the receiver does
    desk.work()
    raised = {("instance-conflict", each.SOPInstanceUID) for each in (screen, image)}
    assert raised <= set(desk.alarms())
    desk.settle()
    assert desk.reason() == "instance-conflict"
    assert desk.alarms() == [
        ("instance-conflict", screen.SOPInstanceUID),
        ("study-quarantined", ""),
    ]
    desk.settling.discard(desk.case().id, "N. Tanaka", "the sender repeats UIDs")
    desk.work()
    assert desk.alarms() == []


def a_settled_total(desk: Desk, number: int) -> None:
    total = ge_examination(Random(number), 2).total_dlp_mgy_cm
    typed = {"total_dlp_mgy_cm": str(total)}
    desk.settling.settle(desk.case().id, "N. Tanaka", "added up", typed)


def test_a_settled_report_that_does_not_conform_waits_with_what_was_typed(desk: Desk) -> None:
    (screen,) = a_wrong_sum(1)
    for keyword in ("StudyDate", "SeriesDate", "ContentDate"):
        delattr(screen, keyword)
    desk.settle(screen)
    former = desk.case()
    a_settled_total(desk, 1)
    desk.work()
    case = desk.case()
    assert case.reason is Reason.REPORT_NOT_CONFORMING
    assert case.evidence["record"]["total_dlp_mgy_cm"]["origin"]["detail"] == "N. Tanaka"
    assert desk.quarantine.case(former.id).closed_as == "settled"
    assert ("report-not-conforming", STUDY) in desk.alarms()
    desk.settling.discard(case.id, "N. Tanaka", "no date")
    desk.work()
    assert desk.alarms() == []


# What hinders the box


def a_tesseract(folder: Path, script: str) -> Path:
    file = folder / "tesseract"
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o755)
    return file


def test_a_missing_tesseract_is_no_studys_fault(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(settle_s=1.0, tesseract=str(tmp_path / "tesseract"))
    desk.settle(*an_unreadable_study(1), *a_ge_study(2))
    assert desk.reason() == "waits"
    assert desk.reason(f"{ROOT}.2") == "reported"
    assert desk.alarms() == [("recogniser-hindered", "")]
    assert not desk.bench.work_next()
    a_tesseract(tmp_path, 'exec tesseract "$@"')
    desk.hands.wait(PAUSE_POLLS * desk.configuration.recogniser.poll_s)
    desk.work()
    assert desk.reason() == "readers-disagree"
    assert desk.alarms() == [("study-quarantined", "")]


def test_tesseract_without_its_data_is_no_studys_fault(make_desk: MakeDesk, tmp_path: Path) -> None:
    script = a_tesseract(tmp_path, 'TESSDATA_PREFIX=/nowhere exec tesseract "$@"')
    desk = make_desk(settle_s=1.0, tesseract=str(script))
    desk.settle(*an_unreadable_study(1))
    assert desk.reason() == "waits"
    assert desk.alarms() == [("recogniser-hindered", "")]


CRASHES = 'case "$*" in *--version*) exec tesseract "$@";; esac; kill -SEGV $$'


def test_a_study_that_crashes_tesseract_waits_for_a_person(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    desk = make_desk(settle_s=1.0, tesseract=str(a_tesseract(tmp_path, CRASHES)))
    desk.settle(*an_unreadable_study(1), *a_ge_study(2))
    assert desk.reason() == "recogniser-failed"
    assert desk.reason(f"{ROOT}.2") == "reported"
    assert ("recogniser-failed", STUDY) in desk.alarms()
    desk.settling.discard(desk.case().id, "N. Tanaka", "crashes")
    desk.work()
    assert desk.alarms() == []


def test_what_fails_while_the_process_stops_is_tried_again(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    desk = make_desk(settle_s=1.0, tesseract=str(a_tesseract(tmp_path, CRASHES)))
    desk.bench._stopping.set()  # noqa: SLF001 - as a signal does
    desk.get(*an_unreadable_study(1))
    desk.hands.wait(2)
    assert desk.bench.work_next()
    assert desk.reason() == "waits"
    assert desk.quarantine.cases(open_only=False) == []


def test_a_persons_decision_is_not_lost_to_a_look_that_had_begun(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    desk = make_desk(settle_s=1.0, tesseract=str(tmp_path / "tesseract"))
    desk.settle(*a_wrong_sum(1))
    config = tmp_path / "box.toml"
    config.write_text(f'data_dir = "{desk.folder}"\n', "utf-8")
    discard = f"{sys.executable} -m appliance -c {config} quarantine discard {desk.case().id}"
    a_tesseract(tmp_path, f'{discard} --by me --reason wrong >&2\nexec tesseract "$@"')
    (late,) = an_unreadable_study(1)
    desk.settle(a_copy(late, SOPInstanceUID=f"{ROOT}.1.9"))
    outcomes = [each.reason for each in desk.spool.decisions(STUDY)]
    assert outcomes == ["total-mismatch", "discarded by a person", "pages-conflict"]


def test_work_that_ended_many_processes_is_not_begun_again(desk: Desk) -> None:
    for _ in range(MOST_ATTEMPTS):
        poison = Attempts(desk.ledger)
        poison.begin(STUDY)
        poison.begin(STUDY)  # one process counts once
        other = Attempts(desk.ledger)
        other.begin("9.9")
        other.end("9.9")
    desk.settle(*a_ge_study(1), *a_ge_study(2))
    assert desk.reason() == "recogniser-failed"
    assert desk.reason(f"{ROOT}.2") == "reported"
    assert desk.ledger.rows("SELECT * FROM attempt") == []
