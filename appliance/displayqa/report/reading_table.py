"""Every reading of a test as it was read, those that do not count among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance.displayqa.measurement import Reading
from appliance.displayqa.report.course import place_name
from appliance.displayqa.report.figures import as_read, plain
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Words
from appliance.displayqa.sessions.happening import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One level at one place; ``counts``: it was not measured again."""

    at: datetime
    pattern: str
    ddl: int
    place: str
    mean: str
    reads: str
    spread: str
    colour: str
    exchanges: str
    counts: bool


def reading_rows(of: Subject, words: Words) -> Iterator[ReadingRow]:
    """In the order of the test."""
    counting = {id(each) for each in of.session.readings.values()}
    for entry in of.session.entries:
        if isinstance(entry.happening, Measured):
            counts = id(entry.happening) in counting
            yield _row(entry.at, entry.happening, words, counts=counts)


def _row(at: datetime, measured: Measured, words: Words, *, counts: bool) -> ReadingRow:
    reading = Reading(measured.luminances_cd_m2, measured.chromaticities)
    colour, spread = reading.chromaticity, reading.spread_cd_m2
    damaged = f" ({measured.damaged})" if measured.damaged else ""
    return ReadingRow(
        at=at,
        pattern=measured.pattern,
        ddl=measured.ddl,
        place=place_name(measured.place, words) if measured.place else "",
        mean=plain(reading.mean_cd_m2, 5),
        reads=" ".join(map(as_read, measured.luminances_cd_m2)),
        spread="" if spread is None else plain(spread, 2),
        colour=""
        if colour is None
        else f"{float(colour.u_prime):.4f}, {float(colour.v_prime):.4f}",
        exchanges=f"{measured.exchanges}{damaged}" if measured.exchanges else "",
        counts=counts,
    )
