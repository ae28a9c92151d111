"""Acquisitions: the slices of one irradiation, told from those of others and from copies.

A scanner makes one irradiation at a time. So slices belong together that name the same Irradiation
Event UID; without one, that were acquired in the same span of time under the same acquisition
number, whatever series they were reconstructed into.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from appliance.headers.slice import Kind, Slice, Technique


class Grouping(StrEnum):
    """By what the slices of an acquisition were found to belong together."""

    EVENT_UID = "Irradiation Event UID"
    TIME = "acquisition number and time"
    ROTATIONS = "rotations of one series"


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
    def reconstructions(self) -> tuple[tuple[Slice, ...], ...]:
        """Its slices, reconstruction by reconstruction; the one with most slices first."""
        found: dict[tuple[object, ...], list[Slice]] = defaultdict(list)
        for each in self.slices:
            how = each.technique
            found[how.series_uid, how.kernel, how.thickness_mm].append(each)
        return tuple(map(tuple, sorted(found.values(), key=lambda part: -len(part))))

    @property
    def volume(self) -> tuple[Slice, ...]:
        """The reconstruction with the most slices: every part of the body once."""
        return self.reconstructions[0]

    @property
    def times(self) -> tuple[str, str] | None:
        """The first and the last moment of acquisition, when every slice states one."""
        return _times(self.slices)


def acquisitions(slices: Iterable[Slice]) -> tuple[Acquisition, ...]:
    """Every irradiation that ``slices`` come from, in the order of time; their order is nothing."""
    parts: dict[tuple[object, ...], list[Slice]] = defaultdict(list)
    for each in in_order(slices):
        parts[_key(each)].append(each)
    found = [Acquisition(tuple(part), _grouping(part[0])) for part in parts.values()]
    return tuple(sorted(_joined(found), key=lambda each: _order(each.slices[0])))


def in_order(slices: Iterable[Slice]) -> list[Slice]:
    """Each slice once, by time, series and place."""
    once: dict[tuple[str, int | None], Slice] = {}
    for each in sorted(slices, key=_order, reverse=True):
        once[each.sop_instance_uid, each.frame] = each
    return sorted(once.values(), key=_order)


def _key(each: Slice) -> tuple[object, ...]:
    how = each.technique
    if how.event_uid:
        return (how.event_uid,)
    return (how.kind, how.series_uid, how.acquisition_number)


def _grouping(each: Slice) -> Grouping:
    return Grouping.EVENT_UID if each.technique.event_uid else Grouping.TIME


def _order(each: Slice) -> tuple[object, ...]:
    how = each.technique
    return (
        each.acquired or "9",
        len(how.series_number),
        how.series_number,
        how.series_uid,
        each.z_mm is None,
        each.z_mm or 0,
        each.sop_instance_uid,
        each.frame or 0,
        repr(how),
        repr(each),
    )


def _joined(parts: Sequence[Acquisition]) -> Iterator[Acquisition]:
    """Parts of the same irradiation as one; each part is compared with all that came before."""
    whole: list[Acquisition] = []
    for part in sorted(parts, key=lambda each: _order(each.slices[0])):
        same = [each for each in whole if _is_same(each, part)]
        whole = [each for each in whole if each not in same]
        whole.append(_merged([*same, part]) if same else part)
    yield from whole


def _merged(parts: Sequence[Acquisition]) -> Acquisition:
    slices = in_order(each for part in parts for each in part.slices)
    named = any(part.grouping is Grouping.EVENT_UID for part in parts)
    return Acquisition(tuple(slices), Grouping.EVENT_UID if named else Grouping.TIME)


def _is_same(one: Acquisition, other: Acquisition) -> bool:
    """Whether both are one irradiation: their times meet, and nothing they state differs."""
    if one.kind is not other.kind or one.times is None or other.times is None:
        return False
    if Grouping.EVENT_UID is one.grouping is other.grouping:
        return False
    meet = one.times[0] <= other.times[1] and other.times[0] <= one.times[1]
    return meet and all(
        _agree({getattr(how, name) for part in (one, other) for how in part.techniques})
        for name in ("acquisition_number", "frame_of_reference_uid")
    )


def _agree(values: set[str]) -> bool:
    return len(values - {""}) <= 1


def _times(slices: Sequence[Slice]) -> tuple[str, str] | None:
    found = [each.acquired for each in slices]
    return (min(found), max(found)) if all(found) else None
