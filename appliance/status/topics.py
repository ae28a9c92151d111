"""The topics of a box: ``PREFIX/v1/SITE/DEVICE/…``, nothing of it ever a command."""

import hashlib
import re
from dataclasses import dataclass

from appliance.config import Mqtt
from appliance.status.alarm_notice import AlarmNotice

TREE = "v1"
"""Goes up when a topic means something else; documents have versions of their own."""
LEVEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What may stand between two slashes as it is."""
DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Topics:
    """Those of one box; none ends in a slash but ``alarms``."""

    base: str

    @classmethod
    def of(cls, settings: Mqtt) -> "Topics":
        """As configured."""
        return cls(f"{settings.prefix}/{TREE}/{settings.site}/{settings.device}")

    @property
    def availability(self) -> str:
        """Whether the box is there; its last will is told here."""
        return f"{self.base}/availability"

    @property
    def state(self) -> str:
        """What was counted and measured."""
        return f"{self.base}/state"

    @property
    def health(self) -> str:
        """What that comes to."""
        return f"{self.base}/health"

    @property
    def trial(self) -> str:
        """Where a message is said and heard again when the box is commissioned."""
        return f"{self.base}/trial"

    @property
    def alarms(self) -> str:
        """What the topic of every alarm begins with."""
        return f"{self.base}/alarms/"

    def alarm(self, notice: AlarmNotice) -> str:
        """Of an alarm while it is raised: its code, and its subject if it has one.

        A subject that may not leave is told apart by the alarm's number, one that cannot be a level
        by its digest.
        """
        level = _level(notice)
        return f"{self.alarms}{notice.code}{f'/{level}' if level else ''}"

    def event(self, kind: str) -> str:
        """Of what happened once."""
        return f"{self.base}/event/{kind}"


def _level(notice: AlarmNotice) -> str:
    if notice.subject is None:
        return f"number-{notice.number}"
    if not notice.subject or LEVEL.fullmatch(notice.subject):
        return notice.subject
    return "sha256-" + hashlib.sha256(notice.subject.encode()).hexdigest()[:DIGEST_LENGTH]
