"""The scanned range of one event, as its measured sections show it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from appliance.dose.record import IrradiationEvent
from appliance.headers.size.method import Range
from appliance.headers.size.patient import Size
from appliance.headers.size.refusal import NoEstimate, Unfit
from appliance.headers.size.slice_size import SliceSize

MM_A_CM = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One position: ``weight_mm`` is the length that it stands for."""

    z_mm: float
    weight_mm: float
    size: Size
    sop_instance_uid: str


@dataclass(frozen=True, slots=True)
class ScannedRange:
    """The positions of one reconstruction, from the lowest z; at least one."""

    parts: tuple[Part, ...]

    @property
    def covered_mm(self) -> float:
        """The length that the positions stand for; 0 for a single one."""
        return sum(part.weight_mm for part in self.parts) if len(self.parts) > 1 else 0.0

    @property
    def greatest_gap_mm(self) -> float:
        """The longest way from one position to the next."""
        steps = pairwise(self.parts)
        return max((after.z_mm - before.z_mm for before, after in steps), default=0.0)

    @property
    def middle(self) -> Part:
        """The position nearest to the middle of the range."""
        centre = (self.parts[0].z_mm + self.parts[-1].z_mm) / 2
        return min(self.parts, key=lambda part: abs(part.z_mm - centre))

    def mean(self, value: Callable[[Size], float]) -> float:
        """Over z."""
        length = sum(part.weight_mm for part in self.parts)
        return sum(value(part.size) * part.weight_mm for part in self.parts) / length

    @property
    def truncated_share(self) -> float:
        """Of the outline, as the root of the mean square: the error grows with the square."""
        return sqrt(self.mean(lambda size: size.truncated_share**2))


def range_of(
    event: IrradiationEvent, sizes: Iterable[SliceSize], limits: Range
) -> ScannedRange | NoEstimate:
    """The range as the longest reconstruction shows it that does, or why none does.

    Copies and other phases at the same place count once. A reconstruction in which one section
    could not be measured is not used.
    """
    series: dict[tuple[str, str], list[SliceSize]] = defaultdict(list)
    for each in sizes:
        series[each.series_uid, each.reconstruction].append(each)
    found = [_positions(series[key]) for key in sorted(series)]
    ranges = [each for each in found if isinstance(each, ScannedRange)]
    if not ranges:
        return next(
            (each for each in found if isinstance(each, NoEstimate)), NoEstimate(Unfit.NO_IMAGES)
        )
    fit = [each for each in ranges if _unfit(event, each, limits) is None]
    best = min(fit or ranges, key=lambda each: (-each.covered_mm, -len(each.parts)))
    return _unfit(event, best, limits) or best


def _positions(found: Iterable[SliceSize]) -> ScannedRange | NoEstimate:
    """One part for each z; the first by UID where several have one, whatever their order."""
    by_z: dict[float, tuple[Size, str]] = {}
    for each in sorted(found, key=lambda one: (one.sop_instance_uid, one.frame or 0)):
        if isinstance(each.size, Unfit):
            return NoEstimate(each.size, each.sop_instance_uid)
        if each.z_mm is not None:
            by_z.setdefault(float(each.z_mm), (each.size, each.sop_instance_uid))
    weights = _weights(sorted(by_z))
    return ScannedRange(
        tuple(Part(z, weight, *by_z[z]) for z, weight in zip(sorted(by_z), weights, strict=True))
    )


def _weights(heights: Sequence[float]) -> list[float]:
    """Half of the way to each neighbour; at an end the same again. Equal for equal steps."""
    steps = [after - before for before, after in pairwise(heights)]
    if not steps:
        return [1.0] * len(heights)
    return [(a + b) / 2 for a, b in zip([steps[0], *steps], [*steps, steps[-1]], strict=True)]


def _unfit(event: IrradiationEvent, found: ScannedRange, limits: Range) -> NoEstimate | None:
    """Why the range does not do, if it does not."""
    if (share := found.truncated_share) > limits.truncated_share:
        return NoEstimate(Unfit.TRUNCATED, f"{share:.1%} > {limits.truncated_share:.1%}")
    if (gap := found.greatest_gap_mm) > limits.gap_mm:
        return NoEstimate(Unfit.RANGE_NOT_COVERED, f"{gap:.0f} mm > {limits.gap_mm:.0f} mm")
    length = _scanning_length_mm(event)
    if length is None or found.covered_mm < limits.covered_share * length:
        scanned = "?" if length is None else f"{length:.0f}"
        return NoEstimate(Unfit.RANGE_NOT_COVERED, f"{found.covered_mm:.0f} mm of {scanned} mm")
    return None


def _scanning_length_mm(event: IrradiationEvent) -> float | None:
    """DLP by CTDIvol, overranging included; else as the record has it."""
    dlp, ctdi_vol = event.dlp_mgy_cm, event.ctdi_vol_mgy
    if dlp is not None and ctdi_vol is not None and ctdi_vol.value > 0:
        return float(dlp.value / ctdi_vol.value) * MM_A_CM
    scanned = event.scanning_length_mm or event.reconstructable_length_mm
    return None if scanned is None else float(scanned.value)
