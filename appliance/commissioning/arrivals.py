"""The studies that came since a commissioning began, read from what other rooms keep."""

from dataclasses import dataclass

from appliance.ledger import Ledger

MOST_OBJECTS = 2000
"""The newest ones are looked at, however long ago it began."""
_ARRIVED = """
SELECT s.number, m.study_instance_uid, s.outcome, s.sending, max(i.received_at) AS received_at,
  count(*) AS objects, min(i.calling_ae) AS calling_ae, min(i.address) AS address,
  (SELECT max(q.id) FROM quarantined q
   WHERE q.study_instance_uid = m.study_instance_uid) AS case_id,
  (SELECT q.id FROM quarantined q WHERE q.study_instance_uid = m.study_instance_uid
   AND q.closed_at IS NULL ORDER BY q.id DESC LIMIT 1) AS open_case_id
FROM study_member m JOIN instance i ON i.id = m.instance_id
JOIN study s ON s.study_instance_uid = m.study_instance_uid
WHERE m.instance_id > max(?1, (SELECT coalesce(max(id), 0) FROM instance) - ?2)
GROUP BY m.study_instance_uid ORDER BY max(i.id) DESC LIMIT ?3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A study; ``received_at`` is that of its newest object, in seconds since the epoch.

    Attributes:
        number: That pages call it by.
        outcome: Of its newest decision, as the ledger has it; None: not looked at yet.
        sending: The worst state of its deliveries.
        case_id: Its newest case in quarantine, open or closed; None: it never waited.
        open_case_id: The case that waits for a person; None: none does.
    """

    number: int
    study_instance_uid: str
    outcome: str | None
    sending: str
    received_at: float
    objects: int
    calling_ae: str
    address: str
    case_id: int | None
    open_case_id: int | None


def arrived(ledger: Ledger, after_instance: int, most: int) -> list[Arrived]:
    """The newest ``most`` studies of which something came after that object, the last one first."""
    rows = ledger.rows(_ARRIVED, after_instance, MOST_OBJECTS, most)
    return [Arrived(**dict(row)) for row in rows]


def newest_instance(ledger: Ledger) -> int:
    """The newest object that is here; 0 before the first."""
    row = ledger.row("SELECT coalesce(max(id), 0) AS id FROM instance")
    return int(row["id"]) if row else 0
