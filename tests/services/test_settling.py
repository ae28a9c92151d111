"""A study leaves quarantine signed, checked and written down, or not at all."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.codec import record_to_json
from appliance.dose.coded import Phantom, SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import doubts
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Origin, Sourced
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Case, Closure, Quarantine, Verdict
from appliance.services.settling import Settling

READ = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "glyphs")
BODY32 = Sourced(Phantom.BODY32, "Body 32", READ)
UNREADABLE = Doubt(Reason.CELL_UNREADABLE, "no reading is sure", "events[1].dlp_mgy_cm")


def number(text: str) -> Sourced[Decimal]:
    return Sourced(Decimal(text), text, READ)


def event(ctdi_vol_mgy: str, dlp_mgy_cm: str | None) -> IrradiationEvent:
    dlp = number(dlp_mgy_cm) if dlp_mgy_cm else None
    return IrradiationEvent(ctdi_vol_mgy=number(ctdi_vol_mgy), dlp_mgy_cm=dlp, phantom=BODY32)


A_RECORD = CTRadiationDose((event("10.00", "300.0"), event("5.00", None)), number("400.0"))


@pytest.fixture
def a_ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def a_quarantine(a_ledger: Ledger, tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path / "quarantine", a_ledger, SYSTEM_CLOCK)


@pytest.fixture
def a_journal(a_ledger: Ledger) -> Journal:
    return Journal(a_ledger, SYSTEM_CLOCK)


@pytest.fixture
def a_settling(a_quarantine: Quarantine, a_journal: Journal, a_ledger: Ledger) -> Settling:
    return Settling(a_quarantine, a_journal, a_ledger, doubts)


def case_of(
    quarantine: Quarantine, *doubts: Doubt, record: CTRadiationDose | None = A_RECORD
) -> Case:
    evidence = {"record": record_to_json(record) if record else None}
    with quarantine.pictures({}) as folder:
        return quarantine.open("1.2.3", doubts, evidence, folder)


@pytest.fixture
def a_case(a_quarantine: Quarantine) -> Case:
    return case_of(a_quarantine, UNREADABLE)


def settle(settling: Settling, case: Case, *accepted: Reason, **typed: str) -> Any:  # noqa: ANN401
    return settling.settle(case.id, "N. Tanaka", "read from the screen", typed, accepted)


THE_VALUE = {"events[1].dlp_mgy_cm": "100.0"}


def test_the_typed_value_releases_the_study(
    a_settling: Settling, a_case: Case, a_quarantine: Quarantine, a_journal: Journal
) -> None:
    settlement = settle(a_settling, a_case, **THE_VALUE)
    assert a_quarantine.unapplied_settlements() == [settlement]
    record = settlement.decision.record
    assert record.events[1].dlp_mgy_cm.origin.detail == "N. Tanaka"
    assert record.events[0] == A_RECORD.events[0]
    (entry,) = a_journal.entries()
    assert entry.kind == "quarantine-settled"
    assert entry.body == {
        "case": a_case.id,
        "study_instance_uid": "1.2.3",
        "person": "N. Tanaka",
        "reason": "read from the screen",
        "changes": [{"field": "events[1].dlp_mgy_cm", "old": None, "new": "100.0"}],
        "accepted_doubts": [],
        "clock": SYSTEM_CLOCK.state(),
    }


def test_the_old_value_stands_in_the_journal(
    a_settling: Settling, a_quarantine: Quarantine, a_journal: Journal
) -> None:
    case = case_of(a_quarantine, UNREADABLE)
    settle(a_settling, case, **THE_VALUE, **{"events[0].label": "CHEST"}, total_dlp_mgy_cm="400.0")
    (entry,) = a_journal.entries()
    assert [(each["old"], each["new"]) for each in entry.body["changes"]] == [
        (None, "100.0"),
        (None, "CHEST"),
        ("400.0", "400.0"),
    ]


@pytest.mark.parametrize(("person", "reason"), [("", "x"), (" ", "x"), ("x", ""), ("x\n", "x")])
def test_nothing_is_released_or_discarded_unsigned(
    a_settling: Settling, a_case: Case, person: str, reason: str
) -> None:
    with pytest.raises(RefusedError, match="is missing"):
        a_settling.settle(a_case.id, person, reason, THE_VALUE)
    with pytest.raises(RefusedError, match="is missing"):
        a_settling.discard(a_case.id, person, reason)


REFUSALS: list[tuple[Doubt, dict[str, str], str]] = [
    (UNREADABLE, {}, r"cell-unreadable events\[1\].dlp_mgy_cm: no reading is sure"),
    (UNREADABLE, {"events[1].dlp_mgy_cm": "101.0"}, "total-mismatch total_dlp_mgy_cm"),
    (UNREADABLE, {**THE_VALUE, "events[1].ctdi_vol_mgy": "0.01"}, "length-mismatch"),
    (UNREADABLE, {**THE_VALUE, "total_dlp_mgy_cm": "none"}, "total-missing total_dlp_mgy_cm"),
    (UNREADABLE, {**THE_VALUE, "events[1].phantom": "none"}, "phantom-unknown"),
    (Doubt(Reason.PAGE_MISSING, "page 2 of 2"), THE_VALUE, "page-missing: page 2 of 2"),
    (Doubt(Reason.IDENTITY_INCONSISTENT, "two"), THE_VALUE, "cannot be settled; discard it"),
    (Doubt(Reason.UNREADABLE_OBJECT, "no"), THE_VALUE, "cannot be settled; discard it"),
]


@pytest.mark.parametrize(("doubt", "typed", "message"), REFUSALS)
def test_a_doubt_left_open_refuses_the_release(
    a_settling: Settling,
    a_quarantine: Quarantine,
    doubt: Doubt,
    typed: dict[str, str],
    message: str,
) -> None:
    case = case_of(a_quarantine, doubt)
    with pytest.raises(RefusedError, match=message):
        settle(a_settling, case, **typed)
    assert a_quarantine.unapplied_settlements() == []
    assert list(a_settling.journal.entries()) == []


def test_every_doubt_left_open_is_named(a_settling: Settling, a_quarantine: Quarantine) -> None:
    case = case_of(a_quarantine, UNREADABLE, Doubt(Reason.PAGE_MISSING, "page 2 of 2"))
    with pytest.raises(RefusedError) as refusal:
        settle(a_settling, case)
    for reason in ("cell-unreadable", "page-missing", "total-mismatch"):
        assert reason in str(refusal.value)


def test_what_contradicts_the_arithmetic_is_released_only_by_name(
    a_settling: Settling, a_case: Case, a_journal: Journal
) -> None:
    settle(a_settling, a_case, Reason.TOTAL_MISMATCH, **{"events[1].dlp_mgy_cm": "101.0"})
    (entry,) = a_journal.entries()
    (doubt,) = entry.body["accepted_doubts"]
    assert doubt == {
        "reason": "total-mismatch",
        "field": "total_dlp_mgy_cm",
        "detail": "the DLPs add up to 401.0, the total says 400.0",
    }


def test_a_doubt_without_a_value_is_accepted_by_name(
    a_settling: Settling, a_quarantine: Quarantine
) -> None:
    case = case_of(a_quarantine, Doubt(Reason.PAGE_MISSING, "page 2 of 2"), UNREADABLE)
    settlement = settle(a_settling, case, Reason.PAGE_MISSING, **THE_VALUE)
    assert settlement.decision.accepted == (Reason.PAGE_MISSING,)


@pytest.mark.parametrize("reason", [Reason.PAGE_MISSING, Reason.PHANTOM_UNKNOWN])
def test_what_is_not_in_doubt_cannot_be_accepted(
    a_settling: Settling, a_case: Case, reason: Reason
) -> None:
    with pytest.raises(RefusedError, match=f"no doubt to accept for {reason}"):
        settle(a_settling, a_case, reason, **THE_VALUE)


def test_a_phantom_is_typed_never_accepted(a_settling: Settling, a_quarantine: Quarantine) -> None:
    unknown = CTRadiationDose((IrradiationEvent(dlp_mgy_cm=number("300.0")),), number("300.0"))
    case = case_of(a_quarantine, Doubt(Reason.PHANTOM_UNKNOWN, "not printed"), record=unknown)
    with pytest.raises(RefusedError, match="no doubt to accept for phantom-unknown"):
        settle(a_settling, case, Reason.PHANTOM_UNKNOWN)
    settle(a_settling, case, **{"events[0].phantom": "HEAD16"})


def test_taking_out_the_event_answers_its_doubt(
    a_settling: Settling, a_quarantine: Quarantine
) -> None:
    case = case_of(a_quarantine, UNREADABLE)
    settlement = settle(a_settling, case, **{"events[1]": "none", "total_dlp_mgy_cm": "300.0"})
    assert settlement.decision.record.events == A_RECORD.events[:1]


def test_a_study_of_which_nothing_was_read_is_typed_whole(
    a_settling: Settling, a_quarantine: Quarantine
) -> None:
    case = case_of(a_quarantine, Doubt(Reason.LAYOUT_UNKNOWN, "no layout fits"), record=None)
    with pytest.raises(RefusedError, match="at least one event"):
        settle(a_settling, case, Reason.LAYOUT_UNKNOWN)
    whole = {
        "events[0].ctdi_vol_mgy": "10.00",
        "events[0].dlp_mgy_cm": "300.0",
        "events[0].phantom": "BODY32",
        "total_dlp_mgy_cm": "300.0",
    }
    assert settle(a_settling, case, **whole).verdict is Verdict.SETTLE


def test_a_study_is_discarded_signed_and_written_down(
    a_settling: Settling, a_quarantine: Quarantine, a_journal: Journal
) -> None:
    case = case_of(a_quarantine, Doubt(Reason.IDENTITY_INCONSISTENT, "two"), record=None)
    settlement = a_settling.discard(case.id, " N. Tanaka ", "sent to the wrong study")
    assert a_quarantine.unapplied_settlements() == [settlement]
    (entry,) = a_journal.entries()
    assert (entry.kind, entry.body["person"]) == ("quarantine-discarded", "N. Tanaka")


def test_a_second_decision_is_refused_and_leaves_no_trace(
    a_settling: Settling, a_case: Case, a_journal: Journal
) -> None:
    a_settling.discard(a_case.id, "N. Tanaka", "a test")
    with pytest.raises(RefusedError, match="decided it already"):
        settle(a_settling, a_case, **THE_VALUE)
    assert len(list(a_journal.entries())) == 1
    assert a_journal.verify().intact


def test_a_closed_case_is_refused(
    a_settling: Settling, a_quarantine: Quarantine, a_case: Case
) -> None:
    a_quarantine.close(a_case.id, Closure.SUPERSEDED)
    with pytest.raises(RefusedError, match="closed"):
        settle(a_settling, a_case, **THE_VALUE)


def test_a_case_that_does_not_exist_is_not_found(a_settling: Settling) -> None:
    with pytest.raises(NotFoundError):
        a_settling.settle(99, "N. Tanaka", "why", {})
