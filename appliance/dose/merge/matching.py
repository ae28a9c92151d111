"""Which event of one source is which row of another: certain, or refused.

A pair is certain when it agrees in enough (``orders.toml``), differs in nothing that a scan has one
of, and agrees in more than every other pair of the same row or event does. Scans that are alike in
everything are paired in their order when both sources have equally many of them. A row that may
stand for several scans takes all that bear its number. Everything else is refused: then only what
all candidates have in common may be taken, since it is the same whichever is meant.

A printed number may be Series Number or Acquisition Number. Both are tried; the meaning by which
more events find a row of their own counts, and where equally many do, a row that the two meanings
differ about is refused. So is a row that only a number tells from others, where an archive may have
changed it (``chronology``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.dose.merge.chronology import only_numbered
from appliance.dose.merge.likeness import Facet, may_repeat
from appliance.dose.merge.numbering import Numbering
from appliance.dose.merge.orders import Matching
from appliance.dose.merge.pairing import DOUBTED, Events, Pairing
from appliance.dose.merge.source import SourceKind


@dataclass(frozen=True, slots=True)
class Match:
    """Events of ``source`` that are row ``row``, counted from 0; in what they agree and differ."""

    source: SourceKind
    row: int
    events: tuple[int, ...]
    reasons: tuple[Facet, ...]
    differs: tuple[Facet, ...] = ()


RENUMBERED = SourceKind.IMAGE_HEADERS
"""What an archive may have numbered anew; all others say within themselves what the console did."""


class Why(StrEnum):
    """Why no event is a row for certain."""

    NONE = "none"
    """No event agrees in enough."""
    SEVERAL = "several"
    """It may be one or another of several events."""
    SHARED = "shared"
    """There are fewer events than rows that they may be."""
    NUMBERING = "numbering"
    """By Series Number it is one event, by Acquisition Number another, or by time; or nothing but a
    number tells it from others."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that no event of ``source`` is for certain.

    ``candidates`` are the events that it may be, ``rivals`` the other rows that these may be.
    """

    source: SourceKind
    row: int
    why: Why
    candidates: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """How the events of one source lie on the rows.

    Attributes:
        matches: The rows that are certain.
        refusals: The rows that are not.
        contradictions: Pairs that would be certain if their dose did not differ.
    """

    matches: tuple[Match, ...]
    refusals: tuple[Refusal, ...]
    contradictions: tuple[Match, ...]


def matched(source: SourceKind, rows: Events, events: Events, by: Matching) -> Matched:
    """Lay ``events`` on ``rows``."""
    attempts = [Pairing(rows, events, by, numbering) for numbering in Numbering]
    for each in attempts:
        each.pair()
    first, second = sorted(attempts, key=lambda each: -each.votes)
    agreed = first.votes > second.votes
    heard = [first] if agreed else attempts
    clashing = set() if agreed else _clashes(first, second)
    found = first.found if agreed else second.found | first.found  # what clashes is refused
    refused = clashing
    if source is RENUMBERED:
        told = {row: taken for row, (taken, _) in found.items() if row not in clashing}
        refused = clashing | only_numbered(_unnumbered(first), told)
    matches = tuple(
        _match(source, row, first if row in first.found else second)
        for row in sorted(found.keys() - refused)
    )
    refusals = tuple(
        _refusal(source, row, first, clashes=row in refused)
        for row in range(len(rows))
        if row not in found or row in refused
    )
    certain = set(found) - clashing
    placed = {
        number
        for each in heard
        for number in range(len(events))
        if set(each.rivals([number])) - certain
    }
    placed |= {number for taken, _ in found.values() for number in taken}
    against = tuple(_contradictions(source, first, set(found), placed))
    return Matched(matches, refusals, against)


def _unnumbered(pairing: Pairing) -> Pairing:
    """What is certain without any number."""
    again = replace(pairing, numbering=None, alike={}, found={}, claims={})
    again.pair()
    return again


def _clashes(first: Pairing, second: Pairing) -> set[int]:
    """Rows that the two meanings of numbers do not give the same events."""
    clashing: set[int] = set()
    while more := set(_clashing(first, second, clashing)) - clashing:
        clashing |= more
    return clashing


def _clashing(first: Pairing, second: Pairing, known: set[int]) -> Iterator[int]:
    """Rows that clash when those ``known`` do; a row that does not leaves others its events."""
    for one, other in ((first, second), (second, first)):
        settled = one.found.keys() - known
        for row, (events, _) in one.found.items():
            owners = {r for r, (taken, _) in other.found.items() if set(taken) & set(events)}
            named = {r for number in events for r in other.claims.get(number, {row})}
            if not owners <= {row} or row not in named or named - settled - {row}:
                yield from {row, *owners}
            if row in other.found and other.found[row][0] != events:
                yield row


def _match(source: SourceKind, row: int, pairing: Pairing) -> Match:
    events, reasons = pairing.found[row]
    differs = {each for n in events for each in pairing.alike[row, n].differs & DOUBTED}
    return Match(source, row, events, _sorted(reasons), _sorted(differs))


def _refusal(source: SourceKind, row: int, pairing: Pairing, *, clashes: bool) -> Refusal:
    if clashes:
        return Refusal(source, row, Why.NUMBERING)
    candidates = pairing.candidates(row)
    if not candidates:
        return Refusal(source, row, Why.NONE)
    rows = pairing.rivals(candidates)
    why = Why.SHARED if len(rows) > len(candidates) else Why.SEVERAL
    rivals = tuple(each for each in rows if each != row)
    return Refusal(source, row, why, tuple(candidates), rivals)


def _contradictions(
    source: SourceKind, pairing: Pairing, certain: set[int], placed: set[int]
) -> Iterator[Match]:
    """Pairs that are each other's only near one, of rows and events that are nothing else."""
    near = {
        row: [number for number in pairing.near(row) if number not in placed]
        for row in pairing.open_rows()
        if row not in certain
        and not may_repeat(pairing.rows[row].event)
        and not pairing.candidates(row)
    }
    for row, events in near.items():
        if len(events) == 1 and sum(events[0] in each for each in near.values()) == 1:
            like = pairing.alike[row, events[0]]
            yield Match(source, row, tuple(events), _sorted(like.agrees), _sorted(like.differs))


def _sorted(facets: Iterable[str]) -> tuple[Facet, ...]:
    wanted = set(facets)
    return tuple(facet for facet in Facet if facet in wanted)
