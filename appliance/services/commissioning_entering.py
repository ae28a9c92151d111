"""A caller that becomes a CT of the settings: written into the draft of who asks, applied there.

**Knows:** where a ``[[scanner]]`` stands in either file of settings.
**Does not know:** how settings are applied (``settings_desk``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from appliance.config.source import KeyPath
from appliance.console.settings.desk import Sheet

APPLIANCE, SCANNER = "appliance", "scanner"


class Drafts(Protocol):
    """Who writes settings for a person."""

    def sheet(self, person: str) -> Sheet: ...  # noqa: D102 - of the settings' desk
    def change(self, person: str, changes: Mapping[KeyPath, Any]) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class Entering:
    """Into the settings that ``drafts`` keeps for each person."""

    drafts: Drafts

    def __call__(self, person: str, entry: Mapping[str, str]) -> None:
        """Add it behind the CTs that are there. Raises ConfigurationError, Unreadable."""
        sheet = self.drafts.sheet(person)
        above: KeyPath = (APPLIANCE,) if sheet.is_box else ()
        document = sheet.document.get(APPLIANCE, {}) if sheet.is_box else sheet.document
        path = (*above, SCANNER, len(document.get(SCANNER, ())))
        self.drafts.change(person, {path: dict(entry)})
