"""CT dose reports as other writers make them: other codes, words, units and trees."""

from collections.abc import Iterable

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, XRayRadiationDoseSRStorage

from tests.rdsr.cases import reread

Entry = tuple[str, str, str]


def entry(code: Entry) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return item


def item(name: Entry, kind: str, below: Iterable[Dataset] = ()) -> Dataset:
    made = Dataset()
    made.RelationshipType = "CONTAINS"
    made.ValueType = kind
    made.ConceptNameCodeSequence = [entry(name)]
    nested = list(below)
    if nested:
        made.ContentSequence = nested
    return made


def container(name: Entry, *below: Dataset) -> Dataset:
    made = item(name, "CONTAINER", below)
    made.ContinuityOfContent = "SEPARATE"
    return made


def num(name: Entry, value: str, unit: str, *below: Dataset, meaning: str = "") -> Dataset:
    made, measured = item(name, "NUM", below), Dataset()
    measured.NumericValue = value
    measured.MeasurementUnitsCodeSequence = [entry((unit, "UCUM", meaning or unit))]
    made.MeasuredValueSequence = [measured]
    return made


def code(name: Entry, value: Entry, *below: Dataset) -> Dataset:
    made = item(name, "CODE", below)
    made.ConceptCodeSequence = [entry(value)]
    return made


def text(name: Entry, value: str) -> Dataset:
    made = item(name, "TEXT")
    made.TextValue = value
    return made


def uidref(name: Entry, value: str) -> Dataset:
    made = item(name, "UIDREF")
    made.UID = value
    return made


def report(*content: Dataset, **attributes: object) -> Dataset:
    """A whole report as read from a file."""
    made = Dataset()
    made.SOPClassUID = XRayRadiationDoseSRStorage
    made.SOPInstanceUID = "1.2.826.0.1.3680043.10.1.7.1"
    made.StudyInstanceUID = "1.2.826.0.1.3680043.10.1.1"
    made.SeriesInstanceUID = "1.2.826.0.1.3680043.10.1.7"
    made.Modality = "SR"
    made.Manufacturer = "A MAKER"
    made.ContentDate, made.ContentTime = "20120314", "084000"
    made.ValueType = "CONTAINER"
    made.ConceptNameCodeSequence = [entry(("113701", "DCM", "X-Ray Radiation Dose Report"))]
    made.ContinuityOfContent = "SEPARATE"
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    made.ContentSequence = list(content)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return reread(made)


def acquisition(*content: Dataset) -> Dataset:
    return container(("113819", "DCM", "CT Acquisition"), *content)


def dose(*content: Dataset) -> Dataset:
    return container(("113829", "DCM", "CT Dose"), *content)


def technique(*content: Dataset) -> Dataset:
    return container(("113822", "DCM", "CT Acquisition Parameters"), *content)


CTDI = ("113830", "DCM", "Mean CTDIvol")
DLP = ("113838", "DCM", "DLP")
PHANTOM = ("113835", "DCM", "CTDIw Phantom Type")
BODY = ("113691", "DCM", "IEC Body Dosimetry Phantom")
REGION = ("123014", "DCM", "Target Region")
KIND = ("113820", "DCM", "CT Acquisition Type")


def first_edition() -> Dataset:
    """SNOMED-RT throughout, ``mGycm`` for a unit, times in ms, X-ray in other letters."""
    source = container(
        ("113831", "DCM", "CT X-ray Source Parameters"),
        text(("113832", "DCM", "Identification of the X-Ray Source"), "A"),
        num(("113733", "DCM", "KVP"), "120", "kV"),
        num(("113833", "DCM", "Maximum X-Ray Tube Current"), "438", "mA"),
        num(("113734", "DCM", "X-Ray Tube Current"), "251", "mA"),
        num(("113834", "DCM", "Exposure Time per Rotation"), "500", "ms"),
    )
    spiral = acquisition(
        text(("125203", "DCM", "Acquisition Protocol"), "Thorax"),
        code(REGION, ("T-D3000", "SRT", "Chest")),
        code(KIND, ("P5-08001", "SRT", "Spiral Acquisition")),
        code(("G-C32C", "SRT", "Procedure Context"), ("P5-0808E", "SRT", "CT without contrast")),
        uidref(("113769", "DCM", "Irradiation Event UID"), "1.3.12.2.1107.5.1.4.1"),
        technique(
            num(("113824", "DCM", "Exposure Time"), "6.52", "s"),
            num(("113825", "DCM", "Scanning Length"), "41.2", "cm"),
            num(("113828", "DCM", "Pitch Factor"), "0.9", "{ratio}"),
            num(("113823", "DCM", "Number of X-ray Sources"), "1", "{X-ray sources}"),
            source,
        ),
        dose(
            num(CTDI, "8.15", "mGy"),
            code(PHANTOM, BODY),
            num(DLP, "312.40", "mGycm"),
        ),
    )
    total = num(("113813", "DCM", "CT Dose Length Product Total"), "312.40", "mGycm")
    return report(container(("113811", "DCM", "CT Accumulated Dose Data"), total), spiral)
