"""What a native report left empty, filled in a new instance that names it as its predecessor.

The content tree, the equipment and every value that the report has stay as they are; the bytes of
the tree are the same.
"""

from collections.abc import Sequence
from copy import deepcopy

from pydicom import Dataset
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset

from appliance.errors import ConformanceError
from appliance.rdsr.character_set import UTF_8, declared_character_set, fits_into, is_plain
from appliance.rdsr.equipment import modifying_equipment
from appliance.rdsr.evidence import stated
from appliance.rdsr.identity import as_text
from appliance.rdsr.modules import (
    PATIENT_AND_STUDY_TYPE_2,
    PATIENT_AND_STUDY_TYPE_3,
    REQUEST_TYPE_2,
    copy,
    is_empty,
    predecessor_documents,
    request,
    with_codes,
)
from appliance.rdsr.parties import Predecessor, RecordingDevice
from appliance.uids import derived_uid

_IDENTITY = ("StudyInstanceUID", "PatientID", "PatientBirthDate")
"""Where the report and what completes it both state one, it is the same."""
_NOT_OF_THE_NEW_INSTANCE = (
    "DigitalSignaturesSequence",
    "IdenticalDocumentsSequence",
    "InstanceCreationDate",
    "InstanceCreationTime",
    "InstanceCreatorUID",
    "MACParametersSequence",
)
"""What is true of the predecessor alone."""


def completed_native(
    native: Dataset,
    header: Dataset,
    performed_procedure_codes: Sequence[Dataset],
    device: RecordingDevice,
) -> Dataset | None:
    """``native`` with what it left empty, or None when there is nothing to complete.

    Args:
        native: A scanner's own report, as read from a file; never changed.
        header: What is known of its patient, study and order, in the attributes of an image
            (Request Attributes Sequence included). Only what the site wants completed stands in it.
        performed_procedure_codes: Items for Performed Procedure Code Sequence (0040,A372); those
            that the report has already stay, and stay first.
        device: This box, which becomes a contributing equipment.

    Returns:
        A new instance in the transfer syntax of ``native``. Its UIDs depend on the report and on
        what was filled in alone; Content Date and Time stay, for so does the content.

    Raises:
        ConformanceError: ``header`` is of another study or patient.
    """
    _expect_same(native, header)
    with disable_value_validation():
        changes = _fitting(native, _changes(native, header, performed_procedure_codes))
        return _completed(native, changes, device) if changes else None


def replaces(native: Dataset) -> Predecessor:
    """``native`` as the report that another one replaces."""
    return Predecessor(
        stated(native, "StudyInstanceUID"),
        stated(native, "SeriesInstanceUID"),
        stated(native, "SOPInstanceUID"),
    )


def _expect_same(native: Dataset, header: Dataset) -> None:
    for keyword in _IDENTITY:
        here, there = stated(native, keyword), stated(header, keyword)
        if here and there and here != there:
            raise ConformanceError(f"the report and its order differ in {keyword}")


def _changes(native: Dataset, header: Dataset, codes: Sequence[Dataset]) -> Dataset:
    """Every attribute of the new instance that ``native`` does not have so."""
    changes = Dataset()
    keywords = (*PATIENT_AND_STUDY_TYPE_2, *PATIENT_AND_STUDY_TYPE_3)
    copy(header, changes, (each for each in keywords if is_empty(native, each)))
    _complete_request(native, header, changes)
    held = native.get("PerformedProcedureCodeSequence") or ()
    all_codes = with_codes(held, codes)
    if len(all_codes) > len(held):
        changes.PerformedProcedureCodeSequence = all_codes
    return changes


def _complete_request(native: Dataset, header: Dataset, changes: Dataset) -> None:
    """One request is completed; which of several an order belongs to is not known."""
    held = list(native.get("ReferencedRequestSequence") or ())
    if len(held) > 1 or not (stated(header, "AccessionNumber") or _requests(header)):
        return
    known = request(header)
    item = deepcopy(held[0]) if held else known
    keywords = ("StudyInstanceUID", "AccessionNumber", *REQUEST_TYPE_2)
    missing = [each for each in keywords if is_empty(item, each)]
    copy(known, item, missing)
    if not held or any(not is_empty(item, each) for each in missing):
        changes.ReferencedRequestSequence = [item]


def _fitting(native: Dataset, changes: Dataset) -> Dataset:
    """``changes``, but for texts that the report's character set cannot hold.

    A report in ASCII alone may become UTF-8, for its bytes stay; any other is not encoded anew.
    """
    declared = declared_character_set(native)
    if fits_into(declared, changes):
        return changes
    if is_plain(native):
        changes.SpecificCharacterSet = UTF_8
        return changes
    kept = Dataset()
    for element in changes:
        one = Dataset()
        one.add(element)
        if fits_into(declared, one):
            kept.add(element)
    return kept


def _completed(native: Dataset, changes: Dataset, device: RecordingDevice) -> Dataset:
    report = deepcopy(native)
    for keyword in _NOT_OF_THE_NEW_INSTANCE:
        if keyword in report:
            del report[keyword]
    report.update(changes)
    report.update(predecessor_documents(replaces(native)))
    equipment = modifying_equipment(device)
    held = list(native.get("ContributingEquipmentSequence") or ())
    report.ContributingEquipmentSequence = [*deepcopy(held), equipment]
    content = (stated(native, "SOPInstanceUID"), *as_text(changes))
    report.SeriesInstanceUID = derived_uid("completed dose report series", *content)
    report.SOPInstanceUID = derived_uid("completed dose report", *content)
    report.file_meta = meta_of(native, report)
    return report


def meta_of(native: Dataset, report: Dataset) -> FileMetaDataset:
    """File meta of ``report``, in the transfer syntax of ``native``."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = report.SOPClassUID
    meta.MediaStorageSOPInstanceUID = report.SOPInstanceUID
    meta.TransferSyntaxUID = native.file_meta.TransferSyntaxUID
    return meta


def _requests(header: Dataset) -> bool:
    return bool(header.get("RequestAttributesSequence"))
