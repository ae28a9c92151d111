"""Studies that wait for a person, with the evidence, and what the person decided.

**Knows:** the tables ``quarantined``, ``settlement``, ``first_decision`` and ``confirmation``, a
case's folder of pictures, and that a case is open until it is settled, discarded or superseded by a
newer look at the study.
**Does not know:** which corrections are right (``services.settling``) and what follows from a
settlement (``services.recogniser``); never who the patient is.
"""

from appliance.quarantine.case import (
    Case,
    Closure,
    Decision,
    FirstDecision,
    Settlement,
    Verdict,
)
from appliance.quarantine.confirmations import Confirmations
from appliance.quarantine.first_decisions import FirstDecisions
from appliance.quarantine.quarantine import Quarantine

__all__ = [
    "Case",
    "Closure",
    "Confirmations",
    "Decision",
    "FirstDecision",
    "FirstDecisions",
    "Quarantine",
    "Settlement",
    "Verdict",
]
