"""Where the patient is in a section, and how large.

What is denser than air is the patient, the table, cloth and tubes; what it encloses is lung, where
it is denser than foam. The thin is taken away, the largest that is left is the patient, further
parts that are thick are arms and legs, and what a part encloses belongs to it: bowel gas.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import pi, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.headers.size.method import Patient
from appliance.headers.size.refusal import Unfit
from appliance.headers.size.stored import Pixels

Mask = NDArray[np.uint8]
WATER_BY_HU = np.float32(1 / 1000)
AIR_STEP = 7
"""Of the surrounding pixels one in so many is looked at."""
SMOOTH_PX = 5
"""Over so many pixels noise is averaged before air is told from lung."""
RIM_PX = 2
"""How near to the edge an outline counts as cut off."""
SMALLEST_MM2 = 2000.0
"""A patient's section is larger: a circle of 5 cm."""


@dataclass(frozen=True, slots=True)
class Size:
    """A patient's section.

    Attributes:
        lateral_mm: Its greatest width.
        ap_mm: Its greatest depth.
        water_equivalent_diameter_mm: AAPM Report 220, equation 4.
        truncated_share: How much of its outline lies at the edge of what was reconstructed.
    """

    lateral_mm: float
    ap_mm: float
    water_equivalent_diameter_mm: float
    truncated_share: float


def size_of(pixels: Pixels, limits: Patient) -> Size | Unfit:
    """The patient's size in a section, or why none can be taken."""
    unseen = _unseen(pixels, limits)
    dense = ((pixels.hounsfield > limits.tissue_hu) & (unseen == 0)).astype(np.uint8)
    body = _body(dense, pixels, limits)
    if body is None:
        return Unfit.NO_PATIENT
    truncated = _truncated(pixels, body, unseen, limits)
    if not truncated and not _is_hounsfield(pixels, body, unseen, limits):
        return Unfit.NOT_HOUNSFIELD
    _, _, columns, rows = cv2.boundingRect(body)
    return Size(
        lateral_mm=columns * pixels.column_mm,
        ap_mm=rows * pixels.row_mm,
        water_equivalent_diameter_mm=_water(pixels, body, unseen, limits),
        truncated_share=truncated,
    )


def _unseen(pixels: Pixels, limits: Patient) -> Mask:
    """What was not reconstructed: padding, and a frame of one value around the circle."""
    unseen = (pixels.padded | (pixels.hounsfield < limits.outside_hu)).astype(np.uint8)
    rows, columns = unseen.shape
    frame = _outside_circle(rows, columns)
    values = pixels.hounsfield[frame]
    if values.size and values.min() == values.max():
        unseen[frame] = 1
    return unseen


@lru_cache(maxsize=4)
def _outside_circle(rows: int, columns: int) -> NDArray[np.bool_]:
    """Pixels wholly outside of the circle that fills the matrix."""
    y, x = np.ogrid[:rows, :columns]
    radius = min(rows, columns) / 2
    distance = (x - (columns - 1) / 2) ** 2 + (y - (rows - 1) / 2) ** 2
    return np.asarray(distance > (radius + 1) ** 2)


def _without_thin(dense: Mask, width_mm: float, pixels: Pixels) -> Mask:
    """What a disc of this width fits into."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, _odd(width_mm / 2, pixels))
    return np.asarray(cv2.morphologyEx(dense, cv2.MORPH_OPEN, disc), np.uint8)


def _widened(mask: Mask, by_mm: float, pixels: Pixels) -> Mask:
    """With a margin on every side."""
    square = cv2.getStructuringElement(cv2.MORPH_RECT, _odd(by_mm, pixels))
    return np.asarray(cv2.dilate(mask, square), np.uint8)


def _odd(radius_mm: float, pixels: Pixels) -> tuple[int, int]:
    """Columns and rows of a structuring element that reaches so far from its centre."""
    return (
        2 * max(round(radius_mm / pixels.column_mm), 1) + 1,
        2 * max(round(radius_mm / pixels.row_mm), 1) + 1,
    )


def _body(dense: Mask, pixels: Pixels, limits: Patient) -> Mask | None:
    """The patient without table, with what he encloses; None where there is nobody."""
    whole = dense | _lungs(dense, pixels, limits)
    solid = _filled(_without_thin(whole, limits.thin_mm, pixels))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    if not len(areas) or areas.max() * pixels.row_mm * pixels.column_mm < SMALLEST_MM2:
        return None
    largest = int(areas.argmax()) + 1
    kept = (labels == largest).astype(np.uint8)
    if count > 2:  # noqa: PLR2004 - paper and the largest part
        depth = cv2.distanceTransform(solid, cv2.DIST_L2, 3) * min(pixels.row_mm, pixels.column_mm)
        thick = np.unique(labels[depth >= limits.thick_mm / 2])
        kept |= np.isin(labels, thick[thick > 0]).astype(np.uint8)
    return _filled(_regrown(kept, whole, pixels, limits))


def _lungs(dense: Mask, pixels: Pixels, limits: Patient) -> Mask:
    """What is enclosed and holds more than foam: a chest is whole before thin walls are taken off.

    The hollow of a table holds foam, a bowel gas; without the water in them nothing is lost.
    """
    holes = _filled(dense) - dense
    count, labels = cv2.connectedComponents(holes, connectivity=4)
    inside = holes == 1
    each = labels[inside]
    sums = np.bincount(each, pixels.hounsfield[inside], minlength=count)
    is_lung = sums > np.bincount(each, minlength=count) * limits.lung_hu
    holes[inside] = is_lung[each]
    return holes


def _regrown(kept: Mask, dense: Mask, pixels: Pixels, limits: Patient) -> Mask:
    """Corners that opening took, back: what is dense close by."""
    return (_widened(kept, limits.edge_mm / 2, pixels) & dense) | kept


def _filled(mask: Mask) -> Mask:
    """With everything that its outer outlines enclose."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled: Mask = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled


def _is_hounsfield(pixels: Pixels, body: Mask, unseen: Mask, limits: Patient) -> bool:
    """Whether the darker part of what surrounds the patient is air; hardly any is not judged.

    The lower quarter, because table and cloth are there too.
    """
    around = _widened(body, 2 * limits.edge_mm, pixels) | unseen
    air = pixels.hounsfield[around == 0]
    if air.size < limits.least_air_share * body.size:
        return True
    low, high = limits.air_hu
    return low <= float(np.percentile(air[::AIR_STEP], 25)) <= high


def _water(pixels: Pixels, body: Mask, unseen: Mask, limits: Patient) -> float:
    """The diameter of the circle of water that weakens as much.

    The mean times the area is the sum, so a margin of air around the outline adds nothing, and
    pixels that are part body, part air count as much as they hold.
    """
    inside = (_widened(body, limits.edge_mm, pixels) & (1 - unseen)) == 1
    water = pixels.hounsfield[inside] * WATER_BY_HU + 1
    area_mm2 = float(water.sum(dtype=np.float64)) * pixels.row_mm * pixels.column_mm
    return 2 * sqrt(max(area_mm2, 0) / pi)


def _truncated(pixels: Pixels, body: Mask, unseen: Mask, limits: Patient) -> float:
    """How much of the outline is not skin but the edge of what was reconstructed.

    Where more lies at the edge than a table does, what lies there is lung or chest, and the share
    is that of the edge: an image of a heart shows no outline of its patient.
    """
    seen = 1 - unseen
    rim = seen ^ _eroded(seen, RIM_PX)
    smooth = cv2.blur(pixels.hounsfield, (SMOOTH_PX, SMOOTH_PX))
    at_rim = smooth[rim == 1]
    filled = float((at_rim > limits.rim_hu).mean()) if at_rim.size else 0.0
    return max(_cut_share(pixels, body, rim), filled if filled > limits.rim_share else 0.0)


def _cut_share(pixels: Pixels, body: Mask, rim: Mask) -> float:
    """Of the convex hull, the sides with both ends at the rim: an open lung has no outline."""
    points, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.concatenate(points))[:, 0]
    sides = (np.roll(hull, -1, axis=0) - hull) * (pixels.column_mm, pixels.row_mm)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    cut = rim[hull[:, 1], hull[:, 0]] == 1
    return float(lengths[cut & np.roll(cut, -1)].sum() / lengths.sum())


def _eroded(mask: Mask, by_px: int) -> Mask:
    """Less so many pixels all around; beyond the matrix there is nothing."""
    square = np.ones((2 * by_px + 1, 2 * by_px + 1), np.uint8)
    smaller = np.asarray(cv2.erode(np.pad(mask, by_px), square), np.uint8)
    return smaller[by_px:-by_px, by_px:-by_px]
