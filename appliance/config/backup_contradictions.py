"""Settings of backups that are each valid but cannot be meant."""

import re
from collections.abc import Iterator

from appliance.config.backup import Backup
from appliance.config.contradiction import Contradiction

_RECIPIENT = re.compile(r"age1[a-z0-9]{58}")
"""An X25519 recipient of the age format, Bech32; its checksum is looked at when it is used."""


def backup_contradictions(backup: Backup) -> Iterator[Contradiction]:
    """What cannot be meant of ``[backup]``."""
    if backup.stick and backup.folder:
        yield ("backup", "folder"), "there is a stick, too", "a backup goes to one of them"
    if backup.is_scheduled and not (backup.passphrase_file or backup.recipients):
        name = "stick" if backup.stick else "folder"
        what = "nothing would open the backups"
        yield ("backup", name), what, "give passphrase_file or recipients"
    for at, each in enumerate(backup.recipients):
        if not _RECIPIENT.fullmatch(each):
            yield ("backup", "recipients", at), "no public key", "they begin with age1"
