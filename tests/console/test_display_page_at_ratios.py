"""Screens whose pixels are not those of style sheets: drawn by device pixels, and warned of."""

from pathlib import Path

import numpy as np
import pytest

from appliance.console.screen import Caution
from appliance.displayqa.patterns import found
from appliance.displayqa.sessions.screen import Shown
from appliance.displays.display import Display
from tests.console.browsers import Window, chromium, meant
from tests.console.served import Served


@pytest.mark.parametrize(
    ("screen", "zoom_level", "size", "cautions"),
    [
        ("1400x1800 devicePixelRatio=2", 0, (1400, 1800), ()),
        ("1350x1050 devicePixelRatio=1.5", 0, (1350, 1050), (Caution.SCALED,)),
        ("900x700 colorDepth=16", 1.3, (900, 700), (Caution.ZOOMED, Caution.COLOUR_DEPTH)),
    ],
)
def test_device_pixels_are_drawn_whatever_the_ratio(
    tmp_path: Path, screen: str, zoom_level: float, size: tuple[int, int], cautions: tuple[Caution]
) -> None:
    width_px, height_px = size
    display = Display(
        name="any", workstation="any", ruleset="any", width_px=width_px, height_px=height_px
    )
    with Served(tmp_path, display) as served, chromium(screen, zoom_level) as browser:
        window = Window(browser, served).pair(display).fill()
        assert served.screen("any").show(found("tg18-qc")[0]) == Shown()
        state = served.pages.state("any")
        assert state is not None
        assert state.cautions == cautions
        if Caution.ZOOMED not in cautions:  # a screenshot of what is zoomed is scaled itself
            assert np.array_equal(window.pixels(), meant("tg18-qc", width_px, height_px))
        assert window.faults == []
