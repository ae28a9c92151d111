"""Studies that a person wants read again, from the objects that are here."""

from appliance.clock import Clock
from appliance.ledger import Ledger


class Rereadings:
    """The table ``rereading``; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def ask(self, study_instance_uid: str) -> bool:
        """Want a study read again; False when somebody wants that already."""
        return (
            self._ledger.execute(
                "INSERT INTO rereading (study_instance_uid, asked_at) VALUES (?, ?)"
                " ON CONFLICT DO NOTHING",
                study_instance_uid,
                self._clock.wall(),
            ).rowcount
            > 0
        )

    def wanted(self) -> list[str]:
        """The studies that are still to be read, the first asked for first."""
        sql = "SELECT study_instance_uid FROM rereading WHERE ended_at IS NULL ORDER BY id"
        return [str(row["study_instance_uid"]) for row in self._ledger.rows(sql)]

    def end(self, study_instance_uid: str) -> None:
        """It was read, or cannot be; nothing where nobody wanted it."""
        sql = "UPDATE rereading SET ended_at = ? WHERE study_instance_uid = ? AND ended_at IS NULL"
        self._ledger.execute(sql, self._clock.wall(), study_instance_uid)

    def of_study(self, study_instance_uid: str) -> list[tuple[float, float | None]]:
        """When it was asked for, and when it had been read; None: not yet."""
        sql = "SELECT asked_at, ended_at FROM rereading WHERE study_instance_uid = ? ORDER BY id"
        return [(row[0], row[1]) for row in self._ledger.rows(sql, study_instance_uid)]
