"""Pairs that a number made and time speaks against: a screen prints scans in the order of time."""

from appliance.dose.merge.likeness import Facet
from appliance.dose.merge.pairing import Pairing

PLACED = frozenset({Facet.NUMBER, Facet.ORDER})
"""What tells scans that are otherwise alike from each other."""


def against_time(pairing: Pairing) -> set[int]:
    """The rows whose events may as well be swapped or moved on, and should be by their times."""
    pairs = {row: events[0] for row, (events, _) in pairing.found.items() if len(events) == 1}
    swapped = {
        row
        for row, event in pairs.items()
        for other, its in pairs.items()
        if row != other
        and _may_be(pairing, row, its)
        and _may_be(pairing, other, event)
        and (_is_before(pairing, event, its) is (other < row) or _meet(pairing, event, its))
    }
    moved = {
        row
        for row, event in pairs.items()
        if Facet.NUMBER in pairing.alike[row, event].agrees
        and any(_leaves_no_row(pairing, row, event, other) for other in pairing.open_events())
    }
    return swapped | moved


def _leaves_no_row(pairing: Pairing, row: int, event: int, other: int) -> bool:
    """Whether ``other``, which may be the row as well, has none on its side of it in time.

    An earlier one is always on the screen; a later one may be missing from it, unless all of them
    may be moved on by a row.
    """
    is_before = _is_before(pairing, other, event)
    if is_before is None or not _may_be(pairing, row, other):
        return False
    beside = [each for each in pairing.open_rows() if (each < row) is is_before]
    across = [each for each in pairing.open_rows() if (each < row) is not is_before]
    if any(_may_be(pairing, each, other) for each in beside):
        return False
    return is_before or any(
        _may_be(pairing, each, moved) for each in across for moved in (other, event)
    )


def _may_be(pairing: Pairing, row: int, event: int) -> bool:
    """Whether nothing but a number or a place keeps the row from being the event."""
    mine = pairing.alike[row, event]
    taken, agrees = pairing.found.get(row, ((), frozenset()))
    enough = mine.agrees - PLACED
    known = agrees - PLACED if taken else frozenset({Facet.CTDI_VOL, Facet.NAME, Facet.LOCALIZER})
    return not mine.differs and (known <= enough if taken else bool(known & enough))


def _meet(pairing: Pairing, one: int, other: int) -> bool:
    """Whether both began in the same moment: a scanner makes one irradiation at a time."""
    begun, its = (pairing.events[number].event.started for number in (one, other))
    return begun is not None and its is not None and begun.value == its.value


def _is_before(pairing: Pairing, one: int, other: int) -> bool | None:
    """Whether an event began before another; None where that is unknown."""
    begun, its = (pairing.events[number].event.started for number in (one, other))
    if begun is None or its is None or begun.value == its.value:
        return None
    return begun.value < its.value
