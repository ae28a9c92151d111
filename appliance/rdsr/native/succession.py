"""A native report that takes the place of one of ours, which was sent before it came.

Receivers hold ours by then, and a report that passes unchanged names no predecessor: they would
count the dose twice. So it is sent as a new instance that names ours.
"""

from copy import deepcopy

from pydicom import Dataset
from pydicom.config import disable_value_validation

from appliance.rdsr.equipment import modifying_equipment
from appliance.rdsr.evidence import stated
from appliance.rdsr.modules import predecessor_documents
from appliance.rdsr.native.completion import meta_of
from appliance.rdsr.parties import Predecessor, RecordingDevice
from appliance.uids import derived_uid


def succeeding(native: Dataset, before: Predecessor, device: RecordingDevice) -> Dataset:
    """``native``, left as it is, in an instance that names ``before`` as its predecessor too.

    Everything else that the report says stays. Its UIDs depend on both reports alone.
    """
    with disable_value_validation():
        report = deepcopy(native)
        held = list(report.get("PredecessorDocumentsSequence") or ())
        report.update(predecessor_documents(before))
        report.PredecessorDocumentsSequence = [*report.PredecessorDocumentsSequence, *held]
        equipment = modifying_equipment(device, "predecessor named")
        others = list(native.get("ContributingEquipmentSequence") or ())
        report.ContributingEquipmentSequence = [*deepcopy(others), equipment]
        uids = (stated(native, "SOPInstanceUID"), before.sop_instance_uid)
        report.SeriesInstanceUID = derived_uid("succeeding dose report series", *uids)
        report.SOPInstanceUID = derived_uid("succeeding dose report", *uids)
        report.file_meta = meta_of(native, report)
        return report
