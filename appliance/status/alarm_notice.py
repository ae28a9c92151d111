"""An alarm as it may leave the box: never with a study, an object or a dose.

A UID is no name, but whoever has the archive finds the patient by it, so subjects that are UIDs
stay in the box, and so do details that could quote an object or a peer. Which they are is data,
``disclosure.toml``; what is not listed there stays.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.alarms import Alarm, AlarmCode
from appliance.clock import iso8601
from appliance.status.stamp import Device

SCHEMA = "alarm/1"
LONGEST_DETAIL = 200
CAUSE = re.compile(r"([a-z]+(?:-[a-z]+)*)(?::.*)?", re.DOTALL)
"""The enumerated word that some details begin with."""
WHOLE, ONLY_CAUSE, NOTHING = "whole", "cause", "nothing"


@dataclass(frozen=True, slots=True)
class AlarmNotice:
    """One alarm; ``number`` is the ledger's, by which ``appliance status`` tells the rest.

    ``subject`` and ``detail`` are None where they stay in the box.
    """

    code: AlarmCode
    number: int
    subject: str | None
    detail: str | None
    raised_at: float

    @classmethod
    def of(cls, alarm: Alarm) -> "AlarmNotice":
        """What may leave of it."""
        rule = disclosure().get(alarm.code, {})
        subject = alarm.subject if rule.get("subject") == WHOLE or not alarm.subject else None
        detail = _detail(alarm.detail, rule.get("detail", NOTHING))
        return cls(alarm.code, alarm.number, subject, detail, alarm.raised_at)

    @classmethod
    def within(cls, alarm: Alarm) -> "AlarmNotice":
        """All of it, for those who are at the box."""
        return cls(alarm.code, alarm.number, alarm.subject, alarm.detail, alarm.raised_at)

    def as_json(self) -> dict[str, Any]:
        """Its part of a document."""
        english, japanese = self.code.meaning
        return {
            "code": self.code,
            "severity": self.code.severity,
            "number": self.number,
            "subject": self.subject,
            "detail": self.detail,
            "raised_at": iso8601(self.raised_at),
            "meaning": {"en": english, "ja": japanese},
        }

    def document(self, device: Device) -> dict[str, Any]:
        """The document of its topic; it changes only with the alarm."""
        return device.head(SCHEMA) | self.as_json()


@cache
def disclosure() -> dict[str, dict[str, str]]:
    """By an alarm's code: what may leave of ``subject`` and of ``detail``, and ``because``."""
    text = (files("appliance.status") / "disclosure.toml").read_text("utf-8")
    return tomllib.loads(text)


def _detail(detail: str, rule: str) -> str | None:
    if rule == WHOLE:
        return detail[:LONGEST_DETAIL]
    found = CAUSE.fullmatch(detail) if rule == ONLY_CAUSE else None
    return found[1] if found else None
