"""What was done, said in the object itself (PS3.15 E.1.1 and PS3.3 C.7.1.1)."""

from pydicom import Dataset

from appliance.deidentify.option import BASIC_PROFILE, MEANINGS, Option
from appliance.deidentify.work import Work


def say_method(kept: Dataset, work: Work) -> tuple[str, ...]:
    """Write the method into ``kept``; the Code Values of CID 7050 of what was really applied."""
    codes = (BASIC_PROFILE, *sorted(option.code_value for option in work.applied))
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = "PS3.15 Annex E, default deny"
    kept.DeidentificationMethodCodeSequence = [_code(value) for value in codes]
    kept.LongitudinalTemporalInformationModified = _temporal(work)
    return codes


def _temporal(work: Work) -> str:
    if Option.RETAIN_FULL_DATES in work.applied:
        return "UNMODIFIED"
    return "MODIFIED" if Option.RETAIN_MODIFIED_DATES in work.applied else "REMOVED"


def _code(value: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = value, "DCM"
    code.CodeMeaning = MEANINGS[value]
    return code
