"""An examination's doses without the person: what statistics are made of.

Nothing here tells who was examined: age is a number of years, and of descriptions only the words of
the field that stood in them are kept.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType, Phantom


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One irradiation event as a report states it.

    Attributes:
        label: Acquisition Protocol; empty when there is none.
        region: Name of the target region (``REGIONS``); empty when it is not stated.
        with_contrast: By Procedure Context; None when it is not stated.
    """

    label: str = ""
    region: str = ""
    phantom: Phantom | None = None
    acquisition_type: CTAcquisitionType | None = None
    with_contrast: bool | None = None
    ctdi_vol_mgy: Decimal | None = None
    dlp_mgy_cm: Decimal | None = None
    ssde_mgy: Decimal | None = None
    kvp: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One reported study.

    Attributes:
        study_instance_uid: The study.
        report_uid: The report that the values are from.
        performed_on: Study Date; None when it is not a date.
        scanner: Identifier of the scanner; empty when it is not known.
        procedure_codes: Code Values of the procedures (JJ1017, or the site's own).
        words: Words of the field that descriptions of the study hold.
        age_years: The patient's age on that day.
        weight_kg: The patient's weight.
        scans: The events that carry dose, in their order.
        layout: The layout the dose was read with.
        software: The version of the code that made the report.
        tables: The versions of the tables of reference levels that were in force.
    """

    study_instance_uid: str
    report_uid: str
    performed_on: date | None = None
    scanner: str = ""
    procedure_codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    age_years: Decimal | None = None
    weight_kg: Decimal | None = None
    scans: tuple[Scan, ...] = ()
    layout: str = ""
    software: str = ""
    tables: str = ""

    @property
    def dlp_mgy_cm(self) -> Decimal | None:
        """The sum over all scans; None when there is none, or one does not state its DLP."""
        dlps = [scan.dlp_mgy_cm for scan in self.scans]
        known = [dlp for dlp in dlps if dlp is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(dlps) else None
