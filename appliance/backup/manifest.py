"""What a backup says of itself, first of all that is in it."""

import json
from dataclasses import asdict, dataclass
from typing import Any, get_type_hints

from appliance.errors import RefusedError, StateError

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup; no patient is named.

    Attributes:
        format: Of the archive; a higher one than ``FORMAT`` is not understood.
        software: Version of the software that made it.
        schema: Of the ledger.
        number: Of the backup, by the box that made it.
        made_at: Seconds since the epoch.
        box: Host name of that box.
        ae_title: Its AE title.
        objects: Which received objects go along, as ``[backup]`` has it.
        taken: How many of them there are.
        left_out: How many were left out.
        missing: Files that the ledger knows of and that were not there.
        size_bytes: Of everything, unpacked.
        journal_entries: Of the journal.
        journal_intact: Whether it was whole when the backup was made.
    """

    format: int = FORMAT
    software: str
    schema: int
    number: int
    made_at: float
    box: str
    ae_title: str
    objects: str
    taken: int
    left_out: int
    missing: int
    size_bytes: int
    journal_entries: int
    journal_intact: bool

    def encoded(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode("utf-8")


_KINDS = {
    name: (int, float) if kind is float else kind for name, kind in get_type_hints(Manifest).items()
}


def decoded(content: bytes) -> Manifest:
    """The manifest in JSON. Raises RefusedError for one of a newer format, StateError otherwise."""
    try:
        found: dict[str, Any] = json.loads(content)
        if type(found["format"]) is int and found["format"] > FORMAT:
            what = f"the backup has format {found['format']}, this version knows {FORMAT}"
            raise RefusedError(what, remedy="install the version that made it, or a newer one")
        manifest = Manifest(**found)
    except (ValueError, TypeError, KeyError) as failure:
        raise StateError("the backup does not say what it is") from failure
    if any(not isinstance(getattr(manifest, name), kind) for name, kind in _KINDS.items()):
        raise StateError("the backup does not say what it is")
    return manifest
