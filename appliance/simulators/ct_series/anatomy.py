"""Sections of patients made of ellipses: what is known exactly can be measured exactly.

Hounsfield units; lengths in mm, x to the patient's left and y to the back, from the centre.
"""

from dataclasses import dataclass, field
from math import pi, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

AIR, WATER, LUNG, BONE, TABLE = -1000, 0, -800, 700, -200
Section = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A cylinder cut across; it replaces what it lies in."""

    lateral_mm: float
    ap_mm: float
    hounsfield: float = WATER
    x_mm: float = 0
    y_mm: float = 0

    @property
    def area_mm2(self) -> float:
        """Its cross-section."""
        return pi / 4 * self.lateral_mm * self.ap_mm

    def covers(self, x_mm: Section, y_mm: Section) -> NDArray[np.bool_]:
        """Which of the points lie in it."""
        across = ((x_mm - self.x_mm) * 2 / self.lateral_mm) ** 2
        return np.asarray(across + ((y_mm - self.y_mm) * 2 / self.ap_mm) ** 2 <= 1)


@dataclass(frozen=True, slots=True)
class Body:
    """A trunk or a head with what lies in it, and the table below it."""

    outline: Ellipse
    within: tuple[Ellipse, ...] = field(default=())
    table: bool = True
    gap_mm: float = 0
    """Between the back and the table: a mattress is that much air."""

    @classmethod
    def of_water(cls, diameter_mm: float, *, table: bool = False) -> Self:
        """A cylinder of water."""
        return cls(Ellipse(diameter_mm, diameter_mm), table=table)

    @property
    def water_equivalent_diameter_mm(self) -> float:
        """Of the drawing, exactly; parts within must not overlap each other."""
        water = self.outline.area_mm2 * (1 + self.outline.hounsfield / 1000)
        for part in self.within:
            water += part.area_mm2 * (part.hounsfield - self.outline.hounsfield) / 1000
        return 2 * sqrt(water / pi)


CHEST = Body(
    Ellipse(340, 230),
    (
        Ellipse(110, 150, LUNG, -75, -10),
        Ellipse(110, 150, LUNG, 75, -10),
        Ellipse(30, 30, BONE, 0, 85),
    ),
)
ABDOMEN = Body(Ellipse(320, 230), (Ellipse(35, 35, BONE, 0, 80),))
HEAD = Body(Ellipse(150, 190), (Ellipse(134, 174, 35),), table=False)
BODIES = {"HEAD": HEAD, "CHEST": CHEST, "ABDOMEN": ABDOMEN}


def section(
    body: Body,
    matrix: int,
    field_of_view_mm: float = 500,
    *,
    centre_mm: tuple[float, float] = (0, 0),
) -> Section:
    """The Hounsfield units of ``matrix`` x ``matrix`` pixels over the field of view.

    ``centre_mm`` is the point of the body in its middle; off it, parts of the body are cut away.
    Each pixel is the mean of four by four points, so that edges do not stand on the pixels' grid.
    """
    fine = 4
    step = field_of_view_mm / (matrix * fine)
    along = np.asarray((np.arange(matrix * fine) + 0.5) * step - field_of_view_mm / 2, np.float64)
    x_mm, y_mm = along[None, :] + centre_mm[0], along[:, None] + centre_mm[1]
    drawn = np.full((matrix * fine, matrix * fine), float(AIR), np.float32)
    for part in (*_table(body), body.outline, *body.within):
        drawn[part.covers(x_mm, y_mm)] = part.hounsfield
    across = drawn.reshape(-1, fine).mean(axis=1).reshape(-1, matrix)
    pixels: Section = across.reshape(matrix, fine, matrix).mean(axis=1).astype(np.float64)
    return pixels


def noisy(drawn: Section, deviation: float, seed: int = 0) -> Section:
    """The same with noise of so many Hounsfield units (standard deviation)."""
    return drawn + np.random.default_rng(seed).normal(0, deviation, drawn.shape)


def _table(body: Body) -> tuple[Ellipse, ...]:
    """A hollow shell: a thin cover over foam."""
    if not body.table:
        return ()
    below = body.outline.y_mm + body.outline.ap_mm / 2 + body.gap_mm + 20
    return (Ellipse(420, 40, TABLE, 0, below), Ellipse(414, 34, -950, 0, below))
