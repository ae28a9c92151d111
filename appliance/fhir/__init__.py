"""A dose report as FHIR R4: the transaction that leaves one valid summary of it on a server.

**Knows:** the Radiation Dose Summary of HL7's implementation guide, its codes as data, and how a
summary is known again, so that a repeat doubles nothing and a newer one takes its place.
**Does not know:** servers, HTTP and settings; what was taken out of the report before.
"""

from appliance.fhir.reading import NoSummary, read_summary
from appliance.fhir.summary import DoseSummary
from appliance.fhir.text import as_json
from appliance.fhir.transaction import PATIENT_POLICIES, Naming, transaction

__all__ = [
    "PATIENT_POLICIES",
    "DoseSummary",
    "Naming",
    "NoSummary",
    "as_json",
    "read_summary",
    "transaction",
]
