"""An SVG picture, built element by element; the same calls give the same text."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

INK, FAINT, BAND = "#1a1a1a", "#c8c8c8", "#dcebf7"
GOOD, BAD, REFERENCE = "#0b5394", "#b3261e", "#6b6b6b"
FONT_PX = 11
Point = tuple[float, float]


class Drawing:
    """``width`` by ``height`` CSS pixels; ``title`` is what is read aloud."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self._root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {_n(width)} {_n(height)}",
                "width": _n(width),
                "height": _n(height),
                "role": "img",
            },
        )
        SubElement(self._root, "title").text = title

    @property
    def markup(self) -> str:
        """The whole picture."""
        return tostring(self._root, encoding="unicode")

    def line(self, one: Point, other: Point, colour: str = INK, width: float = 1) -> None:
        """A straight line."""
        self.path((one, other), colour, width)

    def path(
        self, points: Iterable[Point], colour: str = INK, width: float = 1, dash: str = ""
    ) -> None:
        """Straight lines from point to point."""
        said = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        drawn = {"points": said, "fill": "none", "stroke": colour, "stroke-width": _n(width)}
        SubElement(self._root, "polyline", drawn | ({"stroke-dasharray": dash} if dash else {}))

    def box(
        self, corner: Point, size: Point, fill: str = "none", stroke: str = "none", width: float = 1
    ) -> None:
        """A rectangle by its upper left corner."""
        (x, y), (across, down) = corner, size
        place = {"x": _n(x), "y": _n(y), "width": _n(across), "height": _n(down)}
        ink = {"fill": fill, "stroke": stroke, "stroke-width": _n(width)}
        SubElement(self._root, "rect", place | ink)

    def dot(
        self, middle: Point, radius: float, fill: str = "none", stroke: str = "none", dash: str = ""
    ) -> None:
        """A circle."""
        place = {"cx": _n(middle[0]), "cy": _n(middle[1]), "r": _n(radius)}
        ink = {"fill": fill, "stroke": stroke} | ({"stroke-dasharray": dash} if dash else {})
        SubElement(self._root, "circle", place | ink)

    def cross(self, middle: Point, arm: float, colour: str = INK) -> None:
        """Two lines across each other."""
        (x, y) = middle
        self.line((x - arm, y - arm), (x + arm, y + arm), colour, 1.5)
        self.line((x - arm, y + arm), (x + arm, y - arm), colour, 1.5)

    def text(
        self,
        place: Point,
        words: str,
        anchor: str = "start",
        size: float = FONT_PX,
        turned: bool = False,  # noqa: FBT001, FBT002 - of the same kind as the others
    ) -> None:
        """Words on a base line; ``turned``: upwards."""
        x, y = place
        ink = {"x": _n(x), "y": _n(y), "font-size": _n(size), "fill": INK}
        ink |= {"text-anchor": anchor, "font-family": "IPAexGothic, sans-serif"}
        if turned:
            ink["transform"] = f"rotate(-90 {_n(x)} {_n(y)})"
        SubElement(self._root, "text", ink).text = words


def _n(value: float) -> str:
    """To a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
