"""SVG for the guides: boxes, arrows, texts; black on white, so that it prints."""

from collections.abc import Sequence
from html import escape

FONT = "'Noto Sans', 'Noto Sans CJK JP', 'IPAexGothic', sans-serif"
LINE_PX = 17
DARK, LIGHT, LIT = "#222", "#eef1f4", "#f5b301"
HEAD = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#222"/></marker></defs>'
)


def svg(width: int, height: int, title: str, *parts: str) -> str:
    """A whole picture, with a title for those who hear it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'width="{width}" height="{height}" font-family="{FONT}" font-size="13">\n'
        f"<title>{escape(title)}</title>{HEAD}\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(
    x: float, y: float, *lines: str, anchor: str = "start", bold: bool = False, size: int = 13
) -> str:
    """Lines of text, the first with its foot at ``y``."""
    weight = ' font-weight="bold"' if bold else ""
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + number * LINE_PX:g}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" font-size="{size}" fill="{DARK}"{weight}>{spans}</text>'


def box(  # noqa: PLR0913, PLR0917 - the same
    x: float, y: float, width: float, height: float, lines: Sequence[str], fill: str = "#fff"
) -> str:
    """A box with lines in its middle, the first of them bold."""
    top = y + height / 2 - (len(lines) - 1) * LINE_PX / 2 + 5
    rest = text(x + width / 2, top + LINE_PX, *lines[1:], anchor="middle") if lines[1:] else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{fill}" '
        f'stroke="{DARK}"/>' + text(x + width / 2, top, lines[0], anchor="middle", bold=True) + rest
    )


def area(x: float, y: float, width: float, height: float, name: str) -> str:
    """A network: a broken line around who is on it."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="12" fill="{LIGHT}" '
        f'stroke="{DARK}" stroke-dasharray="6 4"/>' + text(x + 14, y + 22, name, bold=True)
    )


def arrow(
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    both: bool = False,
    broken: bool = False,
) -> str:
    """From who calls to who is called; a broken one is a tunnel."""
    back = ' marker-start="url(#tip)"' if both else ""
    back += ' stroke-dasharray="5 3"' if broken else ""
    return (
        f'<path d="M{start[0]:g} {start[1]:g} L{end[0]:g} {end[1]:g}" fill="none" '
        f'stroke="{DARK}" stroke-width="1.6" marker-end="url(#tip)"{back}/>'
    )


def lamp(x: float, y: float, fill: str, radius: float = 8) -> str:
    """A light."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{DARK}" '
        'stroke-width="1.5"/>'
    )
