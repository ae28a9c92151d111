"""Which study is being worked on, kept across a crash.

A study that ends the process again and again would keep every other from being reported.
"""

import json
from pathlib import Path

from appliance.ledger.durable import write_file


class Attempts:
    """One file: the study at work, and how often work on it was begun without an end."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, study_instance_uid: str) -> int:
        """How often work on this study has been begun in a row, this time included."""
        before = self._read()
        count = before.get(study_instance_uid, 0) + 1
        write_file(self._path, json.dumps({study_instance_uid: count}).encode())
        return count

    def end(self) -> None:
        """The work ended, one way or another."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, int]:
        try:
            found: dict[str, int] = json.loads(self._path.read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found
