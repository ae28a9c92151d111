"""One attempt to pair rows with events, under one meaning of the printed numbers, or of none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from appliance.dose.merge.likeness import (
    Facet,
    Known,
    Likeness,
    agree,
    is_localizer,
    is_stationary,
    likeness,
    may_repeat,
)
from appliance.dose.merge.numbering import Numbering
from appliance.dose.merge.orders import Facets, Matching
from appliance.dose.plausibility import rounding

Events = Sequence[Known]
DOSES = frozenset({Facet.CTDI_VOL, Facet.DLP})
DOUBTED = frozenset({Facet.KVP, Facet.PHANTOM})
"""What a pair that is known by its name may differ in: it is doubted, not parted."""
ALONE = frozenset({Facet.CTDI_VOL})


@dataclass(slots=True)
class Pairing:
    """One attempt.

    Attributes:
        found: The events of each row that is certain, and in what they agree.
        claims: Of each event that bears the number of a row, those rows.
    """

    rows: Events
    events: Events
    by: Matching
    numbering: Numbering | None
    alike: dict[tuple[int, int], Likeness] = field(default_factory=dict)
    found: dict[int, tuple[tuple[int, ...], Facets]] = field(default_factory=dict)
    claims: dict[int, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compare every row with every event."""
        for at, row in enumerate(self.rows):
            for number, event in enumerate(self.events):
                self.alike[at, number] = likeness(row, event, self.numbering, self.by)
        if self._are_refuted():
            self.alike = {pair: _unnumbered(like) for pair, like in self.alike.items()}
        for number in range(len(self.events)):
            rows = frozenset(row for row in range(len(self.rows)) if self._is_claimed(row, number))
            if rows:
                self.claims[number] = rows

    def _are_refuted(self) -> bool:
        """Whether the numbers mean something else: an event can be none of the rows it bears."""
        borne = {
            number: [row for row in range(len(self.rows)) if self._is_numbered(row, number)]
            for number in range(len(self.events))
        }
        fitting = {number for number, rows in borne.items() if self._fits_one(rows, number)}
        rows = {row for number in fitting for row in borne[number]}
        return any(borne[number] and not rows & set(borne[number]) for number in borne)

    def _is_numbered(self, row: int, number: int) -> bool:
        return Facet.NUMBER in self.alike[row, number].agrees

    def _fits_one(self, rows: Sequence[int], number: int) -> bool:
        return any(self._may_be(row, self.alike[row, number]) for row in rows)

    def _may_be(self, row: int, like: Likeness) -> bool:
        """Whether nothing speaks against a pair, or something else than the number for it."""
        allowed = DOSES if may_repeat(self.rows[row].event) else frozenset[Facet]()
        named = {Facet.NAME, Facet.RANGE, Facet.EVENT_UID, Facet.DLP}
        named |= {Facet.CTDI_VOL} if self._tells(row) else set()
        return like.differs <= allowed or bool(like.agrees & named)

    def _is_claimed(self, row: int, number: int) -> bool:
        fits = self._suffices(row, number) or self._is_part(row, number)
        return self._is_numbered(row, number) and fits

    @property
    def votes(self) -> int:
        """How many events find a row of their own that bears their number and that they may be."""
        owners: dict[int, int] = {}
        return sum(self._finds(number, owners, set()) for number in self.claims)

    def _finds(self, number: int, owners: dict[int, int], tried: set[int]) -> bool:
        """Whether an event finds a row, if others can move; an augmenting path."""
        for row in self.claims[number] - tried:
            tried.add(row)
            if row not in owners or self._finds(owners[row], owners, tried):
                owners[row] = number
                return True
        return False

    @property
    def taken(self) -> set[int]:
        """The events that belong to a row."""
        return {number for events, _ in self.found.values() for number in events}

    def pair(self) -> None:
        """Find what is certain, until nothing more is."""
        while self._pair_best() or self._pair_groups() or self._pair_in_order():
            continue

    def open_rows(self) -> list[int]:
        """The rows that no event is known of."""
        return [row for row in range(len(self.rows)) if row not in self.found]

    def open_events(self) -> list[int]:
        """The events that belong to no row yet."""
        taken = self.taken
        return [number for number in range(len(self.events)) if number not in taken]

    def candidates(self, row: int) -> list[int]:
        """The open events that the row may be."""
        return [number for number in self.open_events() if self._suffices(row, number)]

    def rivals(self, events: Iterable[int]) -> list[int]:
        """The open rows that may be one of ``events``."""
        wanted = set(events)
        return [row for row in self.open_rows() if wanted & set(self.candidates(row))]

    def near(self, row: int) -> list[int]:
        """The open events that would be this row if their dose did not differ."""
        return [number for number in self.open_events() if self._is_near(self.alike[row, number])]

    def _suffices(self, row: int, number: int) -> bool:
        like = self.alike[row, number]
        if like.differs:
            return like.differs <= DOUBTED and _reaches(like.agrees, self.by.near)
        enough = [each for each in self.by.sufficient if each != ALONE or self._tells(row)]
        return _reaches(like.agrees, enough)

    def _tells(self, row: int) -> bool:
        """Whether so many digits are printed that the CTDIvol alone names the scan."""
        printed = self.rows[row].event.ctdi_vol_mgy
        digits = sum(each.isdigit() for each in printed.text) if printed else 0
        return digits >= self.by.least_digits_alone

    def _is_near(self, like: Likeness) -> bool:
        if not like.differs & DOSES or not like.differs <= DOUBTED | DOSES:
            return False
        return _reaches(like.agrees, self.by.near)

    def _pair_best(self) -> bool:
        """One pair that agrees in more than any other pair of its row or of its event."""
        options = {row: self.candidates(row) for row in self.open_rows()}
        for row, events in options.items():
            for number in events:
                if self._is_best(row, number, options):
                    self.found[row] = (number,), self.alike[row, number].agrees
                    return True
        return False

    def _is_best(self, row: int, number: int, options: dict[int, list[int]]) -> bool:
        rivals = [(row, each) for each in options[row] if each != number]
        rivals += [(r, number) for r, events in options.items() if r != row and number in events]
        mine = self.alike[row, number].agrees
        return all(mine > self.alike[rival].agrees for rival in rivals)

    def _pair_groups(self) -> bool:
        """A row that stands for several scans: all that bear its number, and no other row's."""
        for at in self.open_rows():
            group = [number for number in self.open_events() if self._is_part(at, number)]
            others = [row for row in range(len(self.rows)) if row != at and self._bears(row, group)]
            if group and not others:
                self.found[at] = tuple(group), self._common(at, group)
                return True
        return False

    def _is_part(self, row: int, number: int) -> bool:
        event, like = self.events[number].event, self.alike[row, number]
        if Facet.NUMBER not in like.agrees or not like.differs <= DOUBTED | DOSES:
            return False
        if not may_repeat(self.rows[row].event):
            return False
        if not _reaches(like.agrees, self.by.near) and not is_stationary(event):
            return False
        whole, part = self.rows[row].event.ctdi_vol_mgy, event.ctdi_vol_mgy
        fits = whole is None or part is None or part.value <= whole.value or agree(part, whole)
        return fits and not is_localizer(event)

    def _bears(self, row: int, group: Iterable[int]) -> bool:
        return any(self._is_numbered(row, number) for number in group)

    def _common(self, row: int, group: Sequence[int]) -> Facets:
        common = frozenset.intersection(*(self.alike[row, number].agrees for number in group))
        adds_up = len(group) > 1 and self._adds_up(row, group)
        return common | {Facet.SUM} if adds_up else common

    def _adds_up(self, row: int, group: Sequence[int]) -> bool:
        """Whether the parts' CTDIvol make the row's, each as far as it is rounded."""
        whole, parts = (
            self.rows[row].event.ctdi_vol_mgy,
            [self.events[number].event.ctdi_vol_mgy for number in group],
        )
        known = [part for part in parts if part is not None]
        if whole is None or len(known) < len(parts):
            return False
        allowed = sum((rounding(part) for part in known), rounding(whole))
        return abs(sum(part.value for part in known) - whole.value) <= allowed

    def _pair_in_order(self) -> bool:
        """Scans alike in everything, equally many in both sources, whose order is known."""
        for row in self.open_rows():
            events = self.candidates(row)
            rows = self.rivals(events)
            if len(rows) > 1 and self._is_uniform(rows, events):
                for each, number in zip(rows, events, strict=True):
                    agrees = self.alike[each, number].agrees | {Facet.ORDER}
                    self.found[each] = (number,), agrees
                return True
        return False

    def _is_uniform(self, rows: Sequence[int], events: Sequence[int]) -> bool:
        if len(rows) != len(events) or any(self.candidates(row) != events for row in rows):
            return False
        if len({self.alike[row, number].agrees for row in rows for number in events}) > 1:
            return False
        return self._is_in_order(events) and self._runs_with_time(rows, events)

    def _runs_with_time(self, rows: Sequence[int], events: Sequence[int]) -> bool:
        """Whether the rows that are certain already are in the order of time, these among them."""
        pairs = [(row, number) for row, (found, _) in self.found.items() for number in found]
        placed = sorted([*pairs, *zip(rows, events, strict=True)])
        return self._is_in_order([number for _, number in placed if self._begun(number)])

    def _begun(self, number: int) -> bool:
        return self.events[number].event.started is not None

    def _is_in_order(self, events: Iterable[int]) -> bool:
        """Whether the events' times rise."""
        begun = [self.events[number].event.started for number in events]
        moments = [each.value for each in begun if each is not None]
        return len(moments) == len(begun) and all(one < other for one, other in pairwise(moments))


def _unnumbered(like: Likeness) -> Likeness:
    return Likeness(like.agrees - {Facet.NUMBER}, like.differs)


def _reaches(agrees: Facets, enough: Iterable[Facets]) -> bool:
    return any(each <= agrees for each in enough)
