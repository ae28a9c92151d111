"""Shapes on paper, as SVG or PNG."""

import io
from dataclasses import dataclass, fields, replace
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from appliance.charts.colours import INK, PAPER, Colour
from appliance.charts.typeface import Typeface

DOT_PX = 3
STROKE, DASH = 10, 18
SCALE = 2
"""Pixels of a PNG file for each of an SVG document, so that it can be printed."""
FAMILY = "VL PGothic, IPAPGothic, Noto Sans CJK JP, sans-serif"


@dataclass(frozen=True, slots=True)
class Box:
    """A frame; of one that ``is_dashed`` the line is broken."""

    left: float
    top: float
    right: float
    bottom: float
    colour: Colour
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    left: float
    top: float
    right: float
    bottom: float
    colour: Colour
    width: int = 1


@dataclass(frozen=True, slots=True)
class Dot:
    """A small disc."""

    x: float
    y: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Triangle:
    """A filled triangle that points up, in a square."""

    left: float
    top: float
    size: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``x`` is where it begins, or its middle, or its end."""

    x: float
    top: float
    text: str
    px: int
    colour: Colour = INK
    anchor: str = "start"


Shape = Box | Line | Dot | Triangle | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes on paper."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    typeface: Typeface

    def svg(self) -> bytes:
        """As an SVG document."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}" font-family="{FAMILY}">'
        )
        paper = f'<rect width="{self.width}" height="{self.height}" fill="{_hex(PAPER)}"/>'
        return "\n".join([head, paper, *map(_svg, self.shapes), "</svg>\n"]).encode()

    def png(self) -> bytes:
        """As a PNG file. Raises ConfigurationError for a font that cannot be used."""
        image = Image.new("RGB", (SCALE * self.width, SCALE * self.height), PAPER)
        draw = ImageDraw.Draw(image)
        for shape in self.shapes:
            _paint(draw, _enlarged(shape), self.typeface)
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


def _svg(shape: Shape) -> str:
    colour = _hex(shape.colour)
    if isinstance(shape, Words):
        baseline = shape.top + shape.px * 0.88
        place = f'x="{shape.x:.1f}" y="{baseline:.1f}" text-anchor="{shape.anchor}"'
        return f'<text {place} font-size="{shape.px}" fill="{colour}">{escape(shape.text)}</text>'
    if isinstance(shape, Triangle):
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in _corners(shape))
        return f'<polygon points="{corners}" fill="{colour}"/>'
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{DOT_PX}" fill="{colour}"/>'
    if isinstance(shape, Line):
        ends = f'x1="{shape.left:.1f}" y1="{shape.top:.1f}" x2="{shape.right:.1f}"'
        return (
            f'<line {ends} y2="{shape.bottom:.1f}" stroke="{colour}" stroke-width="{shape.width}"/>'
        )
    size = f'width="{shape.right - shape.left:.1f}" height="{shape.bottom - shape.top:.1f}"'
    place = f'x="{shape.left:.1f}" y="{shape.top:.1f}" {size}'
    dashes = ' stroke-dasharray="5 4"' if shape.is_dashed else ""
    return f'<rect {place} fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _paint(draw: ImageDraw.ImageDraw, shape: Shape, typeface: Typeface) -> None:
    if isinstance(shape, Words):
        font = typeface.sized(shape.px)
        room = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
        left = shape.x - room * draw.textlength(shape.text, font=font)
        draw.text((left, shape.top), shape.text, font=font, fill=shape.colour)
    elif isinstance(shape, Triangle):
        draw.polygon(_corners(shape), fill=shape.colour)
    elif isinstance(shape, Dot):
        radius = SCALE * DOT_PX
        around = (shape.x - radius, shape.y - radius, shape.x + radius, shape.y + radius)
        draw.ellipse(around, fill=shape.colour)
    elif isinstance(shape, Line):
        ends = (shape.left, shape.top, shape.right, shape.bottom)
        draw.line(ends, fill=shape.colour, width=shape.width)
    else:
        _frame(draw, shape)


def _enlarged(shape: Shape) -> Shape:
    """The shape SCALE times as large, and as far from the corner."""
    values = {each.name: getattr(shape, each.name) for each in fields(shape)}
    lengths = {name: value for name, value in values.items() if type(value) in {int, float}}
    return replace(shape, **{name: SCALE * value for name, value in lengths.items()})


def _frame(draw: ImageDraw.ImageDraw, box: Box) -> None:
    if not box.is_dashed:
        draw.rectangle(
            (box.left, box.top, box.right, box.bottom), outline=box.colour, width=2 * SCALE
        )
        return
    for y in (box.top, box.bottom):
        for left in range(round(box.left), round(box.right), DASH):
            draw.line((left, y, min(left + STROKE, box.right), y), fill=box.colour, width=2 * SCALE)
    for x in (box.left, box.right):
        for top in range(round(box.top), round(box.bottom), DASH):
            draw.line((x, top, x, min(top + STROKE, box.bottom)), fill=box.colour, width=2 * SCALE)


def _corners(mark: Triangle) -> list[tuple[float, float]]:
    bottom = mark.top + mark.size
    top = (mark.left + mark.size / 2, mark.top)
    return [top, (mark.left + mark.size, bottom), (mark.left, bottom)]


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
