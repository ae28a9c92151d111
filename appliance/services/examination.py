"""What the history of doses keeps of a report: its doses, and nothing that names anybody.

**Knows:** which parts of a report tell an examination.
**Does not know:** where it is kept (``doses``), what it is compared with (``drl``).
"""

from collections.abc import Iterator
from decimal import Decimal

from pydicom import Dataset

from appliance.dose.coded import ProcedureContext
from appliance.dose.examination import Examination, Scan
from appliance.dose.record import IrradiationEvent, Number, Sourced
from appliance.drl.exam import exams
from appliance.rdsr import read_native
from appliance.services.patient import age_years, day_of, weight_kg

CODE_SEQUENCES = ("PerformedProcedureCodeSequence", "ProcedureCodeSequence")
DESCRIPTIONS = ("StudyDescription", "RequestedProcedureDescription")
MOST_CODES = 16


def examination_of(report: Dataset, *, scanner: str, layout: str, tables: str) -> Examination:
    """The examination that ``report`` is of.

    Of descriptions only the words of the field are taken: they are free text, and a name may stand
    in them.
    """
    record = read_native(report)
    events = record.dose_events if record else ()
    return Examination(
        study_instance_uid=str(report.StudyInstanceUID),
        report_uid=str(report.SOPInstanceUID),
        performed_on=day_of(report, "StudyDate"),
        scanner=scanner,
        procedure_codes=tuple(dict.fromkeys(_codes(report)))[:MOST_CODES],
        words=exams().words_in(_descriptions(report)),
        age_years=age_years(report),
        weight_kg=weight_kg(report),
        scans=tuple(map(_scan, events)),
        layout=layout,
        software=str(report.get("SoftwareVersions") or ""),
        tables=tables,
    )


def _scan(event: IrradiationEvent) -> Scan:
    context, sizes = event.procedure_context, event.size_specific_doses
    return Scan(
        label=event.label.value if event.label else "",
        region=event.target_region.value.name if event.target_region else "",
        phantom=event.phantom.value if event.phantom else None,
        acquisition_type=event.acquisition_type.value if event.acquisition_type else None,
        with_contrast=_with_contrast(context),
        ctdi_vol_mgy=_value(event.ctdi_vol_mgy),
        dlp_mgy_cm=_value(event.dlp_mgy_cm),
        ssde_mgy=sizes[0].ssde_mgy.value if len(sizes) == 1 else None,
        kvp=_value(event.kvp),
    )


def _with_contrast(context: Sourced[ProcedureContext] | None) -> bool | None:
    return None if context is None else context.value is ProcedureContext.WITH_CONTRAST


def _value(number: Number | None) -> Decimal | None:
    return None if number is None else number.value


def _codes(report: Dataset) -> Iterator[str]:
    """Code Values of what was performed, and of what was asked for."""
    requests = report.get("ReferencedRequestSequence") or ()
    sequences = [report.get(keyword) for keyword in CODE_SEQUENCES]
    sequences += [each.get("RequestedProcedureCodeSequence") for each in requests]
    for sequence in sequences:
        yield from (str(item.get("CodeValue")) for item in sequence or () if item.get("CodeValue"))


def _descriptions(report: Dataset) -> Iterator[str]:
    for item in (report, *(report.get("ReferencedRequestSequence") or ())):
        yield from (str(item.get(keyword) or "") for keyword in DESCRIPTIONS)
