"""The report of a display's test as an Encapsulated PDF for the archive (PS3.3 A.45.1, C.24).

Its patient is the one of the test patterns, who is nobody. The UIDs are derived from the test, so
its report is one object however often it is made; a test that ended once more has another one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from appliance.displayqa.patterns.secondary_capture import PATIENT, PATIENT_ID
from appliance.displays.display import Display
from appliance.uids import derived_uid

QUALITY_CONTROL = ("110002", "DCM", "Quality Control")
IMPLEMENTATION = derived_uid("dose-appliance", "display reports")
LONG, SHORT = 64, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF, and which test it is the report of; times with their zone.

    ``ended_as`` tells one end of the test from another, when it was opened again.
    """

    pdf: bytes
    title: str
    display: Display
    test: int
    ended_as: int
    begun_at: datetime
    made_at: datetime
    institution: str = ""


def as_dicom(document: Document) -> bytes:
    """A PS3.10 file. Raises ValueError for what is no PDF."""
    if not document.pdf.startswith(b"%PDF-"):
        raise ValueError("that is no PDF")
    item = _identity(document)
    _describe(item, document)
    item.EncapsulatedDocumentLength = len(document.pdf)
    item.EncapsulatedDocument = document.pdf + b"\0" * (len(document.pdf) % 2)
    return _encoded(item)


def instance_uid(display: str, test: int, begun_at: datetime, ended_as: int) -> str:
    """SOP Instance UID of a report."""
    about = _about(display, test, begun_at)
    return derived_uid("display report", *about, str(ended_as))


def _identity(document: Document) -> Dataset:
    about = _about(document.display.name, document.test, document.begun_at)
    item = Dataset()
    item.SpecificCharacterSet = "ISO_IR 192"
    item.SOPClassUID = EncapsulatedPDFStorage
    item.SOPInstanceUID = instance_uid(
        document.display.name, document.test, document.begun_at, document.ended_as
    )
    item.StudyInstanceUID = derived_uid("display test", *about)
    item.SeriesInstanceUID = derived_uid("display reports", *about)
    item.PatientName, item.PatientID = PATIENT, PATIENT_ID
    item.PatientBirthDate = item.PatientSex = ""
    item.StudyDate, item.StudyTime = _day(document.begun_at), _time(document.begun_at)
    item.StudyID = str(document.test)[:SHORT]
    item.AccessionNumber = item.ReferringPhysicianName = ""
    return item


def _about(display: str, test: int, begun_at: datetime) -> tuple[str, ...]:
    return display, str(test), begun_at.astimezone(UTC).isoformat()


def _describe(item: Dataset, document: Document) -> None:
    display = document.display
    item.Manufacturer, item.InstitutionName = "dose-appliance", document.institution
    item.StudyDescription = f"Display test {display.name}"[:LONG]
    item.SeriesDescription = _fitting(document.title)
    item.Modality, item.ConversionType = "DOC", "WSD"
    item.SeriesNumber, item.InstanceNumber = 1, document.ended_as
    item.ContentDate, item.ContentTime = _day(document.made_at), _time(document.made_at)
    item.AcquisitionDateTime = document.begun_at
    item.BurnedInAnnotation = "NO"
    item.DocumentTitle, item.MIMETypeOfEncapsulatedDocument = document.title, "application/pdf"
    concept = Dataset()
    concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = QUALITY_CONTROL
    item.ConceptNameCodeSequence = [concept]


def _day(moment: datetime) -> str:
    return f"{moment:%Y%m%d}"


def _time(moment: datetime) -> str:
    return f"{moment:%H%M%S}"


def _fitting(text: str) -> str:
    return text.replace("\\", "/")[:LONG]


def _encoded(item: Dataset) -> bytes:
    item.file_meta = FileMetaDataset()
    item.file_meta.MediaStorageSOPClassUID = item.SOPClassUID
    item.file_meta.MediaStorageSOPInstanceUID = item.SOPInstanceUID
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.file_meta.ImplementationClassUID = IMPLEMENTATION
    stream = BytesIO()
    item.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
