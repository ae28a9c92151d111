"""The table ``alarm``: what is raised, since when, and what was cleared."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from appliance.alarms.code import AlarmCode
from appliance.clock import Clock
from appliance.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Alarm:
    """One condition, by the number of its row; ``raised_at`` in seconds since the epoch."""

    number: int
    code: AlarmCode
    subject: str
    detail: str
    raised_at: float


@dataclass(frozen=True, slots=True)
class Past:
    """An alarm, and when it was cleared; None: it is raised."""

    alarm: Alarm
    cleared_at: float | None


class Alarms:
    """The alarms in a ledger. Every call may stand inside an outer ledger transaction."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def raise_(self, code: AlarmCode, subject: str = "", detail: str = "") -> bool:
        """Raise an alarm; True when it was not raised before.

        Raised again, it keeps its time and takes the new detail; the same detail writes nothing.
        """
        present = self._find(code, subject)
        if present is not None and present.detail == detail:
            return False
        with self._ledger.transaction():
            known = self._ledger.execute(
                "UPDATE alarm SET detail = ? WHERE code = ? AND subject = ? AND cleared_at IS NULL",
                detail,
                code,
                subject,
            ).rowcount
            if not known:
                self._ledger.execute(
                    "INSERT INTO alarm (code, subject, detail, raised_at) VALUES (?, ?, ?, ?)",
                    code,
                    subject,
                    detail,
                    self._clock.wall(),
                )
        return not known

    def clear(self, code: AlarmCode, subject: str = "") -> bool:
        """Clear an alarm; True when it was raised."""
        if self._find(code, subject) is None:
            return False
        cleared = self._ledger.execute(
            "UPDATE alarm SET cleared_at = ? WHERE code = ? AND subject = ? AND cleared_at IS NULL",
            self._clock.wall(),
            code,
            subject,
        )
        return cleared.rowcount > 0

    def hold(
        self, codes: Collection[AlarmCode], holding: Mapping[tuple[AlarmCode, str], str]
    ) -> None:
        """Of ``codes``, have raised what is ``holding``, a detail by code and subject, alone."""
        for (code, subject), detail in holding.items():
            self.raise_(code, subject, detail)
        for alarm in self.raised():
            if alarm.code in codes and (alarm.code, alarm.subject) not in holding:
                self.clear(alarm.code, alarm.subject)

    def raised(self) -> list[Alarm]:
        """What is raised now, the oldest first.

        A condition that only a newer version knows, which ran here before, is left to that one.
        """
        return self._alarms("WHERE cleared_at IS NULL ORDER BY raised_at, id")

    def numbered(self, number: int) -> Alarm | None:
        """The alarm of that number, raised or cleared."""
        return next(iter(self._alarms("WHERE id = ?", number)), None)

    def past(self, code: AlarmCode, before: int, most: int) -> list[Past]:
        """The last ``most`` of a code that were raised before that number, the newest first."""
        sql = "SELECT * FROM alarm WHERE code = ? AND id < ? ORDER BY id DESC LIMIT ?"
        rows = self._ledger.rows(sql, code, before, most)
        return [Past(_alarm(row), row["cleared_at"]) for row in rows]

    def since(self, number: int, most: int) -> list[Alarm]:
        """The next ``most`` that were ever raised after that number."""
        return self._alarms("WHERE id > ? ORDER BY id LIMIT ?", number, most)

    def newest(self) -> int:
        """The number of the one that was raised last; 0 before any."""
        return int(self._ledger.rows("SELECT coalesce(max(id), 0) FROM alarm")[0][0])

    def last_cleared_at(self) -> float | None:
        """When any was cleared last, seconds since the epoch; None: none ever was."""
        row = self._ledger.row("SELECT MAX(cleared_at) AS at FROM alarm")
        return None if row is None else row["at"]

    def _find(self, code: AlarmCode, subject: str) -> Alarm | None:
        found = self._alarms("WHERE code = ? AND subject = ? AND cleared_at IS NULL", code, subject)
        return found[0] if found else None

    def _alarms(self, which: str, *parameters: object) -> list[Alarm]:
        sql = f"SELECT id, code, subject, detail, raised_at FROM alarm {which}"  # noqa: S608 - constants
        rows = self._ledger.rows(sql, *parameters)
        return [_alarm(row) for row in rows if row["code"] in set(AlarmCode)]


def _alarm(row: sqlite3.Row) -> Alarm:
    return Alarm(row["id"], AlarmCode(row["code"]), row["subject"], row["detail"], row["raised_at"])
