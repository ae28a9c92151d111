"""Whether two irradiations of a study are two: images that nothing joins may still be of one.

It matters where the images alone say which irradiations there were, since one would be reported
twice; on the rows of a dose screen they are matched or not.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.doubt import Doubt, Reason
from appliance.headers.acquisition import Acquisition, Grouping
from appliance.headers.element import named
from appliance.headers.event import Described


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
        return apart and not _may_be_rotations(one, other)
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


def _numbers(acquisition: Acquisition) -> set[str]:
    """Its Acquisition Numbers; a missing one may be any."""
    return {how.acquisition_number for how in acquisition.techniques}


def _doubt(at: int, found: Described) -> Doubt:
    dose, series = found.event.ctdi_vol_mgy, found.event.series
    detail = f"nothing tells scan {series.text if series else at + 1} from an earlier one"
    readings = ((named("CTDIvol"), dose.text),) if dose else ()
    uid = dose.origin.sop_instance_uid if dose else None
    return Doubt(Reason.HEADERS_CONTRADICT, detail, f"events[{at}].ctdi_vol_mgy", readings, uid)
