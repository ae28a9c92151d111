"""What a console prints of one examination: every value as its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from appliance.dose.coded import CTAcquisitionType, Phantom

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Scan:
    """One row of a dose screen; None is not printed, or printed as a dash."""

    label: str
    """Type (``Helical``) or protocol name (``Abdomen``), as the layout has it."""
    series: str
    acquisition_type: CTAcquisitionType | None = None
    scan_range: str | None = None
    ctdi_vol_mgy: str | None = None
    dlp_mgy_cm: str | None = None
    phantom: Phantom | None = None
    kv: str | None = None
    mas: str | None = None
    reference_mas: str | None = None
    tube_current_ma: str | None = None
    rotation_time_s: str | None = None
    slice_mm: str | None = None
    exposure_time_s: str | None = None
    mode: str | None = None
    """The type as printed, on layouts where it is not the label."""
    start_mm: str | None = None
    end_mm: str | None = None
    """The ends of the scan range, on layouts that print each in a column of its own."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A dose screen's content; ``position`` is the patient's, as ``H-SP``."""

    scans: tuple[Scan, ...]
    total_dlp_mgy_cm: str | None
    total_mas: str | None = None
    position: str = "H-SP"


@dataclass(frozen=True, slots=True)
class Identity:
    """What is printed of, and stored with, patient and study; dates as YYYYMMDD, times HHMMSS."""

    study_instance_uid: str
    patient_name: str = "PHANTOM^CT"
    patient_id: str = "0000001"
    birth_date: str = "19600101"
    accession_number: str = "A000001"
    study_id: str = "1744"
    study_date: str = "20120104"
    study_time: str = "102200"
    description: str = "CT THORAX/ABDOMEN"
    specific_character_set: str = "ISO_IR 100"

    def printed_date(self, separator: str) -> str:
        """The study's date as ``04-Jan-2012``, with one separator or another."""
        year, month, day = self.study_date[:4], int(self.study_date[4:6]), self.study_date[6:]
        return separator.join((day, _MONTHS[month - 1], year))

    @property
    def iso_date(self) -> str:
        """The study's date as ``2012/01/04``."""
        return f"{self.study_date[:4]}/{self.study_date[4:6]}/{self.study_date[6:]}"

    @property
    def printed_name(self) -> str:
        """The alphabetic name as a console prints it."""
        return self.patient_name.split("=")[0].replace("^", " ").strip()


def of_no_report(scan: Scan, headings: Sequence[str]) -> tuple[str, ...]:
    """What stands in columns that belong into no report."""
    return tuple(
        str(7 * len(scan.label) + at) if scan.dlp_mgy_cm else "-" for at in range(len(headings))
    )


def truth(examination: Examination, *, phantom_printed: bool = True) -> dict[str, Any]:
    """The screen's numbers that belong into a report, by the keys of ``appliance read``."""
    return {
        "total_dlp_mgy_cm": examination.total_dlp_mgy_cm,
        "events": [
            {
                "label": scan.label,
                "series": scan.series,
                "type": scan.acquisition_type.name if scan.acquisition_type else None,
                "ctdi_vol_mgy": scan.ctdi_vol_mgy,
                "dlp_mgy_cm": scan.dlp_mgy_cm,
                "phantom": scan.phantom.name if scan.phantom and phantom_printed else None,
                "kvp": scan.kv,
                "exposure_mas": scan.mas,
            }
            for scan in examination.scans
            if scan.dlp_mgy_cm is not None
        ],
    }


def dlp_sum(scans: Iterable[Scan]) -> str:
    """The plain sum of the printed DLPs, whatever the phantoms."""
    return str(sum((Decimal(scan.dlp_mgy_cm) for scan in scans if scan.dlp_mgy_cm), Decimal()))
