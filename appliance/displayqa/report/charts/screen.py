"""The screen as it stands, with what was read at each place."""

from collections.abc import Mapping

from appliance.charts.drawing import BAD, GOOD, INK, Drawing
from appliance.displayqa.report.figures import plain
from appliance.displayqa.report.words import Words
from appliance.displayqa.sessions.places import PLACES

LONGEST = 300.0
MARGIN = 8.0
DOT = 4.0


def screen_map(
    luminances_cd_m2: Mapping[str, float], proportion: tuple[int, int], words: Words
) -> str:
    """Luminance in cd/m2 by place, and its share of the greatest; ``proportion``: width, height.

    The least and the greatest are marked. A place that no map has is not drawn.
    """
    width, height = _fitted(proportion)
    drawing = Drawing(width + 2 * MARGIN, height + 2 * MARGIN, words.say("chart_screen"))
    drawing.box((MARGIN, MARGIN), (width, height), "#f7f7f7", INK)
    ends = {min(luminances_cd_m2.values()), max(luminances_cd_m2.values())}
    most = max(ends)
    for place, luminance in luminances_cd_m2.items():
        if place not in PLACES:
            continue
        across, down = PLACES[place]
        x, y = MARGIN + width * float(across), MARGIN + height * float(down)
        drawing.dot((x, y - 6), DOT, BAD if luminance in ends and len(ends) > 1 else GOOD)
        drawing.text((x, y + 13), plain(luminance), "middle")
        share = f"{100 * luminance / most:.1f} %" if most else "-"
        drawing.text((x, y + 26), share, "middle", 10)
    return drawing.markup


def _fitted(proportion: tuple[int, int]) -> tuple[float, float]:
    """The screen's shape, its longer side as long as there is room; never a mere line."""
    longer = max(proportion)
    across, down = (max(LONGEST * each / longer, LONGEST / 2) for each in proportion)
    return across, down
