"""The quantities that limits are stated of."""

from enum import StrEnum


class Quantity(StrEnum):
    """What a figure is of; docs/displayqa.md has the formulas."""

    MAX_LUMINANCE = "max-luminance"
    MIN_LUMINANCE = "min-luminance"
    LUMINANCE_RATIO = "luminance-ratio"
    CONTRAST_RESPONSE = "contrast-response"
    AMBIENT_RATIO = "ambient-ratio"
    TARGET_DEVIATION = "target-deviation"
    UNIFORMITY = "uniformity"
    MEDIAN_DEVIATION = "median-deviation"
    SCREEN_CHROMATICITY = "screen-chromaticity"
    GREY_CHROMATICITY = "grey-chromaticity"
    WHITE_POINT = "white-point"
    DISPLAYS_LUMINANCE = "displays-luminance"
    DISPLAYS_CHROMATICITY = "displays-chromaticity"
    MAX_LUMINANCE_DRIFT = "max-luminance-drift"

    @property
    def unit(self) -> str:
        """For people and programs; empty for a plain number."""
        if self in {Quantity.MAX_LUMINANCE, Quantity.MIN_LUMINANCE}:
            return "cd/m2"
        return "%" if self in _PERCENT else ""

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return _MEANINGS[self]

    @property
    def is_response(self) -> bool:
        """Whether the grey scale and the ambient light tell it."""
        return self in _RESPONSE

    @property
    def is_of_screen(self) -> bool:
        """Whether it is measured at several places, at a level."""
        return self in _SCREEN

    @property
    def is_chromatic(self) -> bool:
        """Whether it needs u' and v'."""
        return self in _CHROMATIC

    @property
    def is_between_displays(self) -> bool:
        """Whether it needs the workstation's other displays."""
        return self in {Quantity.DISPLAYS_LUMINANCE, Quantity.DISPLAYS_CHROMATICITY}


_PERCENT = {
    Quantity.CONTRAST_RESPONSE,
    Quantity.TARGET_DEVIATION,
    Quantity.UNIFORMITY,
    Quantity.MEDIAN_DEVIATION,
    Quantity.DISPLAYS_LUMINANCE,
    Quantity.MAX_LUMINANCE_DRIFT,
}
_RESPONSE = {
    Quantity.MAX_LUMINANCE,
    Quantity.MIN_LUMINANCE,
    Quantity.LUMINANCE_RATIO,
    Quantity.CONTRAST_RESPONSE,
    Quantity.AMBIENT_RATIO,
}
_SCREEN = {Quantity.UNIFORMITY, Quantity.MEDIAN_DEVIATION, Quantity.SCREEN_CHROMATICITY}
_CHROMATIC = {
    Quantity.SCREEN_CHROMATICITY,
    Quantity.GREY_CHROMATICITY,
    Quantity.WHITE_POINT,
    Quantity.DISPLAYS_CHROMATICITY,
}
_MEANINGS = {
    Quantity.MAX_LUMINANCE: ("maximum luminance", "最大輝度"),
    Quantity.MIN_LUMINANCE: ("minimum luminance", "最小輝度"),
    Quantity.LUMINANCE_RATIO: ("luminance ratio", "輝度比"),
    Quantity.CONTRAST_RESPONSE: ("contrast response κδ", "コントラスト応答 κδ"),
    Quantity.AMBIENT_RATIO: ("ambient ratio", "環境光比"),
    Quantity.TARGET_DEVIATION: ("deviation from target luminance", "目標輝度との差"),
    Quantity.UNIFORMITY: ("luminance uniformity", "輝度均一性"),
    Quantity.MEDIAN_DEVIATION: ("luminance deviation from median", "輝度の中央値からの偏差"),
    Quantity.SCREEN_CHROMATICITY: ("chromaticity over the screen", "画面内の色度差"),
    Quantity.GREY_CHROMATICITY: ("chromaticity over the grey scale", "グレースケールの色度差"),
    Quantity.WHITE_POINT: ("distance from D65", "D65との色度差"),
    Quantity.DISPLAYS_LUMINANCE: ("luminance between displays", "モニタ間の輝度差"),
    Quantity.DISPLAYS_CHROMATICITY: ("chromaticity between displays", "モニタ間の色度差"),
    Quantity.MAX_LUMINANCE_DRIFT: ("maximum luminance against baseline", "最大輝度の基準値比"),
}
