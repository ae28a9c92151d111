"""CT Acquisition Type of an irradiation: stated, or what words, table and places leave possible."""

from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.record import Sourced
from appliance.headers.element import named
from appliance.headers.motion import STANDING, STATED, possible_types
from appliance.headers.refusal import Why
from appliance.headers.slice import Kind
from appliance.headers.statement import COMPUTED, COPIED, Statement, origin_at
from appliance.headers.volume import SAME_PLACE_MM, Volume

STATIONARY, SEQUENCED = CTAcquisitionType.STATIONARY, CTAcquisitionType.SEQUENCED


def acquisition_type(said: Statement) -> Sourced[CTAcquisitionType] | None:
    """TID 10013 row 4, after PS3.3 C.8.15.3.2.1; refused when two attributes contradict.

    A localizer is made at a constant angle. What stood still is stationary when all slices fit
    into the collimation, sequenced when they do not.
    """
    if said.acquisition.kind is Kind.LOCALIZER:
        return _found(said, CTAcquisitionType.CONSTANT_ANGLE, "ImageType")
    spoken = {each for how in said.acquisition.techniques for each in possible_types(how)}
    possible = frozenset.intersection(*(types for _, types in spoken)) if spoken else frozenset()
    if spoken and not possible:
        said.refuse("acquisition_type", Why.DIFFERS, STATED, sorted({name for name, _ in spoken}))
    keyword = min((name for name, _ in spoken), default=STATED)
    if len(possible) == 1:
        return _found(said, next(iter(possible)), STATED if _is_stated(said) else keyword)
    place = _standing(said.acquisition.volume, said.total_collimation_mm)
    return _found(said, place, keyword) if possible == STANDING and place else None


def _is_stated(said: Statement) -> bool:
    return any(how.acquisition_type for how in said.acquisition.techniques)


def _standing(volume: Volume, collimation_mm: Decimal | None) -> CTAcquisitionType | None:
    """Stationary or sequenced, by the places of the slices; None when they do not tell."""
    if len(volume.places_mm) == 1:
        return STATIONARY
    if _is_moved_on(volume):
        return SEQUENCED
    length = volume.length_mm
    if length is None or collimation_mm is None:
        return None
    if length <= collimation_mm + SAME_PLACE_MM:
        return STATIONARY
    return None if volume.repeats else SEQUENCED


def _is_moved_on(volume: Volume) -> bool:
    """Whether there are several numbered rotations, no place in two of them."""
    numbers = {each.technique.acquisition_number for each in volume.slices}
    return len(numbers) > 1 and bool(volume.places_mm) and not volume.repeats


def _found(said: Statement, kind: CTAcquisitionType, keyword: str) -> Sourced[CTAcquisitionType]:
    source = COPIED if keyword == STATED else COMPUTED
    first = said.acquisition.volume.slices[0]
    return Sourced(kind, kind.name, origin_at(first, source, named(keyword)))
