"""Whether an object is on the disk as it came."""

from pathlib import Path

from appliance.ledger import Ledger

_WHOLE = """
SELECT sop_class_uid, path, size_bytes FROM instance
WHERE sop_instance_uid = ?
  AND NOT EXISTS (SELECT 1 FROM reduction WHERE instance_id = instance.id)
"""


def whole_classes(ledger: Ledger, folder: Path, sop_instance_uid: str) -> set[str]:
    """The SOP classes that an object came as, where all of it is still in the spool ``folder``.

    A file counts that is as long as what came; it was synced before its row was written.
    """
    return {
        str(row["sop_class_uid"])
        for row in ledger.rows(_WHOLE, sop_instance_uid)
        if _holds(folder / row["path"], row["size_bytes"])
    }


def _holds(path: Path, at_least_bytes: int) -> bool:
    try:
        return path.stat().st_size >= at_least_bytes
    except OSError:
        return False
