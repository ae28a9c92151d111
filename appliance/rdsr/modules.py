"""The modules of the X-Ray Radiation Dose SR IOD (PS3.3 A.35.8) around the content tree."""

from collections.abc import Iterable, Sequence
from copy import deepcopy

from pydicom import Dataset
from pydicom.datadict import dictionary_VR
from pydicom.uid import XRayRadiationDoseSRStorage

from appliance.rdsr.evidence import content_date_and_time, date_stated, stated, time_stated
from appliance.rdsr.parties import Predecessor, RecordingDevice

PATIENT_AND_STUDY_TYPE_2 = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
)
"""Copied from the evidence, and empty where it has none (PS3.3 C.7.1.1, C.7.2.1)."""

PATIENT_AND_STUDY_TYPE_3 = (
    "IssuerOfPatientID",
    "IssuerOfPatientIDQualifiersSequence",
    "OtherPatientIDsSequence",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "IssuerOfAccessionNumberSequence",
    "StudyDescription",
    "ProcedureCodeSequence",
    "TimezoneOffsetFromUTC",
)
"""Copied from the evidence where it has them (also PS3.3 C.7.2.2, C.12.1)."""

REQUEST_TYPE_2 = (
    "PlacerOrderNumberImagingServiceRequest",
    "FillerOrderNumberImagingServiceRequest",
    "RequestedProcedureID",
    "RequestedProcedureDescription",
    "RequestedProcedureCodeSequence",
)


def patient_and_study(header: Dataset) -> Dataset:
    """Patient, General Study and Patient Study as the evidence states them."""
    module = Dataset()
    copy(header, module, PATIENT_AND_STUDY_TYPE_3)
    copy(header, module, PATIENT_AND_STUDY_TYPE_2, required=True)
    copy(header, module, ("StudyInstanceUID",), required=True)
    return module


def series_and_equipment(
    header: Dataset, device: RecordingDevice, series_instance_uid: str
) -> Dataset:
    """SR Document Series, General and Enhanced General Equipment."""
    module = Dataset()
    module.Modality = "SR"
    module.SeriesInstanceUID = series_instance_uid
    module.SeriesNumber = device.series_number
    module.SeriesDescription = "Radiation Dose Report"
    copy(header, module, ("ReferencedPerformedProcedureStepSequence",), required=True)
    module.Manufacturer = device.manufacturer
    module.ManufacturerModelName = device.model_name
    module.DeviceSerialNumber = device.device_serial_number
    module.SoftwareVersions = device.software_versions
    institution = stated(header, "InstitutionName") or device.institution_name
    if institution:
        module.InstitutionName = institution
    return module


def ordered(header: Dataset, order: Dataset) -> Dataset:
    """``header``, left as it is, with what ``order`` has and it does not.

    The request of an order is the header's own, completed, so it takes its place.
    """
    whole = Dataset()
    whole.update({element.tag: element for element in header})
    missing = [each.keyword for each in order if is_empty(header, each.keyword)]
    copy(order, whole, [*(each for each in missing if each), "RequestAttributesSequence"])
    return whole


def is_empty(dataset: Dataset, keyword: str) -> bool:
    """Whether an attribute has no value; a sequence without items has none."""
    value = dataset.get(keyword)
    return value is None or value == [] or not str(value).strip(" ^=")


def with_codes(held: Sequence[Dataset], codes: Sequence[Dataset]) -> list[Dataset]:
    """The items of a code sequence, and behind them those of ``codes`` that are not there."""
    entries, known = [*held], {_identifier(each) for each in held}
    for each in codes:
        if _identifier(each) not in known:
            entries.append(each)
            known.add(_identifier(each))
    return deepcopy(entries)


def document(
    header: Dataset,
    evidence: Sequence[Dataset],
    sop_instance_uid: str,
    performed_procedure_codes: Sequence[Dataset] = (),
) -> Dataset:
    """SR Document General and SOP Common; ``header`` speaks for the evidence."""
    module = Dataset()
    module.SOPClassUID = XRayRadiationDoseSRStorage
    module.SOPInstanceUID = sop_instance_uid
    module.InstanceNumber = 1
    module.CompletionFlag = "COMPLETE"
    module.VerificationFlag = "UNVERIFIED"
    module.ContentDate, module.ContentTime = content_date_and_time(evidence)
    held = header.get("PerformedProcedureCodeSequence") or ()
    module.PerformedProcedureCodeSequence = with_codes(held, performed_procedure_codes)
    module.CurrentRequestedProcedureEvidenceSequence = [_study_reference(header, evidence)]
    if stated(header, "AccessionNumber") or header.get("RequestAttributesSequence"):
        module.ReferencedRequestSequence = [request(header)]
    return module


def predecessor_documents(predecessor: Predecessor) -> Dataset:
    """The Predecessor Documents Sequence (0040,A360) of a report that replaces another."""
    module = Dataset()
    study, series = Dataset(), Dataset()
    study.StudyInstanceUID = predecessor.study_instance_uid
    series.SeriesInstanceUID = predecessor.series_instance_uid
    series.ReferencedSOPSequence = [
        _instance(XRayRadiationDoseSRStorage, predecessor.sop_instance_uid)
    ]
    study.ReferencedSeriesSequence = [series]
    module.PredecessorDocumentsSequence = [study]
    return module


def copy(
    header: Dataset, module: Dataset, keywords: Iterable[str], *, required: bool = False
) -> None:
    """Copy attributes that have a value; a required one that has none becomes empty."""
    for keyword in keywords:
        value = _copied(header, keyword)
        if value:
            setattr(module, keyword, value)
        elif required:
            setattr(module, keyword, None)


def _copied(header: Dataset, keyword: str) -> object:
    """The value as it is, but for dates and times as ACR-NEMA wrote them; None if it is none."""
    kind = dictionary_VR(keyword)
    if kind == "DA":
        return date_stated(header, keyword)
    if kind == "TM":
        return time_stated(header, keyword)
    return deepcopy(header.get(keyword))


def request(header: Dataset) -> Dataset:
    """One item of Referenced Request Sequence (0040,A370); an absent value is empty."""
    requests = header.get("RequestAttributesSequence")
    source = Dataset() if not requests else requests[0]
    item = Dataset()
    copy(header, item, ("StudyInstanceUID", "AccessionNumber"), required=True)
    copy(header, item, ("IssuerOfAccessionNumberSequence",))
    copy(header, item, REQUEST_TYPE_2, required=True)
    copy(source, item, REQUEST_TYPE_2)
    item.ReferencedStudySequence = []
    return item


def _study_reference(header: Dataset, evidence: Sequence[Dataset]) -> Dataset:
    """The evidence by series, as the Hierarchical SOP Instance Reference Macro wants it."""
    study = Dataset()
    study.StudyInstanceUID = header.StudyInstanceUID
    study.ReferencedSeriesSequence = []
    for uid in sorted({str(each.SeriesInstanceUID) for each in evidence}):
        series = Dataset()
        series.SeriesInstanceUID = uid
        series.ReferencedSOPSequence = [
            _instance(str(each.SOPClassUID), str(each.SOPInstanceUID))
            for each in evidence
            if str(each.SeriesInstanceUID) == uid
        ]
        study.ReferencedSeriesSequence.append(series)
    return study


def _identifier(entry: Dataset) -> tuple[str, str]:
    return stated(entry, "CodeValue"), stated(entry, "CodingSchemeDesignator")


def _instance(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class_uid
    item.ReferencedSOPInstanceUID = sop_instance_uid
    return item
