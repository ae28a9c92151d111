"""Decisions that wait until another person agrees."""

import json
import sqlite3

from appliance.clock import Clock
from appliance.dose.doubt import Reason
from appliance.ledger import Ledger
from appliance.quarantine.case import Decision, FirstDecision, Verdict

AGREED, DECLINED = "agreed", "declined"


class FirstDecisions:
    """The table ``first_decision``; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, case_id: int, verdict: Verdict, decision: Decision) -> FirstDecision:
        """Keep a decision; the case has none that waits, else sqlite3.IntegrityError."""
        added = self._ledger.execute(
            "INSERT INTO first_decision (quarantined_id, verdict, person, reason, corrections,"
            " accepted, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            case_id,
            verdict,
            decision.person,
            decision.reason,
            json.dumps(dict(decision.corrections), ensure_ascii=False),
            json.dumps(decision.accepted),
            self._clock.wall(),
        )
        row = self._ledger.row("SELECT * FROM first_decision WHERE id = ?", added.lastrowid)
        assert row is not None  # noqa: S101 - it was just written
        return _first_decision(row)

    def waiting(self, case_id: int) -> FirstDecision | None:
        """The decision about a case that waits, or None."""
        sql = "SELECT * FROM first_decision WHERE quarantined_id = ? AND ended_as = ''"
        row = self._ledger.row(sql, case_id)
        return _first_decision(row) if row else None

    def end(self, decision_id: int, ended_as: str) -> None:
        """It waits no more: ``AGREED`` or ``DECLINED``."""
        self._ledger.execute(
            "UPDATE first_decision SET ended_as = ? WHERE id = ?", ended_as, decision_id
        )


def _first_decision(row: sqlite3.Row) -> FirstDecision:
    decision = Decision(
        row["person"],
        row["reason"],
        json.loads(row["corrections"]),
        tuple(Reason(reason) for reason in json.loads(row["accepted"])),
    )
    return FirstDecision(
        row["id"], row["quarantined_id"], Verdict(row["verdict"]), decision, row["decided_at"]
    )
