"""What uses the disk, by kind, and what goes next; read-only."""

from dataclasses import dataclass

from appliance.ledger import Ledger
from appliance.sop_classes import CT_IMAGES, PERFORMED_PROCEDURE_STEP, REPORTS

DAY_S = 86400.0
RECENT_DAYS = 30.0

_KIND = f"""
CASE WHEN i.sop_class_uid = '{PERFORMED_PROCEDURE_STEP}' THEN 'performed_steps'
  WHEN i.sop_class_uid IN ({", ".join(f"'{uid}'" for uid in REPORTS)}) THEN 'native_reports'
  WHEN i.sop_class_uid IN ({", ".join(f"'{uid}'" for uid in CT_IMAGES)}) AND EXISTS (
    SELECT 1 FROM image_reading e WHERE e.instance_id = i.id) THEN 'images'
  ELSE 'dose_screens' END
"""  # noqa: S608 - constants

_USED = f"""
SELECT {_KIND} AS kind, coalesce(r.remains, 'whole') AS remains, count(*),
  sum(CASE coalesce(r.remains, 'whole') WHEN 'whole' THEN i.size_bytes ELSE r.size_bytes END)
FROM instance i LEFT JOIN reduction r ON r.instance_id = i.id GROUP BY kind, remains
ORDER BY kind, remains DESC
"""  # noqa: S608 - constants

_RECENT = """
SELECT count(DISTINCT study_instance_uid) AS studies, coalesce(sum(size_bytes), 0) AS bytes,
  coalesce(max(received_at) - min(received_at), 0) AS span_s
FROM instance LEFT JOIN study_member ON instance_id = instance.id WHERE received_at >= ?
"""


@dataclass(frozen=True, slots=True)
class Used:
    """Objects of a kind of which as much remains: ``whole``, ``header`` or ``nothing``."""

    kind: str
    remains: str
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What was received lately, a day; ``days`` is over how many."""

    days: float
    studies_a_day: float
    bytes_a_day: float


def used(ledger: Ledger) -> list[Used]:
    """What was received, by kind and by what remains of it."""
    return [Used(row[0], row[1], int(row[2]), int(row[3] or 0)) for row in ledger.rows(_USED)]


def next_looks(ledger: Ledger, now: float) -> dict[int, int]:
    """How many studies come to an end of their days within 1, 7 and 30 days."""
    sql = "SELECT count(*) FROM kept_study WHERE look_at <= ?"
    return {days: int(ledger.rows(sql, now + days * DAY_S)[0][0]) for days in (1, 7, 30)}


def recent_rate(ledger: Ledger, now: float) -> Rate | None:
    """Over the last 30 days, or since the first object if that is later; None: under a day."""
    (row,) = ledger.rows(_RECENT, now - RECENT_DAYS * DAY_S)
    days = row["span_s"] / DAY_S
    if days < 1:
        return None
    return Rate(days, row["studies"] / days, row["bytes"] / days)
