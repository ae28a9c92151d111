"""A pen for the drawings beside this: boxes, wires and words as SVG, on a grid of ten units."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

Point = tuple[float, float]
FONT = "Noto Sans CJK JP, Noto Sans, DejaVu Sans, sans-serif"
INK, PAPER, SHADE = "#1a1a1a", "#ffffff", "#f0f3f6"


@dataclass
class Pen:
    """One drawing, so wide and high; ``title`` stands at its top, English and Japanese."""

    width: int
    height: int
    title: tuple[str, str]
    _parts: list[str] = field(default_factory=list)

    def text(self, at: Point, words: str, size: float = 13, anchor: str = "start") -> None:
        """Words whose base line begins, or has its middle or end, at a point."""
        self._parts.append(
            f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{size:g}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def box(
        self,
        at: Point,
        size: Point,
        words: Sequence[str] = (),
        fill: str = SHADE,
        round_: float = 4,
    ) -> None:
        """A box by its upper left corner, with lines of words in its middle."""
        (x, y), (wide, high) = at, size
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{round_:g}"'
            f' fill="{fill}" stroke="{INK}" stroke-width="1.5"/>'
        )
        first = y + high / 2 - 8 * (len(words) - 1) + 4.5
        for number, line in enumerate(words):
            self.text((x + wide / 2, first + 16 * number), line, anchor="middle")

    def wire(self, *points: Point, dashed: bool = False, arrow: bool = False) -> None:
        """A line through points; with an arrow at its end where something flows."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        head = ' marker-end="url(#head)"' if arrow else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.5"{dash}{head}/>'
        )

    def knot(self, at: Point) -> None:
        """Where wires join."""
        self._parts.append(f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="3.5" fill="{INK}"/>')

    def resistor(self, begins: Point, length: float, words: str) -> None:
        """From a point to the right."""
        x, y = begins
        self.wire(begins, (x + length / 2 - 18, y))
        self.box((x + length / 2 - 18, y - 6), (36, 12), fill=PAPER, round_=0)
        self.wire((x + length / 2 + 18, y), (x + length, y))
        self.text((x + length / 2, y - 10), words, size=12, anchor="middle")

    def light(self, at: Point, fill: str, words: str) -> None:
        """An LED from a point to the right, 40 units long, anode at the right."""
        x, y = at
        self.wire(at, (x + 12, y))
        self.wire((x + 28, y), (x + 40, y))
        self._parts.append(
            f'<polygon points="{x + 28:g},{y - 9:g} {x + 28:g},{y + 9:g} {x + 12:g},{y:g}"'
            f' fill="{fill}" stroke="{INK}" stroke-width="1.5"/>'
        )
        self.wire((x + 12, y - 9), (x + 12, y + 9))
        self.text((x + 20, y + 24), words, size=12, anchor="middle")

    def switch(self, at: Point, words: str) -> None:
        """A contact that closes, from a point to the right, 60 units long."""
        x, y = at
        self.wire(at, (x + 15, y))
        self.wire((x + 15, y), (x + 45, y - 12))
        self.wire((x + 45, y), (x + 60, y))
        self.text((x + 30, y + 18), words, size=12, anchor="middle")

    def capacitor(self, at: Point, words: str) -> None:
        """Down from a point to ground."""
        x, y = at
        self.wire(at, (x, y + 14))
        self.wire((x - 10, y + 14), (x + 10, y + 14))
        self.wire((x - 10, y + 19), (x + 10, y + 19))
        self.ground((x, y + 19))
        self.text((x + 16, y + 24), words, size=12)

    def ground(self, at: Point) -> None:
        """Down from a point."""
        x, y = at
        self.wire(at, (x, y + 10))
        for wide, down in ((10, 10), (6, 14), (2, 18)):
            self.wire((x - wide, y + down), (x + wide, y + down))

    def svg(self) -> str:
        """The drawing."""
        english, japanese = self.title
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
            f' width="{self.width}" height="{self.height}" font-family="{FONT}" fill="{INK}">\n'
            f"<title>{escape(english)} / {escape(japanese)}</title>\n"
            '<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4"'
            f' orient="auto"><path d="M0,0 L9,4 L0,8 z" fill="{INK}"/></marker></defs>\n'
            f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>\n'
            f'<text x="20" y="30" font-size="18" font-weight="bold">{escape(english)}</text>\n'
            f'<text x="20" y="52" font-size="14">{escape(japanese)}</text>\n'
        )
        return head + "\n".join(self._parts) + "\n</svg>\n"
