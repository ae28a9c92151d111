"""Scans as sources state them, in short."""

from decimal import Decimal
from typing import Any

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.merge import SourceKind
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Origin, Sourced

SCREEN = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "glyphs+fine", "1.2.1")
IMAGE = Origin(SourceOfDoseInformation.COPIED_FROM_IMAGE, "an attribute", "1.2.2")
PERSON = Origin(SourceOfDoseInformation.MANUAL_ENTRY, "Tanaka^Jiro")

SHORT = {
    "ctdi": "ctdi_vol_mgy",
    "dlp": "dlp_mgy_cm",
    "ma": "tube_current_ma",
    "uid": "irradiation_event_uid",
    "kind": "acquisition_type",
    "top": "top_z_mm",
    "bottom": "bottom_z_mm",
    "start": "scan_start_mm",
    "end": "scan_end_mm",
}
TEXTS = {"label", "series", "acquisition", "irradiation_event_uid", "started"}


def event(origin: Origin, **said: str) -> IrradiationEvent:
    """An event that says ``said``, each value as it would be printed."""
    values: dict[str, Any] = {}
    for key, text in said.items():
        name = SHORT.get(key, key)
        values[name] = Sourced(_value(name, text), text, origin)
    return IrradiationEvent(**values)


def screen(*rows: dict[str, str], total: str = "") -> CTRadiationDose:
    events = tuple(event(SCREEN, **row) for row in rows)
    dlp = Sourced(Decimal(total), total, SCREEN) if total else None
    return CTRadiationDose(events, dlp, layout="a layout")


def images(*scans: dict[str, str]) -> CTRadiationDose:
    return CTRadiationDose(tuple(event(IMAGE, **scan) for scan in scans))


def both(seen: CTRadiationDose, found: CTRadiationDose) -> dict[SourceKind, CTRadiationDose]:
    return {SourceKind.DOSE_SCREEN: seen, SourceKind.IMAGE_HEADERS: found}


def _value(name: str, text: str) -> object:
    if name == "acquisition_type":
        return CTAcquisitionType.from_name(text)
    if name == "phantom":
        return Phantom.from_name(text)
    return text if name in TEXTS else Decimal(text)
