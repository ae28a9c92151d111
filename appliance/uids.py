"""UIDs: deterministic ones, and that of an object.

**Knows:** how a UID is derived from content, so that a repeat is the same object.
**Does not know:** what the content is.
"""

from hashlib import sha256
from uuid import UUID

from pydicom import Dataset
from pydicom.uid import UID

UUID_ROOT = "2.25."
"""UIDs derived from a UUID need no registered root (PS3.5 B.2)."""


def derived_uid(*content: str) -> UID:
    """A valid UID that depends on ``content`` alone.

    Each part is length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    text = "".join(f"{len(part)}:{part}" for part in content)
    digest = sha256(text.encode()).digest()
    return UID(f"{UUID_ROOT}{UUID(bytes=digest[:16], version=5).int}")


def instance_uid(dataset: Dataset) -> str:
    """SOP Instance UID (0008,0018); empty where there is none."""
    return str(dataset.get("SOPInstanceUID") or "")
