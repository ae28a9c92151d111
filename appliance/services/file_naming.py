"""Names of objects at destinations that keep files.

**Knows:** what stands for each placeholder, and that nothing a sender wrote becomes a path.
**Does not know:** how a pattern must look (``config.ways_out``).
"""

import hashlib
import re
from pathlib import PurePosixPath

DIGEST_CHARACTERS = 32
_UID = re.compile(r"[0-9][0-9.]{0,63}")


def file_name(
    pattern: str, content: bytes, *, sop_instance_uid: str, study_instance_uid: str, kind: str
) -> PurePosixPath:
    """The name of ``content`` by ``pattern``; the same object has the same name every time."""
    values = {
        "sop_instance_uid": _uid(sop_instance_uid),
        "study_instance_uid": _uid(study_instance_uid),
        "digest": hashlib.sha256(content).hexdigest()[:DIGEST_CHARACTERS],
        "kind": kind,
    }
    return PurePosixPath(pattern.format_map(values))


def _uid(text: str) -> str:
    """As it is; what is no UID is told from others by its digest."""
    if _UID.fullmatch(text):
        return text
    return f"x{hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]}"
