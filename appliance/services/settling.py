"""Settling a quarantined study: a person's decision, checked, signed and written down.

There is no unsigned release. What a person types passes the same checks as what was read; what
still does not fit, and every doubt the person did not answer by typing the value, has to be
accepted by name. The decision and its journal entry are durable together.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from appliance.dose.codec import record_from_json
from appliance.dose.correction import Correction, corrected, corrections, printed
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.errors import RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.quarantine import Case, Decision, Quarantine, Settlement, Verdict

Check = Callable[[CTRadiationDose], tuple[Doubt, ...]]

JUDGED_AGAIN = frozenset(
    {
        Reason.TOTAL_MISMATCH,
        Reason.LENGTH_MISMATCH,
        Reason.PHANTOM_UNKNOWN,
        Reason.REPORT_NOT_CONFORMING,
    }
)
"""Doubts that stand or fall with the record; the checks, or the next report, say it."""

ONLY_DISCARDED = frozenset(
    {
        Reason.UNREADABLE_OBJECT,
        Reason.IDENTITY_INCONSISTENT,
        Reason.IDENTITY_MISMATCH,
        Reason.EVIDENCE_REMOVED,
    }
)
"""Doubts about what the study is made of; no value of a dose record answers them."""

NEVER_ACCEPTED = ONLY_DISCARDED | {Reason.PHANTOM_UNKNOWN}
"""A dose without its phantom says nothing, so the phantom has to be typed."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles and discards cases; ``check`` gives the doubts that a record's arithmetic leaves."""

    quarantine: Quarantine
    journal: Journal
    ledger: Ledger
    check: Check

    def settle(  # noqa: PLR0913 - what a decision is made of
        self,
        case_id: int,
        person: str,
        reason: str,
        typed: Mapping[str, str],
        accepted: Collection[Reason] = (),
        *,
        seconded_by: str = "",
    ) -> Settlement:
        """Release a study with ``typed`` corrections (field → text, see ``dose.correction``).

        ``accepted`` names the reasons of the doubts that remain and that ``person`` stands for;
        ``seconded_by`` is another person, who agreed.
        Raises NotFoundError; RefusedError naming each doubt that is neither answered nor accepted,
        and for whatever else is not a signed, valid decision about an open case.
        """
        expect_signed(person, reason)
        case = self.quarantine.case(case_id)
        before, wanted = _record(case), corrections(typed)
        after = corrected(before, wanted, person.strip())
        remaining = self.remaining(case, wanted, after)
        _expect_accepted(case, remaining, accepted)
        decision = Decision(
            person.strip(), reason.strip(), typed, tuple(accepted), after, seconded_by.strip()
        )
        body = {
            "changes": [_change(before, correction) for correction in wanted],
            "accepted_doubts": [
                {"reason": doubt.reason, "field": doubt.field, "detail": doubt.detail}
                for doubt in remaining
            ],
        }
        return self._decide(case, Verdict.SETTLE, decision, body)

    def discard(
        self,
        case_id: int,
        person: str,
        reason: str,
        verdict: Verdict = Verdict.DISCARD,
        *,
        seconded_by: str = "",
    ) -> Settlement:
        """End a case without a report. Raises NotFoundError and RefusedError."""
        expect_signed(person, reason)
        decision = Decision(person.strip(), reason.strip(), seconded_by=seconded_by.strip())
        return self._decide(self.quarantine.case(case_id), verdict, decision, {})

    def _decide(
        self, case: Case, verdict: Verdict, decision: Decision, body: Mapping[str, object]
    ) -> Settlement:
        signature = {
            "case": case.id,
            "study_instance_uid": case.study_instance_uid,
            "person": decision.person,
            "reason": decision.reason,
            **({"seconded_by": decision.seconded_by} if decision.seconded_by else {}),
        }
        with self.ledger.transaction():
            settlement = self.quarantine.decide(case.id, verdict, decision)
            self.journal.append(_JOURNAL_KINDS[verdict], signature | dict(body))
        return settlement

    def remaining(
        self, case: Case, wanted: tuple[Correction, ...], after: CTRadiationDose
    ) -> tuple[Doubt, ...]:
        """The doubts that corrections leave open, each reason once a field.

        ``after`` is what the corrections make of the case's record.
        """
        found = self._remaining(case, _record(case), wanted, after)
        return tuple({(doubt.reason, doubt.field): doubt for doubt in found}.values())

    def _remaining(
        self,
        case: Case,
        before: CTRadiationDose | None,
        wanted: tuple[Correction, ...],
        after: CTRadiationDose,
    ) -> Iterator[Doubt]:
        for doubt in case.doubts:
            if not _is_answered(doubt, before, wanted):
                yield doubt
        yield from self.check(after)
        yield from _without_phantom(after)
        if before and before.total_dlp_mgy_cm and not after.total_dlp_mgy_cm:
            yield Doubt(Reason.TOTAL_MISSING, "the printed total was taken out", "total_dlp_mgy_cm")


_JOURNAL_KINDS = {
    Verdict.SETTLE: "quarantine-settled",
    Verdict.DISCARD: "quarantine-discarded",
    Verdict.WRONG_PATIENT: "quarantine-wrong-patient",
}


def expect_signed(person: str, reason: str) -> None:
    """Raises RefusedError unless a decision names who decided and why."""
    for name, text in (("person", person), ("reason", reason)):
        if not text.strip() or not text.isprintable():
            raise RefusedError(
                f"the {name} is missing", remedy="a decision is signed: --by, --reason"
            )


def _expect_accepted(
    case: Case, remaining: Collection[Doubt], accepted: Collection[Reason]
) -> None:
    where = f"case {case.id}"
    reasons = {doubt.reason for doubt in remaining}
    hopeless = reasons & ONLY_DISCARDED
    if hopeless:
        raise RefusedError(
            f"{_listed(hopeless)} cannot be settled",
            where,
            "discard it, and have the study sent again as it should be",
        )
    unknown = set(accepted) - (reasons - NEVER_ACCEPTED)
    if unknown:
        raise RefusedError(f"there is no doubt to accept for {_listed(unknown)}", where)
    left = [doubt for doubt in remaining if doubt.reason not in accepted]
    if left:
        raise RefusedError("; ".join(map(_told, left)), where, _REMEDY)


_REMEDY = "type the value with --set, or accept the doubt by name with --accept-doubt"


def _told(doubt: Doubt) -> str:
    at = f" {doubt.field}" if doubt.field else ""
    return f"{doubt.reason}{at}: {doubt.detail}"


def _listed(reasons: Collection[Reason]) -> str:
    return ", ".join(sorted(reasons))


def _record(case: Case) -> CTRadiationDose | None:
    body = case.evidence.get("record")
    return record_from_json(body) if body else None


def _is_answered(
    doubt: Doubt, before: CTRadiationDose | None, wanted: tuple[Correction, ...]
) -> bool:
    """Whether the corrections, or the checks that follow, take care of a case's doubt."""
    if doubt.reason in JUDGED_AGAIN:
        return True
    if doubt.reason in ONLY_DISCARDED:
        return False
    if not doubt.field:
        return before is None  # nothing had been read, so the person typed all there is
    event = doubt.field.partition(".")[0]
    return any(
        correction.field == doubt.field or (correction.removes and correction.field == event)
        for correction in wanted
    )


def _without_phantom(record: CTRadiationDose) -> Iterator[Doubt]:
    for at, event in enumerate(record.events):
        if event.has_dose and event.phantom is None:
            yield Doubt(Reason.PHANTOM_UNKNOWN, "a dose needs its phantom", f"events[{at}].phantom")


def _change(before: CTRadiationDose | None, correction: Correction) -> dict[str, object]:
    return {
        "field": correction.field,
        "old": printed(before, correction),
        "new": None if correction.removes else correction.text,
    }
