"""The pitch of a monospaced font: the one distance that all its characters keep."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from appliance.dose.record import Box

PITCHES = (0.6, 1.5, 0.25)
"""From, to (capital heights) and step (pixels) of the pitches that are tried."""
FARTHEST = 2.6
LEAST_STEPS = 30
KEPT = 0.9
"""Share of the distances that must be the pitch or twice the pitch, a blank between."""
WITHIN_PX = 1.0


def pitch_px(rows: Sequence[Sequence[Box]], capital_px: int) -> float | None:
    """The pitch of ``rows`` of characters from left to right; None for a proportional font."""
    centres = [[(box.left + box.right) / 2 for box in row] for row in rows]
    steps = np.array([right - left for row in centres for left, right in pairwise(row)])
    steps = steps[steps <= FARTHEST * capital_px]
    if len(steps) < LEAST_STEPS:
        return None
    low, high, step = PITCHES
    pitches = np.arange(low * capital_px, high * capital_px, step)[:, None]
    misses = np.minimum(np.abs(steps - pitches), np.abs(steps - 2 * pitches))
    kept = (misses <= WITHIN_PX).mean(axis=1)
    best = int(kept.argmax())
    return float(pitches[best, 0]) if kept[best] >= KEPT else None
