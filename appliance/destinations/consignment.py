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
        verbatim: Every byte of the data set stays; else a destination that takes another encoding
            only may be given that.
        one_of_study: It is a report that stands for its whole study, in the place of any former
            one; else it stands for itself.
        superseded: The destination has a newer report in its place already.
    """

    content: bytes
    sop_class_uid: str
    sop_instance_uid: str
    name: PurePosixPath
    verbatim: bool = False
    one_of_study: bool = False
    superseded: bool = False
