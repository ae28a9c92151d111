"""Studies that wait for a person: what is doubted, beside the picture it is doubted on.

**Knows:** how a case looks, what of its form has to be confirmed, and by which keys.
**Does not know:** which values are vouched for, and what becomes of a decision: that is asked.
"""

from appliance.console.quarantine.section import quarantine_section, teaching_section

__all__ = ["quarantine_section", "teaching_section"]
