"""Whether what is kept is still as it was written, and whether the archive still has it.

**Knows:** rounds of the digest check and where one goes on, what can be wrong with a file, and what
was looked for at an archive.
**Does not know:** hours and speed (``services.inspecting``), and how an archive is asked
(``retrieve``).
"""

from appliance.preservation.condition import Condition, condition_of_object, condition_of_report
from appliance.preservation.damages import Damage, Damages
from appliance.preservation.inspection import Checked, Inspection, Round
from appliance.preservation.reconciliation import Expected, Lacking, Reconciliation

__all__ = [
    "Checked",
    "Condition",
    "Damage",
    "Damages",
    "Expected",
    "Inspection",
    "Lacking",
    "Reconciliation",
    "Round",
    "condition_of_object",
    "condition_of_report",
]
