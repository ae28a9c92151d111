"""Irradiation Event UIDs that are those of no event: a console wrote one into several irradiations.

What an irradiation has one of tells it: images that bear one UID and differ in pitch were not made
by one. Then they belong together as images without a UID do, by number and time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from appliance.dose.coded import CTAcquisitionType
from appliance.headers.moment import span
from appliance.headers.motion import possible_types
from appliance.headers.slice import Kind, Slice, Technique
from appliance.headers.words import source_letter

ONE_OF = ("protocol_name", "pitch", "rotation_time_s", "total_collimation_mm", "phantoms")
"""What the images of one irradiation do not differ in, where they state it."""

Bearer = tuple[str, Kind]


def shared_uids(slices: Iterable[Slice]) -> frozenset[Bearer]:
    """The UIDs, each with the kind of image, that several irradiations bear."""
    bearers: dict[Bearer, list[Slice]] = defaultdict(list)
    for each in slices:
        if each.technique.event_uid:
            bearers[each.technique.event_uid, each.technique.kind].append(each)
    return frozenset(uid for uid, images in bearers.items() if _are_several(images))


def _are_several(images: Sequence[Slice]) -> bool:
    techniques = {each.technique for each in images}
    names = ONE_OF if any(map(_has_sources, techniques)) else (*ONE_OF, "kvp")
    return any(_differ(techniques, name) for name in names) or _are_apart(images)


def _has_sources(how: Technique) -> bool:
    """Whether images of one irradiation may be of tubes with different voltages."""
    return bool(source_letter(how) or how.source_ids or how.further_sources)


def _differ(techniques: Iterable[Technique], name: str) -> bool:
    stated = {getattr(how, name) for how in techniques} - {None, "", ()}
    return len(stated) > 1


def _are_apart(images: Sequence[Slice]) -> bool:
    """Whether spirals, or localizers, have numbers of their own and follow each other in time.

    Rotations of a table that stands still may have a number each.
    """
    numbered: dict[str, list[Slice]] = defaultdict(list)
    for each in images:
        numbered[each.technique.acquisition_number].append(each)
    if "" in numbered or not all(_moves(each.technique) for each in images):
        return False
    spans = [span([each.acquired for each in part]) for part in numbered.values()]
    known = sorted(each for each in spans if each is not None)
    return len(known) == len(spans) and all(
        one[1] < other[0] for one, other in combinations(known, 2)
    )


def _moves(how: Technique) -> bool:
    if how.kind is Kind.LOCALIZER:
        return True
    return any(types == {CTAcquisitionType.SPIRAL} for _, types in possible_types(how))
