"""Who the patient is to a project, and how old."""

from datetime import timedelta

from pydicom import Dataset

from appliance.deidentify.moment import Moments, age, limited_age
from appliance.deidentify.option import Option
from appliance.deidentify.preset import Preset
from appliance.deidentify.pseudonym import Pseudonyms
from appliance.deidentify.work import Work

DAYS = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")


def moments_of(dataset: Dataset, preset: Preset, pseudonyms: Pseudonyms) -> Moments:
    """What becomes of the dates of this patient; of this study where no patient is named."""
    if Option.RETAIN_FULL_DATES in preset.options:
        return Moments(timedelta(), keeps_time_of_day=True)
    if Option.RETAIN_MODIFIED_DATES in preset.options:
        whose = _patient_id(dataset) or str(dataset.get("StudyInstanceUID"))
        return Moments(pseudonyms.shift(whose), preset.keeps_time_of_day)
    return Moments(None, keeps_time_of_day=False)


def name_patient(original: Dataset, kept: Dataset, work: Work) -> None:
    """Put the pseudonym in, and the age that goes with the birth date."""
    if work.preset.pseudonym:
        pseudonym = work.pseudonyms.patient(_patient_id(original))
        kept.PatientID, kept.PatientName = pseudonym, pseudonym
    else:
        kept.PatientID, kept.PatientName = "", ""
    days = (str(original.get(day) or "") for day in DAYS)
    derived = age(str(original.get("PatientBirthDate") or ""), next(filter(None, days), ""))
    if derived and not kept.get("PatientAge") and work.may(Option.RETAIN_PATIENT_CHARACTERISTICS):
        kept.PatientAge = limited_age(derived, work.preset.oldest_age_years)


def _patient_id(dataset: Dataset) -> str:
    return str(dataset.get("PatientID") or "").strip()
