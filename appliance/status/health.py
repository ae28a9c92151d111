"""What the state comes to: one word, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.alarms import Alarm, Severity
from appliance.status.stamp import Device

SCHEMA = "health/1"


class Verdict(StrEnum):
    """How the box is; the worst first."""

    BAD = "bad"
    """A vital sign fails, or an alarm is critical: doses are not received or not safe."""
    ATTENTION = "attention"
    """An alarm is raised: something waits for a person, or will."""
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Check:
    """One vital sign: what was looked at, of which service or other subject, and what was found."""

    name: str
    subject: str
    is_well: bool
    detail: str


def verdict_of(checks: Sequence[Check], alarms: Sequence[Alarm]) -> Verdict:
    """The worst of them."""
    severities = {each.code.severity for each in alarms}
    if Severity.CRITICAL in severities or not all(each.is_well for each in checks):
        return Verdict.BAD
    return Verdict.ATTENTION if severities else Verdict.GOOD


def health_document(
    checks: Sequence[Check], alarms: Sequence[Alarm], device: Device, now: float
) -> dict[str, Any]:
    """The keys of docs/mqtt.md."""
    return (
        device.head(SCHEMA)
        | device.validity(now)
        | {
            "verdict": verdict_of(checks, alarms),
            "checks": [
                {
                    "name": each.name,
                    "subject": each.subject,
                    "is_well": each.is_well,
                    "detail": each.detail,
                }
                for each in checks
            ],
            "alarms_by_severity": {
                severity: sum(each.code.severity is severity for each in alarms)
                for severity in Severity
            },
        }
    )
