"""When a row MC applies: the conditions that ``rows.txt`` names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from pydicom import Dataset

from appliance.dose.coded import (
    Coded,
    CTAcquisitionType,
    EffectiveDoseMethod,
    Phantom,
    SizeSpecificDoseMethod,
)
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.readback import child, children, is_coded


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a condition looks at: the report, the acquisition and the item around an item."""

    report: Dataset
    acquisition: Dataset | None = None
    observer: Dataset | None = None
    parent: Dataset | None = None


def _acquisition_is(*kinds: CTAcquisitionType, around: Surroundings) -> bool:
    item = child(around.acquisition, Concept.CT_ACQUISITION_TYPE)
    return item is not None and _is_one_of(item, kinds)


def _observer_is(kind: Fixed, around: Surroundings) -> bool:
    return _is_one_of(around.observer or Dataset(), (kind,))


def _phantoms_differ(around: Surroundings) -> bool:
    doses = [child(a, Concept.CT_DOSE) for a in children(around.report, Concept.CT_ACQUISITION)]
    types = [child(dose, Concept.CTDIW_PHANTOM_TYPE) for dose in doses]
    used = {
        phantom
        for phantom in Phantom
        for each in types
        if each is not None and _is_one_of(each, (phantom,))
    }
    return len(used) > 1


def _z_is_given(around: Surroundings) -> bool:
    ends = (Concept.TOP_Z_LOCATION, Concept.BOTTOM_Z_LOCATION)
    return any(child(around.parent, end) is not None for end in ends)


def _total_was(method: EffectiveDoseMethod, around: Surroundings) -> bool:
    """The method of an effective dose total is its sibling."""
    item = child(around.parent, Concept.MEASUREMENT_METHOD)
    return item is not None and _is_one_of(item, (method,))


def _method_is(*methods: SizeSpecificDoseMethod, around: Surroundings) -> bool:
    """The dimensions of a size specific dose stand below their method."""
    return around.parent is not None and _is_one_of(around.parent, methods)


def _is_one_of(item: Dataset, values: tuple[Coded, ...]) -> bool:
    return any(is_coded(item.get("ConceptCodeSequence"), each) for each in values)


_SPIRAL, _SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
_LATERAL, _AP = SizeSpecificDoseMethod.LATERAL, SizeSpecificDoseMethod.AP
_BOTH, _AGE = SizeSpecificDoseMethod.LATERAL_AND_AP, SizeSpecificDoseMethod.AGE

CONDITIONS: Mapping[str, Callable[[Surroundings], bool]] = {
    "spiral or sequenced": lambda around: _acquisition_is(_SPIRAL, _SEQUENCED, around=around),
    "not constant angle": lambda around: (
        not _acquisition_is(CTAcquisitionType.CONSTANT_ANGLE, around=around)
    ),
    "phantoms differ": _phantoms_differ,
    "a Z location is given": _z_is_given,
    "person": partial(_observer_is, Fixed.PERSON),
    "device": partial(_observer_is, Fixed.DEVICE),
    "the dose was computed": partial(_total_was, EffectiveDoseMethod.DLP_COMPUTED),
    "the dose was measured": partial(_total_was, EffectiveDoseMethod.DLP_MEASURED),
    "the method takes a lateral dimension": lambda around: _method_is(
        _LATERAL, _BOTH, around=around
    ),
    "the method takes an AP dimension": lambda around: _method_is(_AP, _BOTH, around=around),
    "the method takes an effective diameter": lambda around: _method_is(
        _LATERAL, _AP, _BOTH, _AGE, around=around
    ),
    "the method takes a water equivalent diameter": lambda around: _method_is(
        SizeSpecificDoseMethod.WATER_EQUIVALENT, around=around
    ),
}
