"""Whose study it is, where the audit trail may know."""

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.spool import Spool

PATIENT_ID = "PatientID"


class Patients:
    """Reads Patient IDs from what was received, only if ``[audit] identity`` says so."""

    def __init__(self, configuration: Configuration, ledger: Ledger, clock: Clock) -> None:
        self._spool = Spool(configuration.spool_dir, ledger, clock)
        self._may_be_told = configuration.audit.identity == "patient-id"

    def patient_id(self, study_instance_uid: str) -> str | None:
        """The Patient ID in the study's first object; None when it is not told, or not known."""
        if not self._may_be_told:
            return None
        for instance in self._spool.instances(study_instance_uid)[:1]:
            try:
                found = self._spool.open_attributes(instance, [PATIENT_ID])
            except (UnreadableObjectError, OSError):
                return None
            return str(found.get(PATIENT_ID) or "").strip() or None
        return None
