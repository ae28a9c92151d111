"""What a summary says, before it is FHIR."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The patient, as far as the report says; empty is unknown.

    ``names`` are the component groups of PN: alphabetic, ideographic, phonetic. ``is_pseudonym``:
    Patient Identity Removed (0012,0062) is YES, so the ID is of no hospital.
    """

    patient_id: str
    is_pseudonym: bool
    issuer: str
    names: tuple[str, ...]
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """The irradiating device, as far as the report says; empty is unknown."""

    manufacturer: str
    model_name: str
    serial_number: str
    uid: str

    @property
    def is_known(self) -> bool:
        """Whether anything at all is said of it."""
        return bool(self.manufacturer or self.model_name or self.serial_number or self.uid)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSummary:
    """One report, summed up.

    Attributes:
        sop_instance_uid: Of the report.
        study_instance_uid: Of its study.
        accession_number: Of the order; empty when unknown.
        started_at: When irradiation began, as DICOM DT (``20120314081711+0900``); empty: unknown.
        dlp_total_mgy_cm: CT Dose Length Product Total as the report has it.
        irradiation_events: Total Number of Irradiation Events; None when it is not stated.
        replaces_another: Whether the report names a predecessor.
        is_complete: Whether the report calls itself complete.
        authorised_by: Who authorised the irradiation; empty when unknown.
    """

    sop_instance_uid: str
    study_instance_uid: str
    accession_number: str
    started_at: str
    dlp_total_mgy_cm: Decimal
    irradiation_events: int | None
    replaces_another: bool
    is_complete: bool
    authorised_by: str
    patient: Person
    equipment: Equipment

    @property
    def status(self) -> str:
        """``Observation.status``."""
        if not self.is_complete:
            return "preliminary"
        return "amended" if self.replaces_another else "final"
