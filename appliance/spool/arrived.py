"""What came, with the study it is of, in the order in which it came."""

from dataclasses import dataclass

from appliance.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Arrived:
    """An object that came, once its study is known; ``received_at`` seconds since the epoch."""

    instance_id: int
    study_instance_uid: str
    sop_class_uid: str
    calling_ae: str
    address: str
    received_at: float


def arrived(ledger: Ledger, after_id: int, most: int) -> list[Arrived]:
    """The next ``most`` after the one with that id."""
    rows = ledger.rows(
        "SELECT instance_id, study_instance_uid, sop_class_uid, calling_ae, address, received_at"
        " FROM study_member JOIN instance ON instance.id = instance_id"
        " WHERE instance_id > ? ORDER BY instance_id LIMIT ?",
        after_id,
        most,
    )
    return [Arrived(*row) for row in rows]


def newest(ledger: Ledger) -> int:
    """The id of the newest object; 0 when nothing came yet."""
    row = ledger.row("SELECT coalesce(max(id), 0) AS id FROM instance")
    return int(row["id"]) if row else 0
