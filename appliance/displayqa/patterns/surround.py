"""The level at a share of a display's greatest luminance, from what was measured of it."""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

from appliance.displayqa.gsdf import jnd_index, luminance_cd_m2
from appliance.displayqa.patterns.panel import Panel

SHARE = 0.2
"""Of the greatest luminance, around the square that is measured (PS3.14 D.1)."""
FEWEST = 2


def surround_level(
    panel: Panel, luminances_cd_m2: Mapping[int, float], share: float = SHARE
) -> int:
    """The level whose luminance is nearest to ``share`` of the greatest one.

    ``luminances_cd_m2`` is by level of the panel, from 0 to white. Between readings the JND index
    is taken for linear, so that black and white are enough for a display that keeps the GSDF.
    Raises ValueError where the readings do not go from 0 to white, do not rise with the level, are
    outside the GSDF, or begin above the share.
    """
    levels = sorted(luminances_cd_m2)
    _check(panel, levels, luminances_cd_m2)
    jnds = [jnd_index(luminances_cd_m2[level]) for level in levels]
    wanted = jnd_index(share * luminances_cd_m2[levels[-1]])
    if wanted < jnds[0]:
        raise ValueError("black is brighter than the surround would have to be")
    above = max(1, bisect_left(jnds, wanted))
    return _nearest(levels[above - 1 : above + 1], jnds[above - 1 : above + 1], wanted)


def _check(panel: Panel, levels: list[int], luminances_cd_m2: Mapping[int, float]) -> None:
    if len(levels) < FEWEST or (levels[0], levels[-1]) != (0, panel.white):
        raise ValueError(f"readings do not go from level 0 to {panel.white}")
    if any(luminances_cd_m2[low] >= luminances_cd_m2[high] for low, high in pairwise(levels)):
        raise ValueError("luminance does not rise with the level")


def _nearest(levels: list[int], jnds: list[float], wanted: float) -> int:
    first, last = levels
    slope = (jnds[1] - jnds[0]) / (last - first)
    exact = first + (wanted - jnds[0]) / slope
    below = min(last - 1, int(exact))
    target = luminance_cd_m2(wanted)
    near = {at: luminance_cd_m2(jnds[0] + slope * (at - first)) for at in (below, below + 1)}
    return min(near, key=lambda at: abs(near[at] - target))
