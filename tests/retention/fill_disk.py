"""Run on a small disk: images come until room is made early, and until nothing more may go.

``python -m tests.retention.fill_disk FOLDER`` prints what happened as JSON.
"""

import json
import sys
from pathlib import Path

from pydicom.uid import ExplicitVRLittleEndian

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Destination, Receiver, Retention
from appliance.errors import OutOfResourcesError
from appliance.ledger import Ledger, open_ledger
from appliance.services.archive_access import spool_of
from appliance.services.keeping import Keeping, keeping
from appliance.spool import Decision, Outcome, Spool
from tests.spool.test_reductions import an_image, arriving

STUDIES, IMAGES = 12, 6
BIG = 200_000


def come(spool: Spool, ledger: Ledger, study: int, delivered: str) -> bool:
    """A study comes, is read, decided and, as far as it says, delivered; False: refused."""
    uid = f"1.9.{study}"
    for at in range(IMAGES):
        image = an_image(study * 100 + at)
        image.StudyInstanceUID = uid
        image.PixelData = bytes([at]) * BIG
        arrival, content = arriving(image, ExplicitVRLittleEndian)
        try:
            kept = spool.keep(arrival, [content])
        except OutOfResourcesError:
            return False
        route(ledger, kept.instance_id, uid, delivered)
    spool.index_arrivals()
    instances = spool.instances(uid)
    spool.image_readings.note(dict.fromkeys((each.id for each in instances), "[]"))
    spool.decide(
        Decision(
            study_instance_uid=uid,
            last_instance_id=instances[-1].id,
            outcome=Outcome.SET_ASIDE,
            decided_at=SYSTEM_CLOCK.wall(),
        )
    )
    return True


def route(ledger: Ledger, instance_id: int, study: str, state: str) -> None:
    ledger.execute("INSERT OR IGNORE INTO destination (name) VALUES ('pacs')")
    ledger.execute("INSERT INTO routed (instance_id, kind) VALUES (?, 'image')", instance_id)
    outgoing = ledger.execute(
        "INSERT INTO outgoing (kind, sop_instance_uid, sop_class_uid, study_instance_uid, path,"
        " sha256, instance_id, created_at) VALUES ('image', ?1, '', ?2, '', '', ?1, 1.0)",
        instance_id,
        study,
    ).lastrowid
    ledger.execute(
        "INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state,"
        " failed_s_before, created_at) VALUES (?, ?, 'pacs', ?, 0, 1.0)",
        outgoing,
        study,
        state,
    )


def work(keeper: Keeping) -> None:
    for _ in range(3 * STUDIES):
        keeper.work_next()


def main(folder: Path) -> dict[str, object]:
    box = Configuration(
        data_dir=folder,
        receiver=Receiver(min_free_mib=2),
        retention=Retention(early_mib=3),
        destination=(Destination(name="pacs", host="192.0.2.1"),),
    )
    ledger = open_ledger(box.ledger_path)
    spool = spool_of(box, ledger, SYSTEM_CLOCK)
    keeper = keeping(box, ledger, SYSTEM_CLOCK)
    taken = []
    for study in range(STUDIES):
        taken.append(come(spool, ledger, study, "delivered"))
        work(keeper)
    whole = _whole(ledger, folder)
    refused = [come(spool, ledger, 100 + study, "waiting") for study in range(STUDIES)]
    work(keeper)
    alarms = _alarms(ledger)
    ledger.execute("UPDATE delivery SET state = 'delivered'")
    keeper = keeping(box, ledger, SYSTEM_CLOCK)
    work(keeper)
    again = come(spool, ledger, 200, "delivered")
    return {
        "taken": taken,
        "order_kept": whole == sorted(whole),
        "dropped_early": whole.count(False),
        "refused": refused.count(False),
        "alarms": alarms,
        "alarms_after": _alarms(ledger),
        "again": again,
    }


def _whole(ledger: Ledger, folder: Path) -> list[bool]:
    """Study by study, the first decided first: whether all of it is whole."""
    rows = ledger.rows("SELECT path, size_bytes FROM instance ORDER BY id")
    each = [(folder / "spool" / row["path"]).stat().st_size > row["size_bytes"] for row in rows]
    return [all(each[at : at + IMAGES]) for at in range(0, len(each), IMAGES)]


def _alarms(ledger: Ledger) -> list[str]:
    rows = ledger.rows("SELECT code FROM alarm WHERE cleared_at IS NULL ORDER BY code")
    return [str(row[0]) for row in rows]


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201 - read by the test
