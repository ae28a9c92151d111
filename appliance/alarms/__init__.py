"""Alarms: conditions that need someone, from when they were raised to when they cleared.

**Knows:** the enumerated codes with their severity and texts, and the table ``alarm``.
**Does not know:** what raises or publishes them; never a patient: a subject is a destination, an
AE title, a disk or a UID.
"""

from appliance.alarms.code import AlarmCode, Severity
from appliance.alarms.register import Alarm, Alarms, Past

__all__ = ["Alarm", "AlarmCode", "Alarms", "Past", "Severity"]
