"""The dose screens of a study as pictures for browsers.

Compressed frames are decoded in the child that may die of them (``frames.codec``).

**Knows:** which objects of a study are its dose screens, and how one becomes a PNG file.
**Does not know:** what stands on them, and who may see it.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from appliance.console.studies.desk import Picture, Refusal
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.picture import png
from appliance.dosescreen.screen import render_frame
from appliance.errors import NotFoundError, UnreadableObjectError
from appliance.ledger import Ledger
from appliance.sop_classes import SECONDARY_CAPTURES
from appliance.spool import Instance, Remains, Spool
from appliance.spool.reduction import instance_of
from appliance.studies import LARGEST_NUMBER

MOST_PICTURES = 24
MOST_FRAMES = 64
"""As ``dosescreen.screen.render``."""
MOST_KEPT_BYTES = 4 << 20
"""Of pictures that were made, in memory: a browser asks for each again with every page."""
Place = tuple[int, int, int]
"""Number of the study, row of the object, frame."""
SIZE = ("Rows", "Columns", "NumberOfFrames")
_SCREENS = """
SELECT i.*, r.remains FROM study_member m JOIN instance i ON i.id = m.instance_id
LEFT JOIN reduction r ON r.instance_id = i.id
WHERE m.study_instance_uid = ? AND ({}) ORDER BY i.id LIMIT ?
"""


@dataclass
class Gallery:
    """Pictures that were made a short while ago, by study, row and frame; for many threads."""

    _kept: OrderedDict[Place, bytes] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, place: Place) -> bytes | None:
        """One of them."""
        with self._lock:
            return self._kept.get(place)

    def keep(self, place: Place, content: bytes) -> None:
        """One more, instead of those that came first where there are too many."""
        with self._lock:
            self._kept[place] = content
            while sum(map(len, self._kept.values())) > MOST_KEPT_BYTES:
                self._kept.popitem(last=False)


def pictures(
    ledger: Ledger, spool: Spool, study: str, record: CTRadiationDose | None
) -> Iterator[Picture]:
    """The frames that values of ``record`` stand on; without such, of what may be a dose screen.

    Of an object that came twice, with other bytes, the first.
    """
    shown, seen = places(record), set[str]()
    for row in _rows(ledger, study, sorted({uid for uid, _ in shown})):
        instance = instance_of(row)
        if instance.sop_instance_uid in seen:
            continue
        seen.add(instance.sop_instance_uid)
        size_px, frames = _size(spool, instance)
        own = sorted(frame for uid, frame in shown if uid == instance.sop_instance_uid)
        for frame in own or range(min(frames, MOST_FRAMES)):
            yield Picture(
                instance_id=instance.id,
                sop_instance_uid=instance.sop_instance_uid,
                frame=frame,
                size_px=size_px,
                is_here=row["remains"] is None,
            )


def places(record: CTRadiationDose | None) -> set[tuple[str, int]]:
    """Object and frame of every value that stands on a screen."""
    if record is None:
        return set()
    totals = (record.total_dlp_mgy_cm, record.total_mas)
    parts = (record.total_dlp_head_mgy_cm, record.total_dlp_body_mgy_cm)
    values = [value for event in record.events for _, value in event.sourced()]
    origins = [value.origin for value in (*values, *totals, *parts) if value is not None]
    return {
        (each.sop_instance_uid, each.frame or 0)
        for each in origins
        if each.sop_instance_uid and each.box is not None
    }


def drawn(
    ledger: Ledger, spool: Spool, study: str, instance_id: int, frame: int
) -> bytes | Refusal:
    """One frame as PNG. Raises NotFoundError for an object that is none of the study's."""
    instance, remains = _instance(ledger, study, instance_id)
    if remains is not None:
        return Refusal.REMOVED
    try:
        screens = render_frame(spool.open_dataset(instance), frame)
    except UnreadableObjectError:
        return Refusal.UNREADABLE
    if not screens:
        raise NotFoundError("there is no such frame", str(frame))
    return png(screens[0].ink)


def _instance(ledger: Ledger, study: str, instance_id: int) -> tuple[Instance, Remains | None]:
    is_one = instance_id <= LARGEST_NUMBER
    rows = ledger.rows(_SCREENS.format("i.id = ?"), study, instance_id, 1) if is_one else []
    if not rows:
        raise NotFoundError("there is no such object of the study", str(instance_id))
    remains = rows[0]["remains"]
    return instance_of(rows[0]), Remains(remains) if remains else None


def _rows(ledger: Ledger, study: str, uids: list[str]) -> list[sqlite3.Row]:
    column, wanted = (
        ("i.sop_instance_uid", uids)
        if uids
        else ("i.sop_class_uid", [str(each) for each in SECONDARY_CAPTURES])
    )
    marks = ", ".join("?" * len(wanted))
    sql = _SCREENS.format(f"{column} IN ({marks})")
    return ledger.rows(sql, study, *wanted, MOST_PICTURES)


def _size(spool: Spool, instance: Instance) -> tuple[tuple[int, int] | None, int]:
    """Columns and rows, and how many frames; as its header says."""
    try:
        header = spool.open_attributes(instance, SIZE)
        size = int(header.get("Columns") or 0), int(header.get("Rows") or 0)
        frames = int(header.get("NumberOfFrames") or 1)
    except (UnreadableObjectError, TypeError, ValueError):
        return None, 1
    return (size if min(size) > 0 else None), max(frames, 1)
