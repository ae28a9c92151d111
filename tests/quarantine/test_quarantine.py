"""Cases keep their evidence, are decided once, and survive a power cut whole."""

import resource
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Box
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Case, Closure, Decision, Quarantine, Verdict

A_STUDY = "1.2.3"
DOUBTS = (
    Doubt(
        Reason.READERS_DISAGREE,
        "the readings of the value differ",
        "events[0].dlp_mgy_cm",
        (("glyphs", "123.4"), ("tesseract", "128.4")),
        "1.2.3.4",
        Box(10, 20, 90, 40),
    ),
    Doubt(Reason.TOTAL_MISMATCH, "the DLPs add up to 128.4, the total says 123.4"),
)
EVIDENCE = {"record": None, "layout": "a-layout 1", "instances": ["1.2.3.4"]}
A_PNG = b"\x89PNG\r\n\x1a\n and so on"
SIGNED = Decision("N. Tanaka", "read from the film")


@pytest.fixture
def a_ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def a_quarantine(a_ledger: Ledger, tmp_path: Path) -> Quarantine:
    clock = replace(SYSTEM_CLOCK, wall=lambda: 1000.0)
    return Quarantine(tmp_path / "quarantine", a_ledger, clock)


def opened(
    quarantine: Quarantine,
    study: str,
    doubts: Sequence[Doubt],
    evidence: Mapping[str, object],
    pictures: dict[str, bytes],
) -> Case:
    with quarantine.pictures(pictures) as folder:
        return quarantine.open(study, doubts, evidence, folder)


@pytest.fixture
def a_case(a_quarantine: Quarantine) -> Case:
    return opened(a_quarantine, A_STUDY, DOUBTS, EVIDENCE, {"page-1": A_PNG, "page-2": b""})


def test_a_case_keeps_doubts_evidence_and_pictures(a_quarantine: Quarantine, a_case: Case) -> None:
    assert a_quarantine.case(a_case.id) == a_case
    assert a_case.doubts == DOUBTS
    assert a_case.reason is Reason.READERS_DISAGREE
    assert a_case.evidence == EVIDENCE
    assert {name: path.read_bytes() for name, path in a_case.pictures.items()} == {
        "page-1": A_PNG,
        "page-2": b"",
    }
    assert (a_case.opened_at, a_case.closed_at, a_case.is_open) == (1000.0, None, True)


def test_a_newer_look_at_the_study_supersedes_the_open_case(
    a_quarantine: Quarantine, a_case: Case
) -> None:
    other = opened(a_quarantine, "4.5.6", DOUBTS, {}, {})
    newer = opened(a_quarantine, A_STUDY, DOUBTS[1:], {}, {})
    assert [case.id for case in a_quarantine.cases()] == [other.id, newer.id]
    former, *_ = a_quarantine.cases(open_only=False)
    assert (former.id, former.closed_as) == (a_case.id, Closure.SUPERSEDED)
    assert former.pictures == {}
    assert not any(file.exists() for file in a_case.pictures.values())


def test_a_case_that_does_not_exist_is_not_found(a_quarantine: Quarantine) -> None:
    with pytest.raises(NotFoundError, match="no case 7"):
        a_quarantine.case(7)


def test_a_case_without_doubts_is_no_case(a_quarantine: Quarantine) -> None:
    with pytest.raises(ValueError, match="at least one doubt"):
        opened(a_quarantine, A_STUDY, (), {}, {})


@pytest.mark.parametrize("name", ["../page", "Page-1", "", "YAMADA TARO", "a/b", "a" * 65])
def test_a_picture_is_named_by_what_it_shows_only(a_quarantine: Quarantine, name: str) -> None:
    with pytest.raises(ValueError, match="picture's name"):
        opened(a_quarantine, A_STUDY, DOUBTS, {}, {name: A_PNG})
    assert a_quarantine.cases() == []


def test_a_decision_waits_until_it_is_applied(a_quarantine: Quarantine, a_case: Case) -> None:
    decision = replace(SIGNED, corrections={"a": "1"}, accepted=(Reason.PAGE_MISSING,))
    settlement = a_quarantine.decide(a_case.id, Verdict.SETTLE, decision)
    assert settlement.decision == decision
    assert settlement.study_instance_uid == A_STUDY
    assert a_quarantine.unapplied_settlements() == [settlement]
    a_quarantine.close(a_case.id, Closure.SETTLED)
    assert a_quarantine.unapplied_settlements() == []
    assert a_quarantine.settlement(a_case.id) == settlement
    assert a_quarantine.case(a_case.id).closed_as is Closure.SETTLED


@pytest.mark.parametrize("again", Verdict)
@pytest.mark.parametrize("first", Verdict)
def test_a_case_is_decided_once(
    a_quarantine: Quarantine, a_case: Case, first: Verdict, again: Verdict
) -> None:
    a_quarantine.decide(a_case.id, first, SIGNED)
    with pytest.raises(RefusedError, match=f"N. Tanaka has decided it already .{first}"):
        a_quarantine.decide(a_case.id, again, SIGNED)


@pytest.mark.parametrize("closed_as", Closure)
def test_a_closed_case_is_not_decided(
    a_quarantine: Quarantine, a_case: Case, closed_as: Closure
) -> None:
    a_quarantine.close(a_case.id, closed_as)
    with pytest.raises(RefusedError, match=f"closed .{closed_as}"):
        a_quarantine.decide(a_case.id, Verdict.SETTLE, SIGNED)


def test_a_closed_case_stays_as_it_was_closed(a_quarantine: Quarantine, a_case: Case) -> None:
    a_quarantine.close(a_case.id, Closure.SETTLED)
    a_quarantine.supersede(A_STUDY)
    assert a_quarantine.case(a_case.id).closed_as is Closure.SETTLED


@pytest.mark.parametrize(("person", "reason"), [("", "x"), (" ", "x"), ("x", ""), ("x", "\t")])
def test_an_unsigned_decision_does_not_exist(person: str, reason: str) -> None:
    with pytest.raises(ValueError, match="signed"):
        Decision(person, reason)


def test_a_case_stands_or_falls_with_the_transaction_around_it(
    a_quarantine: Quarantine, a_ledger: Ledger, a_case: Case, tmp_path: Path
) -> None:
    with (
        suppress(KeyError),
        a_quarantine.pictures({"page-1": A_PNG}) as folder,
        a_ledger.transaction(),
    ):
        a_quarantine.open(A_STUDY, DOUBTS, {}, folder)
        raise KeyError
    assert a_quarantine.cases() == [a_case]
    assert len(list((tmp_path / "quarantine").iterdir())) == 1
    assert a_quarantine.case(a_case.id).pictures["page-1"].read_bytes() == A_PNG


def test_pictures_that_do_not_fit_on_the_disk_leave_nothing(
    a_quarantine: Quarantine, a_case: Case, tmp_path: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            opened(a_quarantine, "4.5.6", DOUBTS, {}, {"page-1": A_PNG, "page-2": bytes(2000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(list((tmp_path / "quarantine").iterdir())) == 1
    assert a_quarantine.cases() == [a_case]


def test_what_a_power_cut_left_is_removed(
    a_quarantine: Quarantine, a_case: Case, tmp_path: Path
) -> None:
    (tmp_path / "quarantine" / "0123456789abcdef.part").mkdir()
    assert a_quarantine.recover() == 1
    assert a_quarantine.case(a_case.id) == a_case
    a_quarantine.close(a_case.id, Closure.SUPERSEDED)  # and the cut came before the pictures went
    assert a_quarantine.recover() == 1
    assert a_quarantine.case(a_case.id).pictures == {}
