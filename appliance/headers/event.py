"""Irradiation events from acquisitions: every value the headers say, or why it is not taken."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from appliance.dose.coded import CTAcquisitionType, Phantom, ProcedureContext
from appliance.dose.doubt import Doubt
from appliance.dose.record import IrradiationEvent, Sourced, Text
from appliance.dose.region import Region, region_named_in
from appliance.headers.acquisition import Acquisition
from appliance.headers.element import named
from appliance.headers.refusal import Refusal, Why
from appliance.headers.slice import Kind, Slice
from appliance.headers.statement import COMPUTED, COPIED, Statement, distinct, origin_at
from appliance.headers.tube import tube

PHANTOMS = {phantom.code_value: phantom for phantom in Phantom}
TECHNIQUE = {
    "kvp": "KVP",
    "rotation_time_s": "RevolutionTime",
    "single_collimation_mm": "SingleCollimationWidth",
    "total_collimation_mm": "TotalCollimationWidth",
    "pitch": "SpiralPitchFactor",
}
"""Record field → attribute, of what must not change within an irradiation."""


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
    event = IrradiationEvent(**_identity(said), **_technique(said), **_dose(said), **_aim(said))
    return Described(acquisition, event, tuple(said.doubts), tuple(said.refusals))


def _identity(said: Statement) -> dict[str, Any]:
    return {
        "label": _of_volume(said, "ProtocolName", "protocol_name")
        or _of_volume(said, "SeriesDescription", "series_description"),
        "series": _of_volume(said, "SeriesNumber", "series_number"),
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


def _of_volume(said: Statement, keyword: str, name: str) -> Text | None:
    """What the reconstruction with the most slices says; others may be called otherwise."""
    for each in said.acquisition.volume:
        value = str(getattr(each.technique, name))
        if value:
            return Sourced(value, value, origin_at(each, COPIED, named(keyword)))
    return None


def _started(said: Statement) -> Text | None:
    """DateTime Started: the earliest acquisition of its slices (TID 10013 row 6f)."""
    times = said.acquisition.times
    if times is None:
        return None
    first = next(each for each in said.acquisition.slices if each.acquired == times[0])
    detail = f"earliest {named('AcquisitionDateTime')}"
    return Sourced(times[0], times[0], origin_at(first, COMPUTED, detail))


def _technique(said: Statement) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: said.agreed(name, keyword, partial(_number, name))
        for name, keyword in TECHNIQUE.items()
    }
    return found | {"acquisition_type": _acquisition_type(said)} | tube(said, found["kvp"])


def _number(name: str, each: Slice) -> Decimal | None:
    value = getattr(each.technique, name)
    return value if isinstance(value, Decimal) else None


def _acquisition_type(said: Statement) -> Sourced[CTAcquisitionType] | None:
    """Acquisition Type (0018,9302); a localizer is made at a constant angle (C.8.15.3.2.1)."""
    if said.acquisition.kind is Kind.LOCALIZER:
        kind = CTAcquisitionType.CONSTANT_ANGLE
        origin = origin_at(said.acquisition.volume[0], COMPUTED, named("ImageType"))
        return Sourced(kind, kind.name, origin)
    word = said.agreed(
        "acquisition_type", "AcquisitionType", lambda each: each.technique.acquisition_type
    )
    if word is None or word.value not in CTAcquisitionType.__members__:
        return None
    return Sourced(CTAcquisitionType.from_name(word.value), word.text, word.origin)


def _dose(said: Statement) -> dict[str, Any]:
    return {"ctdi_vol_mgy": _ctdi_vol(said), "phantom": _phantom(said)}


def _ctdi_vol(said: Statement) -> Sourced[Decimal] | None:
    """CTDIvol (0018,9345) where all slices that state it state the same."""
    stated = distinct(each.ctdi_vol_mgy for each in said.acquisition.slices)
    if len(stated) > 1:
        said.doubt("ctdi_vol_mgy", "CTDIvol", stated)
        return None
    return said.agreed("ctdi_vol_mgy", "CTDIvol", lambda each: each.ctdi_vol_mgy)


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
    """Body Part Examined (0018,0015), as the region that its word names."""
    part = said.agreed("target_region", "BodyPartExamined", lambda each: each.technique.body_part)
    region = region_named_in(part.value) if part else None
    if part is None or region is None:
        return None
    return Sourced(region, part.text, part.origin)


def _context(said: Statement) -> Sourced[ProcedureContext] | None:
    """With contrast where every slice names an agent; an empty or absent one says nothing."""
    agents = [_agent(each) for each in said.acquisition.slices]
    if not all(agents):
        return None
    context = ProcedureContext.WITH_CONTRAST
    origin = origin_at(said.acquisition.volume[0], COPIED, named("ContrastBolusAgent"))
    return Sourced(context, agents[0], origin)


def _agent(each: Slice) -> str:
    return each.technique.contrast_agent
