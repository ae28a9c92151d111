"""The fields of a case's form as the page shows them: each beside its place, with what is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from appliance.console.quarantine.desk import Checked, Filled, Screen, Whole
from appliance.console.rendering import pair
from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS, names_of
from appliance.dose.record import Box, Sourced
from appliance.dose.sight import Place, place_of, plain
from appliance.dose.vouching import ROWS, Ground, Open
from appliance.dose.vouching import fields as fields_of

Why = tuple[str, str, str]
MAIN = (
    "label", "series", "acquisition_type", "phantom", "ctdi_vol_mgy", "dlp_mgy_cm", "kvp",
    "exposure_mas",
)  # fmt: skip
"""Shown for every event, read or not."""
CODED = ("acquisition_type", "phantom")
TOTAL = "total_dlp_mgy_cm"
MARGIN_PX = 5
LARGER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A part of a picture, to be shown magnified; the box is of the whole picture's pixels."""

    screen: Screen
    box: Box

    @property
    def view(self) -> str:
        """The part as an SVG ``viewBox``, with a margin."""
        left, top = max(0, self.box.left - MARGIN_PX), max(0, self.box.top - MARGIN_PX)
        right = min(self.screen.width_px, self.box.right + MARGIN_PX)
        bottom = min(self.screen.height_px, self.box.bottom + MARGIN_PX)
        return f"{left} {top} {right - left} {bottom - top}"

    @property
    def width(self) -> int:
        """Pixels on the page."""
        return LARGER * (self.box.width + 2 * MARGIN_PX)

    @property
    def height(self) -> int:
        """Pixels on the page."""
        return LARGER * (self.box.height + 2 * MARGIN_PX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form.

    Attributes:
        name: As the record calls it, ``events[0].dlp_mgy_cm``.
        key: Of the text that says what it is.
        text: As it stands in the form.
        before: As it was read.
        choices: What it may be; empty: whatever is typed.
        cut: Its place; None: it has none.
        line: The row it belongs to, where it has no place of its own.
        whys: What is open about it, English and Japanese, and what was seen.
        is_confirmed: Whether the person confirmed it, as it stands.
        is_open: Whether something is to be confirmed.
        is_settled: Whether nothing about it is left to do.
        source: Where its value came from, when that is no screen.
        wrong: What is not right about what was typed.
    """

    name: str
    key: str
    text: str
    before: str
    choices: Sequence[str] = ()
    cut: Cut | None = None
    line: Cut | None = None
    whys: Sequence[Why] = ()
    is_confirmed: bool = False
    is_open: bool = False
    is_settled: bool = True
    source: str = ""
    wrong: str = ""

    @property
    def identifier(self) -> str:
        """The same as part of a page: letters, digits, hyphens."""
        return self.name.replace("[", "-").replace("].", "-").replace("_", "-").rstrip("]")

    @property
    def is_number(self) -> bool:
        """Whether digits are typed."""
        return not self.choices and self.key not in {"label", "series"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event of the form; ``others`` are values of other sources, which nobody has to type."""

    number: int
    fields: Sequence[Field]
    others: Sequence[Field]
    is_removed: bool
    is_new: bool


@dataclass(frozen=True)
class Form:
    """A case's form: what was read, what was sent, and what that comes to."""

    whole: Whole
    filled: Filled
    checked: Checked
    _made_before: dict[str, Field] = field(default_factory=dict)

    def rows(self, more: int) -> list[Row]:
        """Every event, and ``more`` empty ones."""
        read = len(self.whole.record.events) if self.whole.record else 0
        return [self._row(number, is_new=number >= read) for number in range(read + more)]

    def totals(self) -> list[Field]:
        """The totals that are printed, or may be."""
        present = self._read.keys() | self.checked.open.keys()
        return [self.field(name) for name in TOTAL_FIELDS if name == TOTAL or name in present]

    def count(self) -> Field:
        """How many rows there are."""
        return self._made(ROWS, ROWS, str(self.checked.rows), str(self.checked.rows))

    def field(self, name: str) -> Field:
        """One field by its name."""
        if name not in self._made_before:
            self._made_before[name] = self._field(name)
        return self._made_before[name]

    def _field(self, name: str) -> Field:
        value = self._read.get(name)
        before = plain(value.value) if value else ""
        text = self.filled.values.get(name, before)
        source = "" if value is None or place_of(value.origin) else value.origin.detail
        return self._made(name, name.rpartition(".")[2], text, before, source)

    def open_in_order(self, more: int) -> list[Field]:
        """What is not settled by the order of the page; what only takes part in a sum is last."""
        rows = (field for row in self.rows(more) for field in row.fields)
        every = [each for each in (*rows, *self.totals(), self.count()) if not each.is_settled]
        return sorted(every, key=lambda each: self._only_takes_part(each.name))

    def _only_takes_part(self, name: str) -> bool:
        grounds = {why.ground for why in self.checked.open.get(name, ())}
        return grounds == {Ground.ARITHMETIC}

    @cached_property
    def _read(self) -> Mapping[str, Sourced[object]]:
        return dict(fields_of(self.whole.record))

    def _row(self, number: int, *, is_new: bool) -> Row:
        names = [f"events[{number}].{name}" for name in EVENT_FIELDS]
        every = [self.field(name) for name in names]
        main = [f for f in every if f.key in MAIN or f.cut or f.is_open or f.text != f.before]
        others = [f for f in every if f not in main and f.text]
        order = {name: at for at, name in enumerate(MAIN)}
        return Row(
            number=number,
            fields=sorted(main, key=lambda each: order.get(each.key, len(MAIN))),
            others=others,
            is_removed=number in self.filled.removed,
            is_new=is_new,
        )

    def _made(self, name: str, key: str, text: str, before: str, source: str = "") -> Field:
        whys = self.checked.open.get(name, ())
        place = self.whole.places.get(name) or self._doubted_place(whys)
        return Field(
            name=name,
            key=key,
            text=text,
            before=before,
            choices=tuple(names_of(EVENT_FIELDS[key])) if key in CODED else (),  # type: ignore[arg-type] # coded
            cut=self._cut(place),
            line=None if place else self._line(name),
            whys=tuple(dict.fromkeys(map(said, whys))),
            is_confirmed=self.filled.confirmed.get(name) == text,
            is_open=bool(whys),
            is_settled=name not in self.checked.unconfirmed and name not in self.checked.wrong,
            source=source,
            wrong=self.checked.wrong.get(name, ""),
        )

    def _doubted_place(self, whys: Sequence[Open]) -> Place | None:
        for why in whys:
            if why.doubt and why.doubt.box and why.doubt.sop_instance_uid:
                return why.doubt.sop_instance_uid, 0, why.doubt.box
        return None

    def _cut(self, place: Place | None) -> Cut | None:
        screen = self._screen(place) if place else None
        return Cut(screen=screen, box=place[2]) if screen and place else None

    def _screen(self, place: Place) -> Screen | None:
        for screen in self.whole.screens:
            if (screen.sop_instance_uid, screen.frame) == place[:2] and screen.width_px:
                return screen
        return None

    def _line(self, name: str) -> Cut | None:
        """The whole line that an event stands in."""
        event = name.partition(".")[0]
        places = [at for n, at in self.whole.places.items() if n.startswith(f"{event}.")]
        screen = self._screen(places[0]) if places and event != name else None
        if screen is None:
            return None
        own = [place for place in places if place[:2] == places[0][:2]]
        top, bottom = min(p[2].top for p in own), max(p[2].bottom for p in own)
        left, right = min(p[2].left for p in own), max(p[2].right for p in own)
        return Cut(screen=screen, box=Box(left, top, right, bottom))


def said(why: Open) -> Why:
    """One reason in one sentence, English and Japanese, and what was seen."""
    if why.ground in {Ground.DOUBTED, Ground.ARITHMETIC} and why.doubt:
        return (*why.doubt.reason.meaning, why.doubt.detail)
    return (*pair("quarantine", f"ground_{why.ground.replace('-', '_')}"), why.seen)


def marks(form: Form, screen: Screen, more: int) -> Iterator[tuple[Field, Box]]:
    """Every field that stands on a screen, with its place."""
    every = [f for row in form.rows(more) if not row.is_removed for f in row.fields]
    for each in (*every, *form.totals()):
        if each.cut and each.cut.screen == screen:
            yield each, each.cut.box
