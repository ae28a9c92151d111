"""The lights and the button on the front of the box.

**Knows:** the table of what each light means, when a light is lit, what a press of the button asks
for, and the small files by which the other processes tell what is to be shown.
**Does not know:** what raises alarms, how the box is switched off, and whether its lines are real
ones or a stand-in's.
"""

from appliance.frontpanel.telling import Subject, Telling, Word, tell, told

__all__ = ["Subject", "Telling", "Word", "tell", "told"]
