"""What came of a study, put together by sender and kind."""

from dataclasses import dataclass

from appliance.ledger import Ledger

_BATCHES = """
SELECT i.calling_ae, i.called_ae, i.address, i.sop_class_uid, m.modality,
  count(*) AS objects, sum(i.size_bytes) AS size_bytes,
  min(i.received_at) AS first_at, max(i.received_at) AS last_at, sum(i.conflict) AS conflicts,
  count(r.instance_id) FILTER (WHERE r.remains = 'header') AS without_pixels,
  count(r.instance_id) FILTER (WHERE r.remains = 'nothing') AS removed
FROM study_member m JOIN instance i ON i.id = m.instance_id
LEFT JOIN reduction r ON r.instance_id = i.id
WHERE m.study_instance_uid = ?
GROUP BY 1, 2, 3, 4, 5 ORDER BY first_at, i.sop_class_uid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Objects of one kind from one sender; times are seconds since the epoch.

    Attributes:
        conflicts: How many came with other bytes than one of their UID before.
        without_pixels: Of how many only the header remains.
        removed: Of how many nothing remains.
    """

    calling_ae: str
    called_ae: str
    address: str
    sop_class_uid: str
    modality: str
    objects: int
    size_bytes: int
    first_at: float
    last_at: float
    conflicts: int
    without_pixels: int
    removed: int


def batches(ledger: Ledger, study_instance_uid: str) -> tuple[Batch, ...]:
    """Everything of a study, what came first first."""
    return tuple(Batch(**dict(row)) for row in ledger.rows(_BATCHES, study_instance_uid))
