"""Acquisitions: the slices of one irradiation, told from those of others and from copies.

A scanner makes one irradiation at a time. So slices belong together that name the same Irradiation
Event UID; without one, or with one that several irradiations bear, those that were acquired in the
same span of time under the same acquisition number, whatever series they were reconstructed into.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from appliance.headers.equipment import are_several
from appliance.headers.event_uid import shared_uids
from appliance.headers.moment import span
from appliance.headers.motion import stood_still
from appliance.headers.slice import Kind, Slice, Technique
from appliance.headers.volume import Volume, widest

UNKNOWN_LAST = "9"
"""Sorts behind every moment."""


class Grouping(StrEnum):
    """By what the slices of an acquisition were found to belong together."""

    EVENT_UID = "Irradiation Event UID"
    ROTATIONS = "rotations of one series"
    TIME = "acquisition number and time"


_STRONGEST = tuple(Grouping)


@dataclass(frozen=True, eq=False)
class Acquisition:
    """The slices of one irradiation, all its reconstructions, in a fixed order."""

    slices: tuple[Slice, ...]
    grouping: Grouping

    @property
    def kind(self) -> Kind:
        """Whether it is a localizer."""
        return self.slices[0].technique.kind

    @cached_property
    def techniques(self) -> tuple[Technique, ...]:
        """Every technique of its slices, in a fixed order."""
        return tuple({each.technique: None for each in self.slices})

    @cached_property
    def reconstructions(self) -> tuple[Volume, ...]:
        """Its slices, reconstruction by reconstruction."""
        found: dict[tuple[object, ...], list[Slice]] = defaultdict(list)
        for each in self.slices:
            how = each.technique
            found[how.series_uid, how.kernel, how.thickness_mm, how.image_type].append(each)
        return tuple(Volume(tuple(part)) for part in found.values())

    @cached_property
    def volume(self) -> Volume:
        """The reconstruction that reaches farthest: every part of the body once."""
        return widest(self.reconstructions)

    @cached_property
    def lacks_images(self) -> bool:
        """Whether Instance Numbers between those of the widest reconstruction's series lack."""
        series = self.volume.slices[0].technique.series_uid
        own = [each for each in self.slices if each.technique.series_uid == series]
        numbers = {each.number for each in own if each.number is not None}
        return bool(numbers) and max(numbers) - min(numbers) >= len(numbers)

    @cached_property
    def begins(self) -> bool:
        """Whether the image of the first moment is the first of its series, or frames of one."""
        if self.times is None:
            return False
        first = [each for each in self.slices if each.acquired == self.times[0]]
        is_all = len(first) == len(self.slices)
        return is_all or any(each.number == 1 or each.frame is not None for each in first)

    @cached_property
    def repeats(self) -> bool:
        """Whether one place was imaged at several moments."""
        moments: dict[object, set[str]] = defaultdict(set)
        for each in self.slices:
            if each.z_mm is not None and each.acquired:
                moments[each.z_mm].add(each.acquired)
        return any(len(each) > 1 for each in moments.values())

    @cached_property
    def times(self) -> tuple[str, str] | None:
        """The first and the last moment of acquisition, when every slice states one."""
        return span([each.acquired for each in self.slices])


def acquisitions(slices: Iterable[Slice]) -> tuple[Acquisition, ...]:
    """Every irradiation that ``slices`` come from, in the order of time; their order is nothing."""
    found = list(_grouped(sorted(slices, key=_order)))
    return tuple(sorted(_joined(_with_rotations(found)), key=_first))


def _grouped(slices: Sequence[Slice]) -> Iterator[Acquisition]:
    """Slices that bear one UID, and those of one number in a series."""
    shared = shared_uids(slices)
    parts: dict[tuple[Grouping, tuple[object, ...]], list[Slice]] = defaultdict(list)
    for each in slices:
        how = each.technique
        if how.event_uid and (how.event_uid, how.kind) not in shared:
            parts[Grouping.EVENT_UID, (how.event_uid, how.kind)].append(each)
        else:
            parts[Grouping.TIME, (how.kind, how.series_uid, how.acquisition_number)].append(each)
    for (grouping, _), part in parts.items():
        yield Acquisition(tuple(part), grouping)


def _first(acquisition: Acquisition) -> tuple[object, ...]:
    earliest, *rest = _order(acquisition.slices[0])
    return (acquisition.times[0] if acquisition.times else earliest, *rest)


def _order(each: Slice) -> tuple[object, ...]:
    how = each.technique
    return (
        each.acquired or UNKNOWN_LAST,
        len(how.series_number),
        how.series_number,
        how.series_uid,
        each.z_mm is None,
        each.z_mm or 0,
        each.sop_instance_uid,
        each.frame or 0,
    )


def _with_rotations(parts: Sequence[Acquisition]) -> Iterator[Acquisition]:
    """Rotations of one scan that has an acquisition number for each, as one."""
    scans: dict[object, list[Acquisition]] = defaultdict(list)
    for part in parts:
        scans[_scan(part) if _is_rotation(part) else part].append(part)
    for scan in scans.values():
        yield _merged(scan, Grouping.ROTATIONS)


def _is_rotation(part: Acquisition) -> bool:
    """Whether the table stood still: so the headers say, or there is one place and no motion."""
    if part.grouping is Grouping.EVENT_UID or part.kind is Kind.LOCALIZER:
        return False
    still = {stood_still(how) for how in part.techniques}
    return still == {True} or (still == {None} and len(part.volume.places_mm) == 1)


def _scan(part: Acquisition) -> tuple[object, ...]:
    """What rotations of one scan have in common: all but number, current, place and time."""
    techniques = frozenset(replace(how, acquisition_number="") for how in part.techniques)
    return techniques, frozenset(each.ctdi_vol_mgy for each in part.slices)


def _joined(parts: Iterable[Acquisition]) -> Iterator[Acquisition]:
    """Parts of the same irradiation as one; each part is compared with all that came before."""
    clusters: list[list[Acquisition]] = []
    for part in sorted(parts, key=_first):
        same = [each for each in clusters if any(_is_same(other, part) for other in each)]
        clusters = [each for each in clusters if each not in same]
        clusters.append([*(part for each in same for part in each), part])
    for cluster in clusters:
        yield _merged(cluster, min((part.grouping for part in cluster), key=_STRONGEST.index))


def _merged(parts: Sequence[Acquisition], grouping: Grouping) -> Acquisition:
    if len(parts) == 1:
        return parts[0]
    slices = sorted((each for part in parts for each in part.slices), key=_order)
    return Acquisition(tuple(slices), grouping)


def _is_same(one: Acquisition, other: Acquisition) -> bool:
    """Whether both are one irradiation: their times meet, and nothing they state differs."""
    if one.kind is not other.kind or one.times is None or other.times is None:
        return False
    if Grouping.EVENT_UID is one.grouping is other.grouping:
        return False
    meet = one.times[0] <= other.times[1] and other.times[0] <= one.times[1]
    if are_several([one.techniques[0].equipment, other.techniques[0].equipment]):
        return False
    return meet and all(
        _agree(
            {getattr(how, name) for how in one.techniques},
            {getattr(how, name) for how in other.techniques},
        )
        for name in ("acquisition_number", "frame_of_reference_uid")
    )


def _agree(one: set[str], other: set[str]) -> bool:
    """Whether two parts may say the same: something in common, or one says nothing."""
    return bool(one & other) or one == {""} or other == {""}
