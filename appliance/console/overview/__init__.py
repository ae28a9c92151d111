"""The first page: whether the box is well and since when, what comes in, what goes out, what to do.

**Knows:** which state is good news, in which words each is said, and how old what is shown may be.
**Does not know:** how anything is counted (``status``), and any patient: what may not leave the box
by MQTT is not shown here either.
"""

from appliance.console.overview.desk import Desk, MeterHere, Seen
from appliance.console.overview.section import overview_section, wall_section

__all__ = ["Desk", "MeterHere", "Seen", "overview_section", "wall_section"]
