"""The site's key, and de-identification for one destination.

**Knows:** where the key lies: a file that is made once, and that nobody but the box may read.
**Does not know:** what is taken out (``deidentify``).
"""

import os
import secrets
from pathlib import Path

from appliance import config
from appliance.config import Configuration
from appliance.deidentify import (
    KEY_BYTES,
    Cleaned,
    Pseudonyms,
    Unclean,
    cleaned,
    presets,
)
from appliance.destinations import Cause, Refused
from appliance.errors import StateError
from appliance.ledger.durable import sync_folder
from appliance.services.blanking import blanking_for
from appliance.services.local_codes import local_codes
from appliance.services.preparation import Clean, Cleaning
from appliance.services.reidentification_table import TABLE_NAME, ReidentificationTable

KEY_FILE = "deidentify.key"
KEY_MODE = 0o600


def cleaning_for(settings: config.Destination, configuration: Configuration) -> Cleaning:
    """What is done to each object before it leaves.

    Destinations of one preset get the same pseudonyms. Raises StateError for a key that cannot be
    used.
    """
    preset = presets()[settings.deidentify]
    pseudonyms = Pseudonyms(site_key(configuration.data_dir), preset.name)
    blanking = blanking_for(configuration)
    table = table_of(configuration) if configuration.deidentification.keep_table else None
    codes = local_codes(configuration)
    return lambda content: _cleaned(cleaned(content, preset, pseudonyms, blanking, codes), table)


def table_of(configuration: Configuration) -> ReidentificationTable:
    """What pseudonyms stand for, as far as it was noted. Raises StateError as ``site_key``."""
    folder = configuration.data_dir
    return ReidentificationTable(folder / TABLE_NAME, site_key(folder))


def _cleaned(outcome: Cleaned | Unclean, table: ReidentificationTable | None) -> Clean | Refused:
    if isinstance(outcome, Cleaned):
        if table is not None:
            table.note(outcome.replaced)  # before anything leaves
        return Clean(outcome.content, outcome.sop_class_uid, outcome.sop_instance_uid)
    return Refused(Cause.NOT_DEIDENTIFIED, outcome.text)


def site_key(data_dir: Path) -> bytes:
    """The key that pseudonyms are made with; made, durable, when there is none.

    Raises StateError when the file holds something else, or cannot be read.
    """
    path = data_dir / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as failure:
        raise StateError(f"cannot use the key: {failure.strerror}", str(path)) from failure
    if len(key) != KEY_BYTES:
        raise StateError("this is no key", str(path), "restore it from a backup")
    return key


def _make(path: Path) -> None:
    """Whole or not there, and the first one stays, whoever else makes one at the same time."""
    part = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        return
    finally:
        part.unlink()
    sync_folder(path.parent)
