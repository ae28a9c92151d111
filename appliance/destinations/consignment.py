"""One object on its way out."""

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """An object as it leaves the box, whatever had to be taken out of it done.

    Attributes:
        content: A PS3.10 file, byte for byte what the other side shall have.
        sop_class_uid: (0008,0016), of what leaves.
        sop_instance_uid: (0008,0018), of what leaves; another one than here if de-identified.
        name: Where it goes at a destination that keeps files: a relative path without ``..``,
            made by the destination's naming pattern, without the patient's identity.
    """

    content: bytes
    sop_class_uid: str
    sop_instance_uid: str
    name: PurePosixPath
