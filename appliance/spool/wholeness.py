"""Whether an object is on the disk as it came."""

from dataclasses import dataclass
from pathlib import Path

from appliance.ledger import Ledger

_CONTENTS = """
SELECT sop_class_uid, path, size_bytes,
  EXISTS (SELECT 1 FROM reduction WHERE instance_id = instance.id) AS reduced
FROM instance WHERE sop_instance_uid = ?
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What came under a SOP Instance UID: its class, and whether all of it is still here."""

    sop_class_uid: str
    is_whole: bool


def contents(ledger: Ledger, folder: Path, sop_instance_uid: str) -> list[Content]:
    """What came under that UID; more than one where a sender used it for other content, too.

    A file in the spool ``folder`` is whole that is as long as what came; it was synced before its
    row was written.
    """
    return [
        Content(
            str(row["sop_class_uid"]),
            not row["reduced"] and _holds(folder / row["path"], row["size_bytes"]),
        )
        for row in ledger.rows(_CONTENTS, sop_instance_uid)
    ]


def _holds(path: Path, at_least_bytes: int) -> bool:
    try:
        return path.stat().st_size >= at_least_bytes
    except OSError:
        return False
