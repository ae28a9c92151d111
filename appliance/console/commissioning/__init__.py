"""The pages of commissioning: the steps beside a CT, what came of each, and the protocol.

**Knows:** which page shows which step, and how a protocol looks on paper.
**Does not know:** how anything is tried, and where it is kept: a desk is asked.
"""

from appliance.console.commissioning.section import commissioning_section

__all__ = ["commissioning_section"]
