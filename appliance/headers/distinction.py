"""Whether two irradiations of a study are two: images that nothing joins may still be of one.

It matters where the images alone say which irradiations there were, since one would be reported
twice; on the rows of a dose screen they are matched or not.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.doubt import Doubt, Reason
from appliance.headers.acquisition import Acquisition, Grouping
from appliance.headers.element import named
from appliance.headers.event import Described
from appliance.headers.moment import seconds_between
from appliance.headers.motion import STANDING

NO_PAUSE_S = Decimal(1)
"""A scanner needs longer than this from the end of a spiral to the next."""


def indistinct(found: Sequence[Described]) -> Iterator[Doubt]:
    """A doubt for each irradiation with a dose that may be an earlier one of ``found`` again."""
    stating = [(at, each) for at, each in enumerate(found) if each.event.ctdi_vol_mgy is not None]
    doubted: set[int] = set()
    for (_, one), (at, other) in combinations(stating, 2):
        if at not in doubted and not _are_two(one, other):
            doubted.add(at)
            yield _doubt(at, other)


def _are_two(one: Described, other: Described) -> bool:
    """A scanner makes one irradiation at a time, and numbers what it makes."""
    first, second = one.acquisition, other.acquisition
    if first.times is not None and second.times is not None:
        apart = first.times[1] < second.times[0] or second.times[1] < first.times[0]
        return apart and not _may_be_rotations(one, other) and not _may_be_parts(one, other)
    if first.grouping is second.grouping is Grouping.EVENT_UID:
        return True
    return _numbers(first).isdisjoint(_numbers(second)) and not _may_be_rotations(one, other)


def _may_be_rotations(one: Described, other: Described) -> bool:
    """Whether both may be rotations of one scan: of one series, of one dose, and no spirals."""
    parts = (one, other)
    if any(part.acquisition.grouping is Grouping.EVENT_UID for part in parts):
        return False
    kinds = {part.event.acquisition_type and part.event.acquisition_type.value for part in parts}
    series = [{how.series_uid for how in part.acquisition.techniques} for part in parts]
    doses = {part.event.ctdi_vol_mgy and part.event.ctdi_vol_mgy.value for part in parts}
    return CTAcquisitionType.SPIRAL not in kinds and bool(series[0] & series[1]) and len(doses) == 1


def _may_be_parts(one: Described, other: Described) -> bool:
    """Whether both may be parts of one scan whose series have a UID each.

    They bear one number and state one dose and voltage, and no more time passed between them than
    between two images.
    """
    parts = (one, other)
    kinds = {part.event.acquisition_type and part.event.acquisition_type.value for part in parts}
    if kinds & STANDING or not _numbers(one.acquisition) & _numbers(other.acquisition) - {""}:
        return False
    said = [(part.event.ctdi_vol_mgy, part.event.kvp) for part in parts]
    if len({tuple(value and value.value for value in each) for each in said}) > 1:
        return False
    first, second = sorted((part.acquisition for part in parts), key=lambda part: part.times or ())
    return _follows(first, second)


def _follows(first: Acquisition, second: Acquisition) -> bool:
    """Whether the second began within the pace of the images; both have known times."""
    assert first.times is not None  # noqa: S101 - asked by whoever compared them
    assert second.times is not None  # noqa: S101 - as well
    paused = seconds_between(first.times[1], second.times[0])
    paces = [each for part in (first, second) for each in _paces(part)]
    return paused is not None and paused <= max([NO_PAUSE_S, *paces])


def _paces(part: Acquisition) -> Iterator[Decimal]:
    moments = sorted({each.acquired for each in part.slices})
    for before, after in pairwise(moments):
        yield seconds_between(before, after) or Decimal(0)


def _numbers(acquisition: Acquisition) -> set[str]:
    """Its Acquisition Numbers; a missing one may be any."""
    return {how.acquisition_number for how in acquisition.techniques}


def _doubt(at: int, found: Described) -> Doubt:
    dose, series = found.event.ctdi_vol_mgy, found.event.series
    detail = f"nothing tells scan {series.text if series else at + 1} from an earlier one"
    readings = ((named("CTDIvol"), dose.text),) if dose else ()
    uid = dose.origin.sop_instance_uid if dose else None
    return Doubt(Reason.HEADERS_CONTRADICT, detail, f"events[{at}].ctdi_vol_mgy", readings, uid)
