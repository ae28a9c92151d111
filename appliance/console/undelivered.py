"""Why something did not arrive: attempts, alarms and backups keep it, pages say it."""

import re
from collections.abc import Mapping

from appliance.console.sentences import told
from appliance.destinations.outcome import Cause
from appliance.media.fault import Fault
from appliance.texts import Texts

_KEPT = re.compile(r"([a-z][a-z-]*)(?: \((.*?)\))?\.(?: |$)", re.DOTALL)
"""Cause, detail, what to do in both languages: ``destinations.outcome``, ``media.fault``."""
_TO_DO: Mapping[str, tuple[str, str]] = {
    **{str(each): each.meaning for each in Fault},
    **{str(each): each.remedy for each in Cause},
}


def undelivered(text: str, texts: Texts) -> str:
    """What to do, the cause and the detail; whatever else ``text`` is as far as it is known."""
    found = _KEPT.match(text)
    if not found or found[1] not in _TO_DO:
        return told(text, texts)
    said = f": {told(found[2], texts)}" if found[2] else ""
    return f"{texts.pick(_TO_DO[found[1]])} ({found[1]}{said})"
