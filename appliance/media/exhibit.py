"""What a page shows of one object: who, when, where, and the doses."""

from dataclasses import dataclass

from pydicom import Dataset

from appliance.dose.record import CTRadiationDose


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One object as people read it; texts are as the object states them, empty where it is silent.

    Attributes:
        file: Where it lies on the medium, with slashes.
        dose: The doses of a report; None for an image.
        is_verified: Whether a person verified the document (0040,A493).
    """

    file: str
    patient_name: str
    patient_id: str
    birth_date: str
    sex: str
    study_date: str
    accession_number: str
    study_description: str
    institution_name: str
    scanner: str
    modality: str
    dose: CTRadiationDose | None
    is_verified: bool = False


def exhibit(dataset: Dataset, file: str, dose: CTRadiationDose | None) -> Exhibit:
    """The object ``dataset``; its pixels are not looked at."""
    maker = (_text(dataset, "Manufacturer"), _text(dataset, "ManufacturerModelName"))
    return Exhibit(
        file=file,
        patient_name=_name(_text(dataset, "PatientName")),
        patient_id=_text(dataset, "PatientID"),
        birth_date=_day(_text(dataset, "PatientBirthDate")),
        sex=_text(dataset, "PatientSex"),
        study_date=_day(_text(dataset, "StudyDate")),
        accession_number=_text(dataset, "AccessionNumber"),
        study_description=_text(dataset, "StudyDescription"),
        institution_name=_text(dataset, "InstitutionName"),
        scanner=" ".join(filter(None, maker)),
        modality=_text(dataset, "Modality"),
        dose=dose,
        is_verified=_text(dataset, "VerificationFlag") == "VERIFIED",
    )


def _text(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _name(text: str) -> str:
    """Component groups side by side, components with spaces (PS3.5 6.2.1)."""
    groups = (" ".join(filter(None, group.split("^"))) for group in text.split("="))
    return " / ".join(filter(None, groups))


def _day(text: str) -> str:
    if len(text) == len("YYYYMMDD") and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
