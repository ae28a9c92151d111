"""The pages of doses: distributions beside reference levels, months, and alerts.

**Knows:** how doses are told to a person, which of them are too few to be told, and who is led to
a study.
**Does not know:** how a dose is compared (``drl``), and never a patient.
"""

from appliance.console.doses.section import doses_sections

__all__ = ["doses_sections"]
