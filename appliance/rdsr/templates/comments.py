"""The sentences of Comment (121106, DCM): what no row can hold, and what was not stated."""

from collections.abc import Iterable, Iterator

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.doubt import Reason
from appliance.dose.plausibility import doubts
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.rdsr.derived import is_derived
from appliance.rdsr.interval import Interval
from appliance.rdsr.parties import PersonObserver

SITE_RULE = "site rule"
"""``Origin.detail`` of a value that the site's configuration gives."""

BOUNDS = (
    "Start and End of X-Ray Irradiation are the earliest and the latest moment that the study's"
    " objects state; irradiation took place between them."
)
END_IS_A_BOUND = (
    "End of X-Ray Irradiation is the latest moment that the study's objects state; irradiation"
    " ended before it."
)
TOTAL_IS_A_SUM = "The dose screen prints no total; the total is the sum of the DLPs of its events."
TOTAL_ACCEPTED = "The total is not the sum of the DLPs of the events; a person accepted that."
_NAMES = {
    "label": "Acquisition Protocol",
    "series": "Irradiation Event Label",
    "acquisition_type": "CT Acquisition Type",
    "ctdi_vol_mgy": "Mean CTDIvol",
    "dlp_mgy_cm": "DLP",
    "phantom": "CTDIw Phantom Type",
    "kvp": "KVP",
    "exposure_mas": "mAs",
    "tube_current_ma": "X-Ray Tube Current",
    "exposure_time_s": "Exposure Time",
    "rotation_time_s": "Exposure Time per Rotation",
    "single_collimation_mm": "Nominal Single Collimation Width",
    "total_collimation_mm": "Nominal Total Collimation Width",
    "scan_start_mm": "scan range start",
    "scan_end_mm": "scan range end",
    "tube_current_max_ma": "Maximum X-Ray Tube Current",
    "pitch": "Pitch Factor",
    "x_ray_sources": "Number of X-Ray Sources",
    "scanning_length_mm": "Scanning Length",
    "reconstructable_length_mm": "Length of Reconstructable Volume",
    "top_z_mm": "Top Z Location of Reconstructable Volume",
    "bottom_z_mm": "Bottom Z Location of Reconstructable Volume",
    "frame_of_reference_uid": "Frame of Reference UID",
    "target_region": "Target Region",
    "procedure_context": "Procedure Context",
    "irradiation_event_uid": "Irradiation Event UID",
    "started": "DateTime Started",
    "acquisition": "Irradiation Event Label",
}
"""Each value of an event by the name of its row, or by what a screen calls it."""


def total_comment(record: CTRadiationDose, person: PersonObserver | None) -> str:
    """The comment on the total (TID 10012 row 12); empty when it is the printed sum."""
    if record.total_dlp_mgy_cm is None:
        dlps = [event.dlp_mgy_cm for event in record.dose_events]
        return TOTAL_IS_A_SUM if dlps and None not in dlps else ""
    mismatch = any(doubt.reason is Reason.TOTAL_MISMATCH for doubt in doubts(record))
    return TOTAL_ACCEPTED if person is not None and mismatch else ""


def event_comment(event: IrradiationEvent, *, region_is_stated: bool) -> str:
    """The comment on one event (TID 10013 row 37); empty when there is nothing to say."""
    return " ".join(_event_sentences(event, region_is_stated=region_is_stated))


def report_comment(
    total: Sourced[object] | None, person: PersonObserver | None, when: Interval
) -> str:
    """The comment on the report (TID 10011 row 11); empty when there is nothing to say."""
    sentences = [] if when.start_is_stated else [BOUNDS]
    if when.start_is_stated and not when.end_is_stated:
        sentences.append(END_IS_A_BOUND)
    if total is not None and is_entered(total):
        sentences.append("Entered by a person: CT Dose Length Product Total.")
    if person is not None and person.reason:
        sentences.append(f"Settled by a person, who gave the reason: {person.reason}")
    return " ".join(sentences)


def _event_sentences(event: IrradiationEvent, *, region_is_stated: bool) -> Iterator[str]:
    if not region_is_stated:
        yield "Target Region was not stated."
    if event.acquisition_type is None:
        yield "CT Acquisition Type was not stated."
    if event.scan_start_mm is not None and event.scan_end_mm is not None:
        yield f"Printed scan range: {event.scan_start_mm.text} to {event.scan_end_mm.text} mm."
    if event.exposure_mas is not None:
        yield f"Printed mAs: {event.exposure_mas.text}."
    if is_derived(event):
        yield "X-Ray Tube Current is derived: the printed mAs by Exposure Time."
    sourced = list(event.sourced())
    yield from _listed("Entered by a person", (n for n, v in sourced if is_entered(v)))
    yield from _listed("By rule of the site", (n for n, v in sourced if _is_ruled(v)))


def _listed(heading: str, fields: Iterable[str]) -> Iterator[str]:
    names = ", ".join(_NAMES[field] for field in fields)
    if names:
        yield f"{heading}: {names}."


def _is_ruled(value: Sourced[object]) -> bool:
    return value.origin.detail == SITE_RULE


def is_entered(value: Sourced[object]) -> bool:
    """Whether a person gave the value, and not a rule that a person wrote once."""
    manual = value.origin.source is SourceOfDoseInformation.MANUAL_ENTRY
    return manual and not _is_ruled(value)
