"""What the pages of quarantine ask: cases, what a form comes to, and decisions.

**Knows:** whose decision needs a second person, and that every look at a case is written down.
**Does not know:** what a page looks like (``console``), and what follows from a decision.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console.quarantine import desk
from appliance.console.quarantine.desk import Checked, Filled, Lesson, Listing, Waiting, Whole
from appliance.dose.doubt import Reason
from appliance.dose.plausibility import doubts
from appliance.dose.sight import place_of
from appliance.dose.vouching import fields
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import (
    Case,
    Closure,
    Decision,
    FirstDecision,
    FirstDecisions,
    Quarantine,
    Settlement,
    Verdict,
)
from appliance.quarantine.first_decisions import AGREED, DECLINED
from appliance.services.case_evidence import evidence_of, record_of, screens_of
from appliance.services.case_form import CaseForm
from appliance.services.lessons import Lessons
from appliance.services.looks import seen
from appliance.services.settling import Settling, expect_signed

PAGE = "quarantine"
"""What a look at a case is called in the journal."""
NEVER, ALWAYS = "never", "always"
FIRST_DECISION, DECLINE = "quarantine-first-decision", "quarantine-declined"
LESSON = "layout-lesson"


@dataclass(frozen=True, slots=True)
class QuarantineDesk:
    """One a process; every call may come from any thread."""

    configuration: Configuration
    clock: Clock
    lessons: Lessons

    def now(self) -> float:
        """See ``Desk``."""
        return self.clock.wall()

    def listing(self, offset: int, count: int) -> Listing:
        """See ``Desk``."""
        with self._opened() as room:
            rows = [room.waiting(each) for each in room.quarantine.waiting(offset, count)]
            total = room.quarantine.count_waiting()
            first = room.quarantine.next_undecided()
        return Listing(rows=rows, total=total, next=first)

    def whole(self, number: int, by: str) -> Whole:
        """See ``Desk``."""
        with self._opened() as room:
            case = room.quarantine.case(number)
            seen(room.ledger, self.clock, case.study_instance_uid, by, PAGE)
            return room.whole(case)

    def picture(self, number: int, name: str, by: str) -> bytes:
        """See ``Desk``."""
        with self._opened() as room:
            case = room.quarantine.case(number)
            seen(room.ledger, self.clock, case.study_instance_uid, by, PAGE)
        if name not in case.pictures:
            raise NotFoundError("there is no such picture", f"case {number}")
        return case.pictures[name].read_bytes()

    def check(self, number: int, filled: Filled) -> Checked:
        """See ``Desk``."""
        with self._opened() as room:
            return room.form(room.quarantine.case(number), filled).checked()

    def decide(
        self, number: int, verdict: Verdict, filled: Filled, by: str, reason: str
    ) -> Settlement | FirstDecision:
        """See ``Desk``."""
        expect_signed(by, reason)
        with self._opened() as room, room.ledger.transaction():
            case = room.quarantine.case(number)
            room.quarantine.expect_undecided(case)
            room.expect_nobody_waited_for(case)
            decision = Decision(by, reason)
            is_as_read = False
            if verdict.is_release:
                decision, is_as_read = room.signed(case, filled, decision)
            if self._needs_another(verdict, is_as_read=is_as_read):
                return room.propose(case, verdict, decision)
            return room.end(case, verdict, decision)

    def agree(self, number: int, by: str) -> Settlement:
        """See ``Desk``."""
        with self._opened() as room, room.ledger.transaction():
            case = room.quarantine.case(number)
            first = room.first(case)
            if _name(first.decision.person) == _name(by):
                raise RefusedError("another person has to agree", f"case {number}")
            room.firsts.end(first.id, AGREED)
            return room.end(case, first.verdict, replace(first.decision, seconded_by=by))

    def decline(self, number: int, by: str, reason: str) -> None:
        """See ``Desk``."""
        expect_signed(by, reason)
        with self._opened() as room, room.ledger.transaction():
            case = room.quarantine.case(number)
            first = room.first(case)
            room.firsts.end(first.id, DECLINED)
            body = {"decided_by": first.decision.person, "person": by, "reason": reason}
            room.write(DECLINE, case, body)

    def teach(  # noqa: PLR0913 - what a lesson takes
        self, number: int, filled: Filled, name: str, language: str, *, replace: bool, by: str
    ) -> None:
        """See ``Desk``."""
        with self._opened() as room:
            case = room.quarantine.case(number)
            seen(room.ledger, self.clock, case.study_instance_uid, by, PAGE)
            form = room.form(case, filled)
            settled = room.quarantine.settlement(number)
            typed = form.whole() if settled is None or filled.values else {}
            room.write(LESSON, case, {"by": by})
        self.lessons.begin(number, typed, name, language, replacing=replace)

    def lesson(self, number: int) -> Lesson:
        """See ``Desk``."""
        return self.lessons.of(number)

    def archive(self, number: int, by: str) -> tuple[str, bytes]:
        """See ``Desk``."""
        with self._opened() as room:
            study = room.quarantine.case(number).study_instance_uid
            seen(room.ledger, self.clock, study, by, PAGE)
        return self.lessons.archive(number)

    def _needs_another(self, verdict: Verdict, *, is_as_read: bool) -> bool:
        wanted = self.configuration.console.second_person
        if wanted in {NEVER, ALWAYS}:
            return wanted == ALWAYS
        return not (verdict.is_release and is_as_read)

    @contextmanager
    def _opened(self) -> Iterator["_Room"]:
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            folder = self.configuration.quarantine_dir
            yield _Room(ledger, self.clock, Quarantine(folder, ledger, self.clock))
        finally:
            ledger.close()


@dataclass(frozen=True, slots=True)
class _Room:
    """The quarantine, for one thread."""

    ledger: Ledger
    clock: Clock
    quarantine: Quarantine

    @property
    def firsts(self) -> FirstDecisions:
        return FirstDecisions(self.ledger, self.clock)

    @property
    def settling(self) -> Settling:
        return Settling(self.quarantine, Journal(self.ledger, self.clock), self.ledger, doubts)

    def form(self, case: Case, filled: Filled) -> CaseForm:
        return CaseForm(case, evidence_of(case), filled, self.settling)

    def waiting(self, case: Case) -> Waiting:
        record, first = record_of(case), self.firsts.waiting(case.id)
        total = record.total_dlp_mgy_cm if record else None
        return Waiting(
            number=case.id,
            opened_at=case.opened_at,
            drawn_by=case.evidence.get("drawn_by", ""),
            doubt=case.doubts[0],
            doubts=len(case.doubts),
            events=len(record.dose_events) if record else 0,
            total_dlp=total.text if total else "",
            awaits_another_than=first.decision.person if first else "",
        )

    def whole(self, case: Case) -> Whole:
        record = record_of(case)
        places = {name: place_of(value.origin) for name, value in fields(record)}
        known = {each.picture: each for each in screens_of(case)}
        return Whole(
            case=case,
            record=record,
            places={name: place for name, place in places.items() if place},
            screens=[
                desk.Screen(
                    picture=name,
                    sop_instance_uid=known[name].sop_instance_uid,
                    frame=known[name].frame,
                    width_px=known[name].width_px,
                    height_px=known[name].height_px,
                )
                if name in known
                else desk.Screen(picture=name)
                for name in sorted(case.pictures, key=_page)
                if name.startswith("page-")
            ],
            settlement=self.quarantine.settlement(case.id),
            first=self.firsts.waiting(case.id),
            newer=self._newer(case),
        )

    def _newer(self, case: Case) -> int | None:
        if case.closed_as is not Closure.SUPERSEDED:
            return None
        newer = self.quarantine.last_case(case.study_instance_uid)
        return newer if newer != case.id else None

    def signed(self, case: Case, filled: Filled, by: Decision) -> tuple[Decision, bool]:
        """The decision with all that the person stands for, and whether that is as it was read."""
        form = self.form(case, filled)
        checked = form.checked()
        if not checked.is_ready:
            raise RefusedError("something is not confirmed yet", f"case {case.id}")
        remaining = {each.reason for each in checked.doubts}
        decision = replace(
            by,
            corrections=form.signed(checked.open),
            accepted=tuple(sorted(remaining & (filled.accepted | {Reason.CONFIRMATION_NEEDED}))),
        )
        accepted = remaining - {Reason.CONFIRMATION_NEEDED}
        return decision, not checked.changed and not accepted

    def end(self, case: Case, verdict: Verdict, decision: Decision) -> Settlement:
        if not verdict.is_release:
            return self.settling.discard(
                case.id,
                decision.person,
                decision.reason,
                verdict,
                seconded_by=decision.seconded_by,
            )
        return self.settling.settle(
            case.id,
            decision.person,
            decision.reason,
            decision.corrections,
            decision.accepted,
            seconded_by=decision.seconded_by,
        )

    def propose(self, case: Case, verdict: Verdict, decision: Decision) -> FirstDecision:
        first = self.firsts.add(case.id, verdict, decision)
        body = {"person": decision.person, "reason": decision.reason, "verdict": verdict}
        self.write(FIRST_DECISION, case, body)
        return first

    def first(self, case: Case) -> FirstDecision:
        self.quarantine.expect_undecided(case)
        found = self.firsts.waiting(case.id)
        if found is None:
            raise RefusedError("nobody has decided first", f"case {case.id}")
        return found

    def expect_nobody_waited_for(self, case: Case) -> None:
        first = self.firsts.waiting(case.id)
        if first is not None:
            what = f"{first.decision.person} has decided, and another person has to agree"
            raise RefusedError(what, f"case {case.id}")

    def write(self, kind: str, case: Case, body: dict[str, str]) -> None:
        named = {"case": case.id, "study_instance_uid": case.study_instance_uid}
        Journal(self.ledger, self.clock).append(kind, named | body)


def _name(person: str) -> str:
    return person.strip().casefold()


def _page(picture: str) -> tuple[int, str]:
    number = picture.rpartition("-")[2]
    return (int(number) if number.isdecimal() else 0), picture


def offered(made: QuarantineDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
