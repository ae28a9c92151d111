"""Irradiation events from acquisitions: every value the headers say, or why it is not taken."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from appliance.dose.coded import Phantom, ProcedureContext
from appliance.dose.doubt import Doubt
from appliance.dose.record import IrradiationEvent, Number, Sourced, Text
from appliance.dose.region import REGIONS, Region, region_named_in
from appliance.headers.acquisition import Acquisition
from appliance.headers.acquisition_type import acquisition_type
from appliance.headers.dose_index import ctdi_vol
from appliance.headers.dose_length import private_dlp
from appliance.headers.element import named
from appliance.headers.refusal import Refusal, Why
from appliance.headers.slice import Kind, Slice
from appliance.headers.statement import COMPUTED, COPIED, Statement, distinct, origin_at
from appliance.headers.travel import rotation_time, travel
from appliance.headers.tube import tubes
from appliance.headers.words import names_no_agent

PHANTOMS = {phantom.code_value: phantom for phantom in Phantom}
REGION_CODES = {region.code_value: region for region in REGIONS.values()}
AGENT = "ContrastBolusAgent"
_WITH, _WITHOUT = ProcedureContext.WITH_CONTRAST, ProcedureContext.WITHOUT_CONTRAST
TECHNIQUE = {
    "rotation_time_s": "RevolutionTime",
    "single_collimation_mm": "SingleCollimationWidth",
    "total_collimation_mm": "TotalCollimationWidth",
    "pitch": "SpiralPitchFactor",
}
"""Record field → attribute, of what must not change within an irradiation."""
TURNING = ("rotation_time_s", "pitch")


@dataclass(frozen=True, slots=True)
class Described:
    """An acquisition as an event of the record."""

    acquisition: Acquisition
    event: IrradiationEvent
    doubts: tuple[Doubt, ...]
    refusals: tuple[Refusal, ...]


def described(at: int, acquisition: Acquisition) -> Described:
    """``acquisition`` as the record's event number ``at``."""
    said = Statement(at, acquisition)
    event = IrradiationEvent(**_identity(said), **_scan(said), **_aim(said))
    return Described(acquisition, event, tuple(said.doubts), tuple(said.refusals))


def _identity(said: Statement) -> dict[str, Any]:
    return {
        "label": _of_first_series(said, "ProtocolName", "protocol_name")
        or _of_first_series(said, "SeriesDescription", "series_description"),
        "series": _of_first_series(said, "SeriesNumber", "series_number"),
        "acquisition": said.agreed(
            "acquisition", "AcquisitionNumber", lambda each: each.technique.acquisition_number
        ),
        "irradiation_event_uid": said.agreed(
            "irradiation_event_uid", "IrradiationEventUID", lambda each: each.technique.event_uid
        ),
        "frame_of_reference_uid": said.agreed(
            "frame_of_reference_uid",
            "FrameOfReferenceUID",
            lambda each: each.technique.frame_of_reference_uid,
        ),
        "started": _started(said),
    }


def _of_first_series(said: Statement, keyword: str, name: str) -> Text | None:
    """What the series with the lowest number says; reconstructions after it have higher ones."""
    stating = [each for each in said.acquisition.slices if getattr(each.technique, name)]
    if not stating:
        return None
    first = min(stating, key=lambda each: _ascending(each.technique.series_number))
    value = str(getattr(first.technique, name))
    return Sourced(value, value, origin_at(first, COPIED, named(keyword)))


def _ascending(number: str) -> tuple[bool, int, str]:
    return (not number, len(number), number)


def _started(said: Statement) -> Text | None:
    """DateTime Started: the earliest acquisition of its slices (TID 10013 row 6f)."""
    times = said.acquisition.times
    if times is None:
        return None
    first = next(each for each in said.acquisition.slices if each.acquired == times[0])
    detail = f"earliest {named('AcquisitionDateTime')}"
    return Sourced(times[0], times[0], origin_at(first, COMPUTED, detail))


def _scan(said: Statement) -> dict[str, Any]:
    """How it was irradiated, and with what dose."""
    sourced = acquisition_type(said)
    kind = sourced.value if sourced else None
    constants: dict[str, Any] = {
        name: said.agreed(name, keyword, partial(_number, name))
        for name, keyword in TECHNIQUE.items()
    }
    dose: dict[str, Any] = {"ctdi_vol_mgy": ctdi_vol(said, kind), "phantom": _phantom(said)}
    dose |= {"dlp_mgy_cm": private_dlp(said, dose["ctdi_vol_mgy"])}
    constants["rotation_time_s"] = constants["rotation_time_s"] or rotation_time(said)
    if said.acquisition.kind is Kind.LOCALIZER:  # nothing turned, whatever the console wrote
        constants = {name: value for name, value in constants.items() if name not in TURNING}
    sources = _turned(tubes(said), constants.get("rotation_time_s"))
    return constants | {"acquisition_type": sourced} | sources | travel(said, kind) | dose


def _turned(sources: dict[str, Any], rotation_time_s: Number | None) -> dict[str, Any]:
    """Further sources are on the same gantry: Revolution Time (0018,9305) is that of all."""
    further = sources.get("further_sources", ())
    turned = tuple(replace(each, rotation_time_s=rotation_time_s) for each in further)
    return sources | {"further_sources": turned} if turned else sources


def _number(name: str, each: Slice) -> Decimal | None:
    value = getattr(each.technique, name)
    return value if isinstance(value, Decimal) else None


def _phantom(said: Statement) -> Sourced[Phantom] | None:
    """CTDI Phantom Type Code Sequence (0018,9346)."""
    codes = said.agreed(
        "phantom", "CTDIPhantomTypeCodeSequence", lambda each: each.technique.phantoms
    )
    if codes is None:
        return None
    if len(codes.value) != 1 or codes.value[0] not in PHANTOMS:
        said.refuse("phantom", Why.UNKNOWN_WORD, "CTDIPhantomTypeCodeSequence", codes.value)
        return None
    phantom = PHANTOMS[codes.value[0]]
    return Sourced(phantom, phantom.name, codes.origin)


def _aim(said: Statement) -> dict[str, Any]:
    return {"target_region": _region(said), "procedure_context": _context(said)}


def _region(said: Statement) -> Sourced[Region] | None:
    """The region that Body Part Examined (0018,0015) names, else that of Anatomic Region."""
    part = said.agreed("target_region", "BodyPartExamined", lambda each: each.technique.body_part)
    region = region_named_in(part.value) if part else None
    if part is not None and region is not None:
        return Sourced(region, region.name, part.origin)
    codes = said.agreed(
        "target_region", "AnatomicRegionSequence", lambda each: each.technique.regions
    )
    if codes is None or len(codes.value) != 1 or codes.value[0] not in REGION_CODES:
        return None
    region = REGION_CODES[codes.value[0]]
    return Sourced(region, region.name, codes.origin)


def _context(said: Statement) -> Sourced[ProcedureContext] | None:
    """With or without contrast, where every slice says the same.

    Contrast/Bolus Usage of a frame says yes or no. Contrast/Bolus Agent (0018,0010) says with whose
    help: a name is yes, a word for none is no; many consoles always write it empty, which says
    nothing, as does its absence.
    """
    contexts = [_context_of(each) for each in said.acquisition.slices]
    if len(set(contexts)) > 1:
        said.refuse("procedure_context", Why.DIFFERS, AGENT, distinct(map(_agent, contexts)))
    first = contexts[0]
    if len(set(contexts)) > 1 or first is None:
        return None
    origin = origin_at(said.acquisition.slices[0], COPIED, named(AGENT))
    return Sourced(first, first.name, origin)


def _context_of(each: Slice) -> ProcedureContext | None:
    used, agent = set(each.technique.contrast_administered), each.technique.contrast_agent
    if used:
        with_contrast = "YES" in used
        return _WITH if with_contrast else _WITHOUT if used == {"NO"} else None
    if not agent:
        return None
    return _WITHOUT if names_no_agent(agent) else _WITH


def _agent(context: ProcedureContext | None) -> str:
    return context.name if context else "nothing"
