"""New identifiers for old ones, by HMAC-SHA-256 with the site's key.

The same identifier gives the same pseudonym within a project, another one in another project, and
without the key nobody can tell which came from which, nor try identifiers until one fits.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from pydicom.uid import UID

from appliance.uids import UUID_ROOT

KEY_BYTES = 32
LONGEST_SHIFT_DAYS = 1825
PSEUDONYM_CHARACTERS = 16
LONGEST_UID = 64


def is_of_the_standard(uid: str) -> bool:
    """Whether DICOM registered it: classes, syntaxes, well-known frames of reference (PS3.6).

    The root alone says nothing: some senders make UIDs of their own below it.
    """
    return UID(uid).name != uid


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one project.

    Attributes:
        key: The site's key, 32 bytes that never leave the site.
        project: Objects of the same project stay linked with each other, and with no others.
        uid_root: Root of new UIDs; empty: 2.25 (PS3.5 B.2).

    Raises ValueError for a key of another length, or a root too long for 39 digits behind it.
    """

    key: bytes = field(repr=False)
    project: str
    uid_root: str = ""

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"the key has {len(self.key)} bytes, not {KEY_BYTES}")
        if len(self.uid_root) > LONGEST_UID - 40 or (
            self.uid_root and not UID(self.uid_root).is_valid
        ):
            raise ValueError("the UID root is no UID, or too long")

    def uid(self, original: str) -> str:
        """The UID that stands for ``original``; one of the standard's stays as it is."""
        if is_of_the_standard(original):
            return original
        digest = self._digest("uid", original)
        root = f"{self.uid_root}." if self.uid_root else UUID_ROOT
        return f"{root}{UUID(bytes=digest[:16], version=5).int}"

    def patient(self, patient_id: str) -> str:
        """What stands for a Patient ID: letters and digits; empty for an empty one."""
        if not patient_id:
            return ""
        return b32encode(self._digest("patient", patient_id)).decode()[:PSEUDONYM_CHARACTERS]

    def shift(self, patient_id: str) -> timedelta:
        """How far the dates of a patient are moved: 1 to 1825 days into the past."""
        number = int.from_bytes(self._digest("dates", patient_id)[:8])
        return timedelta(days=-(1 + number % LONGEST_SHIFT_DAYS))

    def moved(self, day: date, patient_id: str) -> date:
        """``day`` moved as all of the patient's are."""
        return day + self.shift(patient_id)

    def _digest(self, purpose: str, value: str) -> bytes:
        parts = (self.project, purpose, value)
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self.key, text.encode(), sha256).digest()
