"""A glyph as a vector that does not depend on its size."""

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.segment import Grey

ROWS, COLUMNS = 16, 12
LENGTH = ROWS * COLUMNS + 1

Vector = npt.NDArray[np.float32]


def features(grey: Grey) -> Vector:
    """``grey`` (rows, columns), stretched to 16 by 12, and its width over its height."""
    rows, columns = grey.shape
    stretched = cv2.resize(grey.astype(np.float32) / 255, (COLUMNS, ROWS), interpolation=_how(rows))
    return np.append(stretched.ravel(), np.float32(columns / rows))


def holes(grey: Grey, threshold: int = 127) -> int:
    """Regions of paper that ink encloses: 8 has two, 0 one, 1 none."""
    paper = cv2.copyMakeBorder(
        (grey <= threshold).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1,)
    )
    count, _ = cv2.connectedComponents(paper, connectivity=4)
    return int(count) - 2


def _how(rows: int) -> int:
    return cv2.INTER_AREA if rows > ROWS else cv2.INTER_LINEAR
