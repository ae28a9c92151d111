"""The first screens of a scanner wait until a person has confirmed them."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.config import Configuration, Recogniser
from appliance.dose.doubt import Reason
from appliance.errors import RefusedError
from tests.pipeline.studies import ROOT, PhantomMark, a_copy, a_ge_study, a_siemens_study
from tests.services.desk import Desk

CONFIRMED = (Reason.CONFIRMATION_NEEDED,)
MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path) -> MakeDesk:
    numbers = itertools.count()

    def make(**settings: object) -> Desk:
        folder = tmp_path / f"desk{next(numbers)}"
        folder.mkdir()
        settled = {"confirm_first": 2} | settings
        return Desk(folder, Configuration(recogniser=Recogniser(**settled)))  # type: ignore[arg-type]

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


def study(number: int) -> str:
    return f"{ROOT}.{number}"


def of_another_scanner(objects: list[Dataset], **header: str) -> list[Dataset]:
    return [a_copy(each, **({"DeviceSerialNumber": "OTHER"} | header)) for each in objects]


def decide(desk: Desk, number: int, typed: dict[str, str] | None = None) -> None:
    """A person accepts what was read of a study, but for what is ``typed``."""
    (case,) = (c for c in desk.quarantine.cases() if c.study_instance_uid == study(number))
    desk.settling.settle(case.id, "N. Tanaka", "compared", typed or {}, CONFIRMED)
    desk.work()


def test_a_screen_of_a_scanner_nobody_confirmed_waits_with_all_that_was_read(desk: Desk) -> None:
    desk.settle(*a_ge_study(1))
    case = desk.case()
    (doubt,) = case.doubts
    assert doubt.reason is Reason.CONFIRMATION_NEEDED
    assert doubt.detail == "0 of 2 studies of this scanner read as dose-report/1 are confirmed"
    assert case.evidence["record"]["events"]
    assert "page-1" in case.pictures
    with pytest.raises(RefusedError, match="confirmation-needed"):
        desk.settling.settle(case.id, "N. Tanaka", "not looked", {})
    decide(desk, 1)
    assert desk.reason(study(1)) == "settled by a person"
    assert len(desk.reports(study(1))) == 1


def test_complete_pages_do_not_pass_by_either(desk: Desk) -> None:
    desk.get(*a_ge_study(1))
    desk.work()
    assert desk.reason(study(1)) == "waits"
    desk.hands.wait(desk.configuration.recogniser.settle_s)
    desk.work()
    assert desk.reason(study(1)) == "confirmation-needed"


def test_after_the_first_the_scanners_studies_pass(desk: Desk) -> None:
    for number in (1, 2):
        desk.settle(*a_ge_study(number))
        decide(desk, number)
    desk.settle(*a_ge_study(3))
    assert desk.reason(study(3)) == "reported"


def test_those_that_waited_for_nothing_else_are_released(desk: Desk) -> None:
    waiting = [*a_ge_study(1), *a_ge_study(2), *a_ge_study(3), *a_ge_study(4)]
    desk.settle(*waiting, *of_another_scanner(a_ge_study(5)))
    decide(desk, 3)
    assert desk.reason(study(1)) == "confirmation-needed"
    decide(desk, 4)
    reasons = [desk.reason(study(number)) for number in range(1, 6)]
    assert reasons == [*["reported"] * 2, *["settled by a person"] * 2, "confirmation-needed"]
    closed = {c.study_instance_uid: c.closed_as for c in desk.quarantine.cases(open_only=False)}
    assert closed[study(1)] == closed[study(2)] == "superseded"


def test_they_are_released_after_a_restart_as_well(desk: Desk) -> None:
    desk.settle(*a_ge_study(1), *a_ge_study(2), *a_ge_study(3))
    for case in desk.quarantine.cases()[:2]:
        desk.settling.settle(case.id, "N. Tanaka", "compared", {}, CONFIRMED)
    assert desk.bench.work_next()
    assert desk.bench.work_next()
    desk.ledger.close()
    again = Desk(desk.folder, desk.configuration, desk.hands)
    assert again.reason(study(3)) == "confirmation-needed"
    again.work()
    assert again.reason(study(3)) == "reported"


def test_another_scanner_or_layout_has_its_own_count(desk: Desk) -> None:
    for number in (1, 2):
        desk.settle(*a_ge_study(number))
        decide(desk, number)
    desk.settle(*of_another_scanner(a_ge_study(3)))
    assert desk.reason(study(3)) == "confirmation-needed"
    desk.settle(*of_another_scanner(a_siemens_study(4), Manufacturer="GE MEDICAL SYSTEMS"))
    assert desk.reason(study(4)) == "confirmation-needed"


@pytest.mark.parametrize("typed", [{"events[1].label": "Routine"}, {"events[1]": "none"}])
def test_a_correction_starts_the_count_again(desk: Desk, typed: dict[str, str]) -> None:
    desk.settle(*a_ge_study(1))
    decide(desk, 1)
    desk.settle(*a_ge_study(2))
    accepted = [*CONFIRMED, *([Reason.TOTAL_MISMATCH] if "none" in typed.values() else [])]
    desk.settling.settle(desk.case().id, "N. Tanaka", "corrected", typed, accepted)
    desk.work()
    assert desk.reason(study(2)) == "settled by a person"
    desk.settle(*a_ge_study(3))
    assert desk.case().doubts[0].detail.startswith("0 of 2")


def test_a_discarded_study_starts_the_count_again(desk: Desk) -> None:
    desk.settle(*a_ge_study(1))
    decide(desk, 1)
    desk.settle(*a_ge_study(2))
    desk.settling.discard(desk.case().id, "N. Tanaka", "not what the screen says")
    desk.work()
    desk.settle(*a_ge_study(3))
    assert desk.case().doubts[0].detail.startswith("0 of 2")


def test_typing_what_is_not_printed_confirms_what_is(desk: Desk) -> None:
    desk.settle(*a_siemens_study(1, PhantomMark.NONE))
    case = desk.case()
    assert [d.reason for d in case.doubts][-1] is Reason.CONFIRMATION_NEEDED
    asked = [doubt.field for doubt in case.doubts if doubt.field]
    assert asked
    decide(desk, 1, dict.fromkeys(asked, "BODY32"))
    desk.settle(*a_siemens_study(2))
    assert desk.case().doubts[0].detail.startswith("1 of 2")


def test_a_study_confirmed_twice_counts_once(desk: Desk) -> None:
    (screen,) = a_ge_study(1)
    desk.settle(screen)
    decide(desk, 1)
    desk.settle(a_copy(screen, SOPInstanceUID=f"{screen.SOPInstanceUID}.9"))
    assert desk.reason(study(1)) == "confirmation-needed"
    decide(desk, 1)
    desk.settle(*a_ge_study(2))
    assert desk.case().doubts[0].detail.startswith("1 of 2")


def test_a_scanner_without_a_name_never_passes_by_itself(make_desk: MakeDesk) -> None:
    desk = make_desk(confirm_first=1)
    for number in (1, 2):
        desk.settle(*of_another_scanner(a_ge_study(number), DeviceSerialNumber="", StationName=""))
        assert "does not name the scanner" in desk.case().doubts[0].detail
        decide(desk, number)


def test_every_study_is_confirmed_where_the_site_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk(confirm_first=1, confirm_always=True)
    for number in (1, 2, 3):
        desk.settle(*a_ge_study(number))
        decide(desk, number)
        assert desk.reason(study(number)) == "settled by a person"


@pytest.mark.parametrize(
    ("settings", "ending"),
    [
        ({"confirm_first": 0}, "reported"),
        ({"trusted_tier": "bronze"}, "reported"),
        ({"trusted_tier": "gold"}, "confirmation-needed"),
        ({"trusted_tier": "none"}, "confirmation-needed"),
        ({}, "confirmation-needed"),
    ],
)
def test_the_site_decides_from_which_tier_on(
    make_desk: MakeDesk, settings: dict[str, object], ending: str
) -> None:
    desk = make_desk(**settings)
    desk.settle(*a_ge_study(1))
    assert desk.reason(study(1)) == ending
