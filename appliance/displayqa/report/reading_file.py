"""The readings of a test as CSV that ``appliance displayqa evaluate`` reads again.

Lines that begin with ``#`` say what was tested, and with which words the same verdict comes out.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from shlex import quote

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.report.facts import stamp
from appliance.displayqa.report.figures import as_read, exact, places
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.sessions.happening import Measured

HEADING = "level,luminance,u,v,position"
MOST_PLACES = 9
"""Decimals that are read again."""
BASELINE = "baseline"


def as_csv(of: Subject, own: str, others: Mapping[str, str]) -> str:
    """The readings that count; those that do not, and what was tested, in lines that say nothing.

    ``own`` is the file's name; ``others`` names the files that ``other_readings`` were written to.
    """
    said = (" ".join(each.split()) for each in (*_head(of, own, others), *_void(of)))
    lines = [*said, HEADING, *_rows(of.measured)]
    return "".join(f"{line}\r\n" for line in lines)


def other_readings(of: Subject) -> dict[str, str]:
    """What the test is compared with, as CSV by a word for it: the baseline, displays beside."""
    found = {f"beside-{number}": each for number, each in enumerate(of.measured.beside, 1)}
    if of.measured.baseline:
        found[BASELINE] = of.measured.baseline
    return {
        name: "".join(f"{line}\r\n" for line in (HEADING, *_rows(each)))
        for name, each in found.items()
    }


def _head(of: Subject, own: str, others: Mapping[str, str]) -> Iterator[str]:
    display, begun = of.display, of.session.begun
    yield f"# {of.software}: test {of.session.identifier} of {display.name}, {stamp(of.began)}"
    yield f"# {begun.occasion} by {of.evaluation.ruleset.identifier}: {of.evaluation.verdict}"
    words = " ".join(map(quote, _words(of, own, others)))
    yield f"# appliance displayqa evaluate {words}"


def _words(of: Subject, own: str, others: Mapping[str, str]) -> Iterator[str]:
    measured = of.measured
    yield from (own, "--ruleset", of.evaluation.ruleset.name)
    yield from ("--test", of.session.begun.occasion, "--method", measured.method)
    yield from ("--bits", str(measured.bits), "--displays", str(measured.displays))
    yield from ("--monochrome",) if measured.is_monochrome else ()
    for name, value in _figures(measured).items():
        yield from () if value is None else (f"--{name}", places(value))
    for name, file in others.items():
        yield from ("--baseline" if name == BASELINE else "--beside", file)
    for check, is_fulfilled in measured.seen.items():
        yield from ("--visual", f"{check}={'yes' if is_fulfilled else 'no'}")


def _figures(measured: Measurements) -> dict[str, Fraction | None]:
    """By the option that takes each."""
    lit, before = measured.illuminance_lx, measured.baseline
    return {
        "ambient": measured.ambient_cd_m2,
        "illuminance": None if lit is None else Fraction(lit),
        "target": measured.target_cd_m2,
        "baseline-ambient": before.ambient_cd_m2 if before else None,
        "accuracy": measured.accuracy_percent,
        "repeatability": measured.repeatability_percent,
        "chromaticity-uncertainty": measured.chromaticity_uncertainty,
    }


def _void(of: Subject) -> Iterator[str]:
    """Readings that do not count, for they were read again."""
    counting = {id(each) for each in of.session.readings.values()}
    for entry in of.session.entries:
        each = entry.happening
        if isinstance(each, Measured) and id(each) not in counting:
            read = " ".join(map(as_read, each.luminances_cd_m2))
            yield f"# read again: {each.pattern} {each.ddl} {each.place} {read}".rstrip()


def _rows(measured: Measurements) -> Iterator[str]:
    for level, reading in measured.scale.items():
        yield from _reads(level, "", reading)
    for level, screen in measured.screen.items():
        for place, reading in screen.items():
            yield from _reads(level, place, reading)


def _reads(level: int, place: str, reading: Reading) -> Iterator[str]:
    for luminance, colour in zip_longest(reading.luminances_cd_m2, reading.chromaticities):
        if luminance is not None:
            yield _line(str(level), _luminance(luminance), *_colour(colour), place)


def _line(*cells: str) -> str:
    """Cells with commas between them, in quotation marks where they need them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(" ".join(each.split()) for each in cells)
    return line.getvalue()


def _luminance(luminance: Decimal) -> str:
    exponent = luminance.as_tuple().exponent
    is_short = isinstance(exponent, int) and -exponent <= MOST_PLACES
    return as_read(luminance) if is_short else exact(Fraction(luminance))


def _colour(colour: Chromaticity | None) -> tuple[str, str]:
    return ("", "") if colour is None else (exact(colour.u_prime), exact(colour.v_prime))
