"""Whose study it is, read from what is kept of it; written down nowhere.

**Knows:** which object of a study is asked, and in which encoding its text is.
**Does not know:** who may be told, and that it was told: that is whoever asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pydicom
from pydicom import Dataset

from appliance.config import Configuration
from appliance.config.scanners import scanner_for
from appliance.console.studies.desk import Identity
from appliance.console.studies.plain_text import visible
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.outbox import Outbox
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import Instance, Spool
from appliance.spool.dataset import tolerance
from appliance.spool.reduction import instance_of

KEYWORDS = {
    "patient_id": "PatientID",
    "patient_name": "PatientName",
    "birth_date": "PatientBirthDate",
    "sex": "PatientSex",
    "accession_number": "AccessionNumber",
    "description": "StudyDescription",
    "study_date": "StudyDate",
}
_FIRST_KEPT = """
SELECT i.* FROM study_member m JOIN instance i ON i.id = m.instance_id
LEFT JOIN reduction r ON r.instance_id = i.id
WHERE m.study_instance_uid = ? AND i.sop_class_uid <> ?
  AND (r.instance_id IS NULL OR r.remains = 'header')
ORDER BY i.id LIMIT ?
"""
MOST_TRIED = 3
"""Objects of a study, where the first cannot be read."""
LONGEST = 200
"""Characters of a value; DICOM allows 64 (PS3.5 6.2), or three times that for a name."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Reads identities; for one thread."""

    configuration: Configuration
    ledger: Ledger
    spool: Spool
    outbox: Outbox

    def of(self, study_instance_uid: str) -> Identity | None:
        """Of its first object that can be read, else of its last report; None: of nothing."""
        for dataset in self._datasets(study_instance_uid):
            said = {name: visible(dataset.get(key), LONGEST) for name, key in KEYWORDS.items()}
            return Identity(**said)
        return None

    def _datasets(self, study: str) -> Iterator[Dataset]:
        for row in self.ledger.rows(_FIRST_KEPT, study, PERFORMED_PROCEDURE_STEP, MOST_TRIED):
            try:
                yield self._attributes(instance_of(row))
            except UnreadableObjectError:
                continue
        for report in reversed(self.outbox.reports(study)):
            try:
                with tolerance(str(report.path)):
                    yield pydicom.dcmread(report.path, stop_before_pixels=True)
            except UnreadableObjectError:
                continue

    def _attributes(self, instance: Instance) -> Dataset:
        scanner = scanner_for(self.configuration, instance.calling_ae, instance.address)
        if scanner and scanner.character_set:
            return self.spool.open_dataset(instance, scanner.character_set)
        return self.spool.open_attributes(instance, ["SpecificCharacterSet", *KEYWORDS.values()])
