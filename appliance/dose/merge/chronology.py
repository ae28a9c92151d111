"""Rows that only a number tells from others: an archive may have numbered the scans anew.

Such rows are certain together or not at all: each has its scan, no further scan is like them, and
the scans began in the order of the rows, for a screen prints scans in the order of time.
"""

from collections.abc import Mapping
from itertools import pairwise

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.merge.likeness import may_repeat
from appliance.dose.merge.orders import Facets
from appliance.dose.merge.pairing import DOSES, Pairing

NOT_ONE = {CTAcquisitionType.SPIRAL, CTAcquisitionType.STATIONARY}
"""Nobody takes one for the other."""


def only_numbered(unnumbered: Pairing, found: Mapping[int, tuple[int, ...]]) -> set[int]:
    """The rows of ``found`` whose events would be other rows' if scans were numbered otherwise.

    ``found`` are the events of each row, ``unnumbered`` what is certain without any number.
    """
    settled = {row for row, (events, _) in unnumbered.found.items() if found.get(row) == events}
    return _Numbered(unnumbered, found, settled).rows()


class _Numbered:
    """The rows that have events, of which those that are not ``settled`` have them by a number."""

    def __init__(
        self, pairing: Pairing, found: Mapping[int, tuple[int, ...]], settled: set[int]
    ) -> None:
        taken = {event for events in found.values() for event in events}
        self._pairing, self._found, self._settled = pairing, found, settled
        self._rows, self._open = range(len(pairing.rows)), set(range(len(pairing.events))) - taken

    def rows(self) -> set[int]:
        """Those that are not certain."""
        told = self._found.keys() - self._settled
        return {row for row in told if not self._run_with_time(self._like(row))}

    def _run_with_time(self, rows: set[int]) -> bool:
        """Whether each has events, in the order of time, and no other event is like theirs."""
        if not rows <= self._found.keys() or any(map(self._leaves_one, rows)):
            return False
        spans = [self._span(row) for row in sorted(rows)]
        return all(one and other and one[1] < other[0] for one, other in pairwise(spans))

    def _like(self, row: int) -> set[int]:
        """The row, and those that its events may be as well, and so on."""
        known, more = set[int](), {row}
        while more:
            known |= more
            more = {
                other
                for other in set(self._rows) - known - self._settled
                if any(self._may_swap(each, other) for each in known)
            }
        return known

    def _may_swap(self, row: int, other: int) -> bool:
        """Whether an event of either may be the other row's."""
        return any(
            self._is_as_good(to, event, self._agreed(of, event))
            for of, to in ((row, other), (other, row))
            for event in self._found.get(of, ())
        )

    def _leaves_one(self, row: int) -> bool:
        """Whether an event that is no row's may be this row as well as its own."""
        known = self._agreed(row, self._found[row][0])
        return any(self._is_as_good(row, event, known) for event in self._open)

    def _agreed(self, row: int, event: int) -> Facets:
        return self._pairing.alike[row, event].agrees

    def _is_as_good(self, row: int, event: int, known: Facets) -> bool:
        """Whether a pair agrees in ``known``, and nothing speaks against it."""
        mine = self._pairing.rows[row].event
        kinds = {
            each.acquisition_type.value
            for each in (mine, self._pairing.events[event].event)
            if each.acquisition_type
        }
        allowed = DOSES if may_repeat(mine) else frozenset()
        like = self._pairing.alike[row, event]
        return kinds != NOT_ONE and like.differs <= allowed and known - allowed <= like.agrees

    def _span(self, row: int) -> tuple[str, str] | None:
        """When the first and the last event of a row began; None when one does not say it."""
        begun = [self._pairing.events[event].event.started for event in self._found[row]]
        moments = [each.value for each in begun if each is not None]
        return (min(moments), max(moments)) if len(moments) == len(begun) else None
