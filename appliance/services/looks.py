"""Who looked at whose study, written into the journal: once a person, study, page and while.

**Knows:** the entry ``patient-seen``, and which of them were written a short while ago.
**Does not know:** what was seen there, and whom the study is of.
"""

from appliance.clock import Clock
from appliance.journal import Journal
from appliance.ledger import Ledger

PATIENT_SEEN = "patient-seen"
"""The entry's kind; its body is ``study_instance_uid``, ``by`` and ``page``."""
WHILE_S = 600.0
"""Seconds in which looking again is the same look."""


def seen(ledger: Ledger, clock: Clock, study_instance_uid: str, by: str, page: str) -> bool:
    """Write down that ``by`` looks at a study; True when that is a new entry.

    ``page`` is the name of the page, the same for every study: ``study``, ``picture``. Call it
    before what names the patient is answered: where nothing can be written, nothing is shown.
    """
    now = clock.wall()
    look = {"study_instance_uid": study_instance_uid, "by": by, "page": page}
    with ledger.transaction():
        # Later than now: the clock was set back.
        ledger.execute(
            "DELETE FROM recent_look WHERE seen_at NOT BETWEEN ? AND ?", now - WHILE_S, now
        )
        is_new = ledger.execute(
            "INSERT OR IGNORE INTO recent_look (study_instance_uid, person, page, seen_at)"
            " VALUES (?, ?, ?, ?)",
            *look.values(),
            now,
        ).rowcount
        if is_new:
            Journal(ledger, clock).append(PATIENT_SEEN, look)
    return bool(is_new)
