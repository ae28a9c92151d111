"""A report whose successor is there already is told from others."""

from pathlib import Path

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.outbox import Delivery, Outbox

RDSR = "1.2.840.10008.5.1.4.1.1.88.67"
PLACES = ("ehr", "other")


def leased(outbox: Outbox, place: str) -> Delivery:
    delivery = outbox.lease(place, 60.0)
    assert delivery is not None
    return delivery


def test_a_report_is_superseded_where_a_later_one_of_its_line_was_delivered(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    outbox = Outbox(tmp_path / "outbox", ledger, SYSTEM_CLOCK)
    line = {"1.1": "", "1.2": "1.1", "1.3": "1.2", "2.1": ""}
    for uid, before in line.items():
        outbox.put(uid.encode(), RDSR, uid, "9.9", before)
    outbox.plan(PLACES)
    for _ in ("1.1", "1.2"):
        outbox.refused(leased(outbox, "ehr"), "a fault")
    newest = leased(outbox, "ehr")
    assert newest.outgoing.sop_instance_uid == "1.3"
    assert not outbox.is_superseded(newest)
    outbox.delivered(newest)
    unrelated = leased(outbox, "ehr")
    assert not outbox.is_superseded(unrelated)
    outbox.delivered(unrelated)
    outbox.retry(destination="ehr")
    for uid in ("1.1", "1.2"):
        late = leased(outbox, "ehr")
        assert (late.outgoing.sop_instance_uid, outbox.is_superseded(late)) == (uid, True)
        outbox.delivered(late)
    again = leased(outbox, "ehr")
    assert (again.outgoing.sop_instance_uid, outbox.is_superseded(again)) == ("1.3", False)
    outbox.delivered(again)
    assert outbox.lease("ehr", 60.0) is None
    assert [each.delivered for each in outbox.backlog() if each.destination == "ehr"] == [4]
    elsewhere = leased(outbox, "other")
    assert elsewhere.outgoing.sop_instance_uid == "1.1"
    assert not outbox.is_superseded(elsewhere), "the other has none of them"
    ledger.close()
