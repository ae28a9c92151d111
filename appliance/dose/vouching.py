"""Which values of a record are vouched for, and which a person has to confirm one by one.

A value is vouched for when the readers saw just it in a place of its own, and the arithmetic that
it takes part in holds. Whatever is not, is open: nobody but a person can say that it is right.

**Knows:** the record as it stands, what the readers saw, and what was doubted.
**Does not know:** how a person confirms a value (``services.quarantine_desk``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import doubts as implausibilities
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.dose.sight import Place, Sight, place_of, plain

ROWS = "rows"
"""How many rows there are: open when the screen has one that the record has not."""
LENGTH = ("ctdi_vol_mgy", "dlp_mgy_cm", "scan_start_mm", "scan_end_mm")
"""What takes part in an event's length."""
TOTAL = "total_dlp_mgy_cm"
PARTS = (TOTAL, "total_dlp_head_mgy_cm", "total_dlp_body_mgy_cm")
_EVENT = re.compile(r"events\[([0-9]+)\](?:\.(.*))?")
Row = tuple[str, int, int]
"""A row of a screen: object, frame, number."""
Value = Sourced[object]


class Ground(StrEnum):
    """Why a field is open."""

    DOUBTED = "doubted"
    """The case has a doubt that names it."""
    SEEN_OTHERWISE = "seen-otherwise"
    """The readers saw something else in its place."""
    SEEN_TWICE = "seen-twice"
    """Another event stands in the same row of the screen."""
    NOT_SEEN = "not-seen"
    """The readers did not see it, and it is not what another source said."""
    LEFT_OUT = "left-out"
    """The readers saw something where the record has nothing."""
    ARITHMETIC = "arithmetic"
    """It takes part in a sum or a length that does not hold, or is beyond what a CT can do."""


@dataclass(frozen=True, slots=True)
class Open:
    """One reason why a field is open.

    Attributes:
        ground: The kind.
        seen: What the readers saw, or what does not hold; empty where there is neither.
        doubt: The doubt, where there is one.
    """

    ground: Ground
    seen: str = ""
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record is held against.

    Attributes:
        sights: What the readers saw, place by place.
        elsewhere: Field → value of what came from another source than a screen, as it was when the
            sources were put together.
        doubts: Why the study waits.
        before: The record as it was read; None when nothing was.
    """

    sights: tuple[Sight, ...]
    elsewhere: Mapping[str, str]
    doubts: tuple[Doubt, ...]
    before: CTRadiationDose | None


def fields(record: CTRadiationDose | None) -> Iterator[tuple[str, Value]]:
    """Every value that a record has, by its field's name."""
    for name in TOTAL_FIELDS if record else ():
        if (total := getattr(record, name)) is not None:
            yield name, total
    for at, event in enumerate(record.events if record else ()):
        yield from ((f"events[{at}].{name}", value) for name, value in event.sourced())


def elsewhere(record: CTRadiationDose) -> dict[str, str]:
    """Field → value of what stands on no screen."""
    every = fields(record)
    return {name: plain(each.value) for name, each in every if place_of(each.origin) is None}


def open_fields(
    record: CTRadiationDose, numbers: tuple[int, ...], evidence: Evidence
) -> dict[str, tuple[Open, ...]]:
    """Every field that a person has to confirm, and why; some because they are empty.

    ``numbers`` are those of the record's events as the person counts: the events of
    ``evidence.before`` that were not taken out, then new ones. The fields are named by them.
    """
    found: dict[str, list[Open]] = defaultdict(list)
    for name, why in _Held(record, numbers, evidence).every():
        if why not in found[name]:
            found[name].append(why)
    return {name: tuple(whys) for name, whys in found.items()}


@dataclass(frozen=True)
class _Held:
    """A record held against its evidence."""

    record: CTRadiationDose
    numbers: tuple[int, ...]
    evidence: Evidence

    def every(self) -> Iterator[tuple[str, Open]]:
        yield from self._doubted()
        yield from self._not_as_seen()
        yield from self._twice()
        yield from self._left_out()
        for doubt in implausibilities(self.record):
            for name in self._involved(doubt):
                yield name, Open(Ground.ARITHMETIC, doubt.detail, doubt)

    def _doubted(self) -> Iterator[tuple[str, Open]]:
        """What the arithmetic said of the record as it was is said anew of what it is."""
        for doubt in self.evidence.doubts:
            found = _EVENT.fullmatch(doubt.field)
            if doubt.reason in _SAID_ANEW or (found and int(found[1]) not in self.numbers):
                continue
            for name in _named(doubt.field):
                yield name, Open(Ground.DOUBTED, doubt.detail, doubt)

    def _not_as_seen(self) -> Iterator[tuple[str, Open]]:
        for name, value in self._fields():
            place = place_of(value.origin) or place_of_field(self.evidence.before, name)
            sight = self._sights.get(place) if place else None
            if sight and sight.means:
                if not sight.says(_last(name), value.value) or not _is_its_text(value):
                    yield name, Open(Ground.SEEN_OTHERWISE, sight.text)
            elif place or self.evidence.elsewhere.get(name) != plain(value.value):
                yield name, Open(Ground.NOT_SEEN)

    def _twice(self) -> Iterator[tuple[str, Open]]:
        times = Counter(row for event in self.record.events for row in self._rows_of(event))
        for number, event in zip(self.numbers, self.record.events, strict=True):
            if any(times[row] > 1 for row in self._rows_of(event)):
                for name, _ in event.sourced():
                    yield f"events[{number}].{name}", Open(Ground.SEEN_TWICE)

    def _left_out(self) -> Iterator[tuple[str, Open]]:
        """What the readers saw and the record does not say."""
        if not self.evidence.sights:
            yield ROWS, Open(Ground.NOT_SEEN)
            if self.record.total_dlp_mgy_cm is None:
                yield TOTAL, Open(Ground.NOT_SEEN)
        pairs = zip(self.numbers, self.record.events, strict=True)
        taken = {row: (number, event) for number, event in pairs for row in self._rows_of(event)}
        said = {self._content(row) for row in {*taken, *self._taken_out}}
        for row in self._rows:
            if row in taken:
                yield from self._lacking(row, *taken[row])
            elif self._content(row) and self._content(row) not in said:
                yield ROWS, Open(Ground.LEFT_OUT, " ".join(each.text for each in self._rows[row]))
        for sight in self.evidence.sights:
            for name in sight.means.keys() & TOTAL_FIELDS.keys():
                if getattr(self.record, name) is None:
                    yield name, Open(Ground.LEFT_OUT, sight.text)

    def _lacking(
        self, row: Row, number: int, event: IrradiationEvent
    ) -> Iterator[tuple[str, Open]]:
        for sight in self._rows[row]:
            for name in sight.means:
                if getattr(event, name) is None:
                    yield f"events[{number}].{name}", Open(Ground.LEFT_OUT, sight.text)

    def _fields(self) -> Iterator[tuple[str, Value]]:
        for name, value in fields(self.record):
            found = _EVENT.fullmatch(name)
            yield (f"events[{self.numbers[int(found[1])]}].{found[2]}" if found else name), value

    def _involved(self, doubt: Doubt) -> Iterator[str]:
        """The fields that take part in what does not hold, as far as there are values."""
        present = {name for name, _ in self._fields()}
        found = _EVENT.fullmatch(doubt.field)
        if doubt.reason is Reason.TOTAL_MISMATCH:
            yield from (n for n in present if n in PARTS or _last(n) == "dlp_mgy_cm")
        elif found and doubt.reason is Reason.LENGTH_MISMATCH:
            at = self.numbers[int(found[1])]
            yield from present & {f"events[{at}].{name}" for name in LENGTH}
        elif found:
            yield f"events[{self.numbers[int(found[1])]}].{found[2]}"

    def _rows_of(self, event: IrradiationEvent) -> frozenset[Row]:
        """The rows of the screens that an event's values stand in."""
        places = (place_of(value.origin) for _, value in event.sourced())
        found = (self._sights.get(place) for place in places if place)
        return frozenset(row for sight in found if sight and (row := _row(sight)))

    def _content(self, row: Row) -> frozenset[tuple[str, str]]:
        """Equal for an earlier print of the same row; empty for one without a value."""
        return frozenset(pair for sight in self._rows[row] for pair in sight.means.items())

    @cached_property
    def _sights(self) -> Mapping[Place, Sight]:
        return {each.place: each for each in self.evidence.sights}

    @cached_property
    def _rows(self) -> Mapping[Row, tuple[Sight, ...]]:
        rows: dict[Row, tuple[Sight, ...]] = {}
        for sight in sorted(self.evidence.sights, key=lambda each: each.box.left):
            if row := _row(sight):
                rows[row] = (*rows.get(row, ()), sight)
        return rows

    @cached_property
    def _taken_out(self) -> frozenset[Row]:
        """The rows of what a person took out."""
        events = self.evidence.before.events if self.evidence.before else ()
        gone = (event for at, event in enumerate(events) if at not in self.numbers)
        return frozenset(row for event in gone for row in self._rows_of(event))


_SAID_ANEW = {Reason.TOTAL_MISMATCH, Reason.LENGTH_MISMATCH}


def place_of_field(record: CTRadiationDose | None, field: str) -> Place | None:
    """Where a record's field stands; None where it has none, or stands on no screen."""
    value = dict(fields(record)).get(field)
    return place_of(value.origin) if value else None


def _row(sight: Sight) -> Row | None:
    return None if sight.row is None else (sight.sop_instance_uid, sight.frame, sight.row)


def _last(field: str) -> str:
    return field.rpartition(".")[2]


def _named(field: str) -> Iterable[str]:
    """The fields that a doubt is about; one about a column that holds a range is about its ends."""
    found = _EVENT.fullmatch(field)
    if field in TOTAL_FIELDS or (found and found[2] in EVENT_FIELDS):
        return (field,)
    if not found:
        return ()
    return tuple(f"events[{found[1]}].{name}" for name in ("scan_start_mm", "scan_end_mm"))


def _is_its_text(value: Value) -> bool:
    """Whether the text of a number says its value."""
    return not isinstance(value.value, Decimal) or Decimal(value.text) == value.value
