"""Reports and received objects in, deliveries out."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, PART_SUFFIX, write_file
from appliance.outbox import statements
from appliance.outbox.attempts import Attempts, Came
from appliance.outbox.delivery import (
    REPORTS,
    Backlog,
    Delivery,
    Kind,
    Outgoing,
    Queued,
    Received,
    Routing,
    State,
)

SUFFIX = ".dcm"
LONGEST_PAUSE_S = 2 * 86400.0
"""A later end was written before the wall clock was set back."""
NO_LIMIT = -1

_UID = re.compile(r"[0-9.]{1,64}")


class Outbox:
    """Reports in ``folder``, what was received in ``spool``, and their rows in the ledger.

    ``put`` and ``route`` join the ledger transaction around them.
    """

    def __init__(
        self, folder: Path, ledger: Ledger, clock: Clock, spool: Path | None = None
    ) -> None:
        """``spool`` is only needed by who opens what was received."""
        folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._spool = spool or folder
        self._ledger = ledger
        self._clock = clock
        self._attempts = Attempts(ledger, clock)
        self._planned: dict[str, int] = {}

    def put(  # noqa: PLR0913 - what a report is kept with
        self,
        report: bytes,
        sop_class_uid: str,
        sop_instance_uid: str,
        study_instance_uid: str,
        predecessor_uid: str = "",
        *,
        received_as: int | None = None,
    ) -> bool:
        """Keep ``report``, a PS3.10 file, until every destination has it.

        ``received_as`` is the row in the spool of a CT's own report that goes on unchanged.

        False when a report of that SOP Instance UID is here already: the first one stays, because
        the UID derives from what the report says. If its file is damaged and these are its bytes,
        it is written again. Raises OSError when it cannot be kept.
        """
        if not _UID.fullmatch(sop_instance_uid):
            raise ValueError(f"not a UID: {sop_instance_uid!r}")
        name = f"{sop_instance_uid}{SUFFIX}"
        with self._ledger.transaction():
            if (known := self.report(sop_instance_uid)) is not None:
                if known.sha256 == hashlib.sha256(report).hexdigest() and not is_sound(known):
                    write_file(known.path, report)
                return False
            write_file(self._folder / name, report)
            self._ledger.execute(
                statements.PUT,
                Kind.REPORT if received_as is None else Kind.NATIVE_REPORT,
                sop_instance_uid,
                sop_class_uid,
                study_instance_uid,
                predecessor_uid,
                name,
                hashlib.sha256(report).hexdigest(),
                received_as,
                self._clock.wall(),
            )
        return True

    def route(self, routing: Routing, received: Received | None = None) -> None:
        """Keep what becomes of a received object; ``received``: it goes on as it is.

        An object is routed once: a rule or a destination that comes later changes nothing for it.
        Raises sqlite3.IntegrityError for one that was routed before.
        """
        with self._ledger.transaction():
            self._ledger.execute(
                statements.ROUTE,
                routing.instance_id,
                routing.kind or "",
                routing.rule,
                json.dumps(list(routing.destinations)),
                routing.keep_days,
            )
            if received is not None and routing.kind is not None and routing.destinations:
                self._send_on(routing.instance_id, routing.kind, received, routing.destinations)

    def last_routed(self) -> int:
        """The newest received object that was routed, by its row in the spool; 0 for none."""
        row = self._ledger.row(statements.LAST_ROUTED)
        return int(row["id"]) if row else 0

    def report(self, sop_instance_uid: str) -> Outgoing | None:
        """The report of that SOP Instance UID."""
        row = self._ledger.row(statements.REPORT, sop_instance_uid)
        return self._outgoing(row) if row else None

    def reports(self, study_instance_uid: str) -> list[Outgoing]:
        """The reports of a study, the one that counts last."""
        return [
            self._outgoing(row) for row in self._ledger.rows(statements.REPORTS, study_instance_uid)
        ]

    def recover(self) -> int:
        """Remove files whose row never became durable; the count of them.

        Only for the one who puts reports, before it puts any: their studies are not decided yet,
        so the same reports will be made again.
        """
        known = {row["path"] for row in self._ledger.rows(statements.FILES)}
        orphans = [
            path
            for path in self._folder.iterdir()
            if path.suffix in {SUFFIX, PART_SUFFIX} and path.name not in known
        ]
        for path in orphans:
            path.unlink()
        return len(orphans)

    def plan(self, destinations: Iterable[str], kinds: Collection[Kind] = REPORTS) -> None:
        """Give every report of ``kinds`` a delivery to each of ``destinations`` that has none yet.

        A destination added later gets the reports made before it, too.
        """
        for destination in destinations:
            planned = self._planned.get(destination, 0)
            row = self._ledger.row(statements.LAST_PLANNABLE, planned)
            last = int(row["id"]) if row else 0
            if planned < last:
                self._ledger.execute(statements.MEET, destination)
                self._ledger.execute(
                    statements.PLAN,
                    destination,
                    self._clock.wall(),
                    planned,
                    last,
                    Kind.REPORT in kinds,
                    Kind.NATIVE_REPORT in kinds,
                )
                self._planned[destination] = last

    def lease(self, destination: str, lease_s: float) -> Delivery | None:
        """Take the next delivery that is due for ``lease_s`` seconds, or None.

        What was tried least comes first, in the order of what leaves; what came after a destination
        failed does not wait for its pause to end. An object waits until those of its study before
        it were delivered or refused. A lease that ran out is taken again.
        """
        now = self._clock.wall()
        arguments: list[object] = [now, lease_s, destination]
        statement = statements.LEASE
        if (paused_after := self._paused_after(destination, now)) is not None:
            statement = statements.LEASE_IN_PAUSE
            arguments.append(paused_after)
        for row in self._leased(statement, *arguments):
            sql = "SELECT * FROM outgoing WHERE id = ?"
            (found,) = self._ledger.rows(sql, row["outgoing_id"])
            return Delivery(row["id"], destination, self._outgoing(found), row["attempts"])
        return None

    def lease_together(self, destination: str, lease_s: float, most: int) -> list[Delivery]:
        """Take the first ``most`` that wait, in order, to arrive together or not at all."""
        until = self._clock.wall() + lease_s
        rows = self._leased(statements.LEASE_TOGETHER, until, destination, most)
        found = {
            row["id"]: self._outgoing(row)
            for row in self._ledger.rows(statements.LEASED, destination)
        }
        return [
            Delivery(row["id"], destination, found[row["outgoing_id"]], row["attempts"])
            for row in sorted(rows, key=lambda row: int(row["outgoing_id"]))
        ]

    def delivery(self, delivery_id: int) -> Delivery | None:
        """A delivery by its row."""
        row = self._ledger.row(statements.DELIVERY, delivery_id)
        if row is None:
            return None
        return Delivery(delivery_id, row["destination"], self._outgoing(row), row["attempts"])

    def take_back(self, destination: str) -> int:
        """Let wait again what is leased for ``destination``; for whoever is alone in serving it."""
        return self._ledger.execute(statements.TAKE_BACK, destination).rowcount

    def reports_since(self, made_at: float) -> list[Outgoing]:
        """Every report that was made at or after that time, in order."""
        return [self._outgoing(row) for row in self._ledger.rows(statements.SINCE, made_at)]

    def delivered(self, delivery: Delivery) -> None:
        """It arrived: the destination works, so whatever waits for it is due again.

        A report that comes after the one that replaces it, for a person or an archive asked for it
        again, has that one follow once more: there are receivers for which the last one counts.
        """
        now = self._clock.wall()
        with self._ledger.transaction():
            if self._ledger.execute(statements.DELIVERED, now, delivery.id).rowcount:
                self._ledger.execute(statements.ARRIVED, delivery.destination)
                self._follow(delivery)
            self._attempts.end(delivery, Came.DELIVERED)

    def failed(self, delivery: Delivery, reason: str, pause_s: float, failed_s: float = 0) -> None:
        """It did not arrive: whatever waits for that destination by now waits ``pause_s`` more.

        ``failed_s`` is how long the destination has failed since it was last told here.
        """
        with self._ledger.transaction():
            self._end_lease(delivery, State.WAITING, reason)
            until = self._clock.wall() + pause_s
            name = delivery.destination
            self._ledger.execute(statements.PAUSE, name, until, failed_s, reason)
            self._attempts.end(delivery, Came.FAILED, reason)

    def failed_alone(self, delivery: Delivery) -> int:
        """It failed though what went before it arrived; how often that was so."""
        rows = self._ledger.execute(statements.FAILED_ALONE, delivery.id).fetchall()
        return int(rows[0]["failed_alone"]) if rows else 0

    def refused(self, delivery: Delivery, reason: str) -> None:
        """It will not be taken: it waits for a person."""
        with self._ledger.transaction():
            if self._end_lease(delivery, State.REFUSED, reason):
                sql = "UPDATE delivery SET ended_at = ? WHERE id = ?"
                self._ledger.execute(sql, self._clock.wall(), delivery.id)
            self._attempts.end(delivery, Came.REFUSED, reason)

    def put_back(self, delivery: Delivery) -> None:
        """It was not tried after all: as if it had not been leased."""
        with self._ledger.transaction():
            if self._ledger.execute(statements.RETURN, delivery.id, delivery.attempts).rowcount:
                self._attempts.forget(delivery)

    def give_up(self, destination: str, failed_s: float) -> int:
        """Leave what has waited while ``destination`` failed for ``failed_s`` to a person."""
        now = self._clock.wall()
        return self._ledger.execute(statements.GIVE_UP, now, destination, failed_s).rowcount

    def retry(self, *, sop_instance_uid: str = "", destination: str = "") -> int:
        """Make refused and waiting deliveries due now; empty means any. The count of them."""
        with self._ledger.transaction():
            self._ledger.execute(
                "UPDATE destination SET paused_until = 0 WHERE ? IN ('', name)", destination
            )
            return self._ledger.execute(statements.RETRY, sop_instance_uid, destination).rowcount

    def send_again(self, sop_instance_uid: str, destination: str) -> bool:
        """Deliver once more what arrived and was lost there; False if it never arrived there."""
        with self._ledger.transaction():
            again = self._ledger.execute(statements.SEND_AGAIN, sop_instance_uid, destination)
            if again.rowcount:
                self._ledger.execute(statements.TOOK_BACK, destination)
        return again.rowcount > 0

    def hold(self, destination: str, reason: str) -> None:
        """Keep why nothing is tried for ``destination``; empty: it is."""
        self._ledger.execute(statements.MEET, destination)
        sql = "UPDATE destination SET held = ? WHERE name = ? AND held <> ?"
        self._ledger.execute(sql, reason, destination, reason)

    def begin_session(self, destination: str) -> None:
        """A session with ``destination`` begins now."""
        sql = "UPDATE destination SET session_began_at = ? WHERE name = ?"
        self._ledger.execute(sql, self._clock.wall(), destination)

    def session_began_at(self, destination: str) -> float:
        """When the last session with ``destination`` began, seconds since the epoch; 0: never."""
        sql = "SELECT session_began_at AS at FROM destination WHERE name = ?"
        row = self._ledger.row(sql, destination)
        return float(row["at"]) if row else 0.0

    def refused_count(self, destination: str) -> int:
        """How many deliveries to ``destination`` wait for a person."""
        row = self._ledger.row(statements.REFUSED, destination)
        return int(row["n"]) if row else 0

    def left_behind(self, destinations: Iterable[str]) -> dict[str, int]:
        """Received objects, whole still, that were to go to others than these, by their names.

        Reports are not among them: whoever takes the place of a destination gets every one.
        """
        rows = self._ledger.rows(statements.LEFT_BEHIND, json.dumps(list(destinations)))
        return {str(row["destination"]): int(row["objects"]) for row in rows}

    def is_superseded(self, delivery: Delivery) -> bool:
        """Whether its destination has a later report of the same line already."""
        return self._successor(delivery) is not None

    def backlog(self) -> list[Backlog]:
        """How much each destination still has to get, by name."""
        return [Backlog(**row) for row in map(dict, self._ledger.rows(statements.BACKLOG))]

    def queue(self, destination: str, limit: int = NO_LIMIT) -> list[Queued]:
        """What ``destination`` does not have yet, in the order in which it leaves."""
        rows = self._ledger.rows(statements.QUEUE, destination, limit)
        return [
            Queued(**dict(row) | {"kind": Kind(row["kind"]), "state": State(row["state"])})
            for row in rows
        ]

    def _send_on(
        self, instance_id: int, kind: Kind, received: Received, destinations: Iterable[str]
    ) -> None:
        now = self._clock.wall()
        outgoing_id = self._ledger.execute(
            statements.PUT,
            kind,
            received.sop_instance_uid,
            received.sop_class_uid,
            received.study_instance_uid,
            "",
            received.path,
            received.sha256,
            instance_id,
            now,
        ).lastrowid
        for destination in destinations:
            self._ledger.execute(statements.MEET, destination)
            self._ledger.execute(statements.DELIVER, outgoing_id, destination, now)

    def _follow(self, delivery: Delivery) -> None:
        successor, name = self._successor(delivery), delivery.destination
        if successor and self._ledger.execute(statements.FOLLOW, successor, name).rowcount:
            self._ledger.execute(statements.TOOK_BACK, name)

    def _successor(self, delivery: Delivery) -> int | None:
        """The newest report that replaces this one and arrived at its destination before."""
        outgoing = delivery.outgoing
        if not outgoing.kind.is_report:
            return None
        line = (outgoing.study_instance_uid, outgoing.sop_instance_uid, delivery.destination)
        row = self._ledger.row(statements.SUPERSEDED, *line)
        return row["id"] if row else None

    def _paused_after(self, destination: str, now: float) -> int | None:
        row = self._ledger.row("SELECT * FROM destination WHERE name = ?", destination)
        is_paused = row is not None and now < row["paused_until"] <= now + LONGEST_PAUSE_S
        return int(row["paused_after"] or 0) if row is not None and is_paused else None

    def _leased(self, statement: str, *parameters: object) -> list[sqlite3.Row]:
        """What ``statement`` leases, each as an attempt that begins."""
        with self._ledger.transaction():
            rows = self._ledger.execute(statement, *parameters).fetchall()
            if rows:
                self._attempts.begin(rows)
        return rows

    def _end_lease(self, delivery: Delivery, state: State, reason: str) -> bool:
        # Whoever took the lease after it ran out has another count of attempts.
        lease = (delivery.id, delivery.attempts)
        return self._ledger.execute(statements.END_LEASE, state, reason, *lease).rowcount > 0

    def _outgoing(self, row: sqlite3.Row) -> Outgoing:
        kind = Kind(row["kind"])
        is_here = kind.is_report or row["instance_id"] is None
        return Outgoing(
            row["id"],
            kind,
            row["sop_instance_uid"],
            row["sop_class_uid"],
            row["study_instance_uid"],
            row["predecessor_uid"],
            (self._folder if is_here else self._spool) / row["path"],
            row["sha256"],
            row["created_at"],
        )


def is_sound(report: Outgoing) -> bool:
    """Whether a report's file is as it was made."""
    try:
        content = report.path.read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == report.sha256
