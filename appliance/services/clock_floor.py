"""No time is earlier than what the ledger holds already: the clock is set on at the start.

**Knows:** when the clock is behind the ledger, and that it is then set to the latest time in it.
**Does not know:** what the latest time is (``timeline``).
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from appliance import log
from appliance.clock import Clock, iso8601
from appliance.errors import StateError
from appliance.ledger import open_ledger
from appliance.timeline import Timeline


def set_wall(wall_s: float) -> None:
    """Set the system's clock, in seconds since the epoch. Raises PermissionError."""
    time.clock_settime(time.CLOCK_REALTIME, wall_s)


def raise_clock(
    ledger_path: Path, clock: Clock, set_to: Callable[[float], None] = set_wall
) -> float:
    """Set the clock to the latest time in the ledger if it is behind; by how many seconds it was.

    0 where it is not, or where there is no ledger yet, or only one of an older version, which the
    services are about to bring up to date. Raises StateError for one that cannot be
    read, PermissionError without the right to set the clock.
    """
    if not ledger_path.exists():
        return 0.0
    latest = _latest(ledger_path)
    behind_s = latest - clock.wall()
    if behind_s <= 0:
        return 0.0
    set_to(latest)
    log.warning("clock_set_on", by_s=f"{behind_s:.0f}", to=iso8601(latest))
    return behind_s


def _latest(ledger_path: Path) -> float:
    with closing(open_ledger(ledger_path, read_only=True)) as ledger:
        try:
            return Timeline(ledger).latest() or 0.0
        except sqlite3.OperationalError as failure:
            log.warning("clock_not_compared", reason=failure)
            return 0.0
        except sqlite3.DatabaseError as failure:
            raise StateError(f"cannot read the ledger: {failure}", str(ledger_path)) from failure
