"""Dose reports to de-identify: those the box makes, with a person in every content item."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from pydicom import Dataset, dcmread
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, XRayRadiationDoseSRStorage

from appliance.deidentify import Cleaned, Preset, Pseudonyms, Unclean, cleaned, presets
from appliance.deidentify.screen import Blanking, no_blanking
from tests.rdsr.cases import all_cases

PSEUDONYMS = Pseudonyms(b"k" * 32, "a project")
REGISTRY, IN_HOUSE, SCREENING = (presets()[each] for each in ("registry", "in-house", "screening"))


def as_bytes(dataset: Dataset) -> bytes:
    file = BytesIO()
    with disable_value_validation():
        dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


@cache
def box_reports() -> dict[str, bytes]:
    """Every golden report as a file."""
    return {case.name: as_bytes(case.report) for case in all_cases()}


def a_report(name: str = "complete_helical") -> Dataset:
    return dcmread(BytesIO(box_reports()[name]))


def opened(outcome: Cleaned | Unclean) -> Dataset:
    assert isinstance(outcome, Cleaned), outcome.text
    return dcmread(BytesIO(outcome.content))


def cleaned_dataset(
    dataset: Dataset,
    preset: Preset = REGISTRY,
    pseudonyms: Pseudonyms = PSEUDONYMS,
    blanking: Blanking = no_blanking,
) -> Dataset:
    return opened(cleaned(as_bytes(dataset), preset, pseudonyms, blanking))


def codes(dataset: Dataset) -> list[tuple[str, ...]]:
    """Concept and value of every CODE, and the procedure codes of the header."""
    items = [item for item in tree(dataset) if item.ValueType == "CODE"]
    pairs = [(item.ConceptNameCodeSequence[0], item.ConceptCodeSequence[0]) for item in items]
    pairs += [(code, code) for code in dataset.get("PerformedProcedureCodeSequence", ())]
    return [
        (*(each.CodeValue for each in pair), *(each.CodingSchemeDesignator for each in pair))
        for pair in pairs
    ]


def tree(item: Dataset) -> Iterator[Dataset]:
    for each in item.get("ContentSequence", ()):
        yield each
        yield from tree(each)


def numbers(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Concept, digits and unit of every NUM, in the order of the tree."""
    found = []
    for item in tree(dataset):
        if item.ValueType != "NUM":
            continue
        for value in item.MeasuredValueSequence or [Dataset()]:
            unit = value.get("MeasurementUnitsCodeSequence", [Dataset()])[0].get("CodeValue", "")
            digits = getattr(value.get("NumericValue"), "original_string", "none")
            found.append((item.ConceptNameCodeSequence[0].CodeValue, digits, unit))
    return found


def an_sr(*items: Dataset) -> Dataset:
    """A dose report of these content items and little else."""
    report = Dataset()
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    report.SOPClassUID = XRayRadiationDoseSRStorage
    report.SOPInstanceUID = UID("1.2.3.4")
    report.StudyInstanceUID = UID("1.2.3")
    report.PatientID = "P1"
    report.StudyDate = "20240229"
    report.ValueType = "CONTAINER"
    report.ConceptNameCodeSequence = [a_code("113701", "DCM", "X-Ray Radiation Dose Report")]
    report.ContentSequence = list(items)
    return report


def a_code(value: str, scheme: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code


def an_item(
    value_type: str, concept: tuple[str, str, str], below: tuple[Dataset, ...] = (), **value: object
) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", value_type
    item.ConceptNameCodeSequence = [a_code(*concept)]
    for keyword, each in value.items():
        setattr(item, keyword, each)
    if below:
        item.ContentSequence = list(below)
    return item


def a_number(digits: str = "12.30", unit: str = "mGy") -> Dataset:
    measured = Dataset()
    measured.NumericValue = digits
    measured.MeasurementUnitsCodeSequence = [a_code(unit, "UCUM", unit)]
    return an_item("NUM", ("113830", "DCM", "Mean CTDIvol"), MeasuredValueSequence=[measured])
