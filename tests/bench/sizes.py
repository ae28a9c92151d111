"""How right a patient's size is on drawn sections, and what one costs."""

from collections.abc import Iterator
from dataclasses import replace
from time import process_time

import numpy as np

from appliance.headers.size.method import shipped
from appliance.headers.size.patient import Size, size_of
from appliance.headers.size.stored import Pixels
from appliance.simulators.ct_series.anatomy import (
    ABDOMEN,
    CHEST,
    Body,
    Ellipse,
    noisy,
    section,
)

MATRIX, FIELD_OF_VIEW_MM = 512, 500
BODIES = {
    "water 10 cm": Body.of_water(100),
    "water 32 cm": Body.of_water(320),
    "water 32 cm on a table": Body.of_water(320, table=True),
    "water 45 cm on a table": Body.of_water(450, table=True),
    "abdomen on a table": ABDOMEN,
    "abdomen 15 mm above a table": replace(ABDOMEN, gap_mm=15),
    "chest on a table": CHEST,
    "chest of an infant, wall 5 mm": Body(Ellipse(110, 85), (Ellipse(100, 75, -400),)),
}
NOISE_HU = (0, 15, 60)
SHIFTS_MM = (80, 90, 95, 100, 110, 120, 140)
TIMES = 50


def pixels(body: Body, noise_hu: float = 15, shift_mm: float = 0) -> Pixels:
    """A section whose values stop at -1024, as many consoles' do."""
    drawn = section(body, MATRIX, FIELD_OF_VIEW_MM, centre_mm=(shift_mm, 0))
    values = np.maximum(noisy(drawn, noise_hu), -1024).astype(np.float32)
    mm = FIELD_OF_VIEW_MM / MATRIX
    return Pixels(values, np.zeros(values.shape, np.bool_), mm, mm)


def run() -> dict[str, object]:
    """Errors in mm and percent, and milliseconds a section."""
    table = [*_errors(), *_cut_off()]
    return {
        "rows": table,
        "table": table,
        "ratios": {"CPU ms a section of 512 x 512": _duration_ms()},
    }


def _measured(given: Pixels) -> Size:
    found = size_of(given, shipped().patient)
    if not isinstance(found, Size):
        raise TypeError(found)
    return found


def _errors() -> Iterator[str]:
    yield "| section | " + " | ".join(f"noise {noise} HU" for noise in NOISE_HU) + " |"
    yield "|---|" + "---|" * len(NOISE_HU)
    for name, body in BODIES.items():
        errors = [_error_mm(_measured(pixels(body, noise)), body) for noise in NOISE_HU]
        yield f"| {name} | " + " | ".join(f"{error:+.2f} mm" for error in errors) + " |"


def _error_mm(found: Size, body: Body) -> float:
    return found.water_equivalent_diameter_mm - body.water_equivalent_diameter_mm


def _cut_off() -> Iterator[str]:
    yield "| abdomen beside the middle | share cut off | error |"
    yield "|---|---|---|"
    for shift in SHIFTS_MM:
        found = _measured(pixels(ABDOMEN, 15, shift))
        error = _error_mm(found, ABDOMEN) / ABDOMEN.water_equivalent_diameter_mm
        yield f"| {shift} mm | {found.truncated_share:.1%} | {error:+.1%} |"


def _duration_ms() -> float:
    given = pixels(CHEST)
    started = process_time()
    for _ in range(TIMES):
        _measured(given)
    return round((process_time() - started) / TIMES * 1000, 1)
