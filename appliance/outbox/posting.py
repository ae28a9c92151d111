"""Pictures made here, such as a test pattern, that go to the destinations that are named.

**Knows:** that such an object is an image that no row of the spool stands for, in the folder of
what leaves; and that it is one object however often it is posted.
**Does not know:** what it shows.
"""

from collections.abc import Iterable
from pathlib import Path

from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, write_file
from appliance.outbox import statements
from appliance.outbox.delivery import Kind, Received
from appliance.outbox.outbox import Outbox

_THERE = """
SELECT id FROM outgoing WHERE sop_instance_uid = ? AND kind = 'image' AND instance_id IS NULL
"""
_IS_PLANNED = "SELECT 1 FROM delivery WHERE outgoing_id = ? AND destination = ?"


class Posting:
    """Into the outbox in ``folder``."""

    def __init__(self, folder: Path, ledger: Ledger, clock: Clock) -> None:
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._outbox = Outbox(folder, ledger, clock)

    def has(self, sop_instance_uid: str) -> bool:
        """Whether such an object was ever posted."""
        return self._ledger.row(_THERE, sop_instance_uid) is not None

    def post(self, content: bytes, made: Received, destinations: Iterable[str]) -> None:
        """Send ``content``, a PS3.10 file, to ``destinations`` and to no others; durable then.

        ``made.path`` is relative to the folder. Who has it already is sent it again. Raises OSError
        when it cannot be kept.
        """
        with self._ledger.transaction():
            row = self._ledger.row(_THERE, made.sop_instance_uid)
            outgoing = self._kept(content, made) if row is None else int(row["id"])
            for destination in destinations:
                if self._ledger.row(_IS_PLANNED, outgoing, destination):
                    self._send_again(made.sop_instance_uid, destination)
                else:
                    now = self._clock.wall()
                    self._ledger.execute(statements.MEET, destination)
                    self._ledger.execute(statements.DELIVER, outgoing, destination, now)

    def _kept(self, content: bytes, made: Received) -> int:
        path = self._folder / made.path
        path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        write_file(path, content)
        row = self._ledger.execute(
            statements.PUT,
            Kind.IMAGE,
            made.sop_instance_uid,
            made.sop_class_uid,
            made.study_instance_uid,
            "",
            made.path,
            made.sha256,
            None,
            self._clock.wall(),
        )
        return int(row.lastrowid or 0)

    def _send_again(self, uid: str, destination: str) -> None:
        """Whether it arrived, was refused or waits."""
        if not self._outbox.send_again(uid, destination):
            self._outbox.retry(sop_instance_uid=uid, destination=destination)
