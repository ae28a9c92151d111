"""What happens to pictures: between the console and the box, and on purpose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from appliance.simulators.consoles.canvas import Picture
from tests.dosescreen.printed import Placed, Printed, printed


@dataclass(frozen=True, slots=True)
class Damaged:
    """A report and what became of it.

    Attributes:
        report: What is printed, in the places where it is printed now.
        pages: The pictures, as large as drawn; they differ from the report's where ink was lost
            or added.
        sent: The pictures as they arrive, perhaps smaller.
    """

    report: Printed
    pages: list[Picture]
    sent: list[Picture]


def _done(report: Printed, pages: list[Picture] | None = None) -> Damaged:
    seen = report.pages if pages is None else pages
    return Damaged(report, seen, seen)


def none(report: Printed, random: Random) -> Damaged:
    """As drawn."""
    del random
    return _done(report)


def pixels(report: Printed, random: Random) -> Damaged:
    """A few pixels on or beside the ink turned over."""
    pages = [page.copy() for page in report.pages]
    for _ in range(random.randint(1, 12)):
        page = random.choice(pages)
        rows, columns = np.nonzero(page[1:-1, 1:-1])
        at = random.randrange(len(rows))
        page[rows[at] + random.randint(0, 2), columns[at] + random.randint(0, 2)] ^= 255
    return _done(report, pages)


def one_pixel_of_a_digit(report: Printed, random: Random) -> Damaged:
    """A single pixel of a number that is reported."""
    pages = [page.copy() for page in report.pages]
    place = report.placed[_a_number(report, random)]
    region = pages[place.page][report.region(place)]
    rows, columns = np.nonzero(region)
    at = random.randrange(len(rows))
    row = min(max(rows[at] + random.randint(-1, 1), 0), region.shape[0] - 1)
    region[row, columns[at]] ^= 255
    return _done(report, pages)


def occluded(report: Printed, random: Random) -> Damaged:
    """Something dark or bright over a part of the table."""
    pages = [page.copy() for page in report.pages]
    page = random.choice(pages)
    top, left = random.randint(90, 400), random.randint(0, 460)
    height, width = random.randint(2, 40), random.randint(2, 90)
    page[top : top + height, left : left + width] = random.choice((0, 255))
    return _done(report, pages)


def cropped(report: Printed, random: Random) -> Damaged:
    """An edge is missing."""
    size, edge = random.randint(1, 120), random.choice("tblr")
    keep = {
        "t": (slice(size, None), slice(None)),
        "b": (slice(None, -size), slice(None)),
        "l": (slice(None), slice(size, None)),
        "r": (slice(None), slice(None, -size)),
    }[edge]
    pages = [np.zeros_like(page) for page in report.pages]
    for page, drawn in zip(pages, report.pages, strict=True):
        page[keep] = drawn[keep]
    return Damaged(report, pages, [page[keep] for page in report.pages])


def digit_over_digit(report: Printed, random: Random) -> Damaged:
    """A clean other digit: the picture now says another number."""
    index = _a_number(report, random)
    text = report.placed[index].text
    digits = [at for at, character in enumerate(text) if character.isdigit()]
    width = report.font.width
    for _ in range(20):
        at, other = random.choice(digits), random.choice("0123456789")
        if other != text[at] and width(other) == width(text[at]):
            changed = report.rewritten(index, text[:at] + other + text[at + 1 :])
            return _done(changed)
    return _done(report)


def blank_digit(report: Printed, random: Random) -> Damaged:
    """One character of a number is gone."""
    place = report.placed[_a_number(report, random)]
    at = random.randrange(len(place.text))
    left = place.left + report.font.width(place.text[:at])
    right = place.left + report.font.width(place.text[: at + 1])
    return _done(report, _blanked(report, place, slice(left, right)))


def blank_cell(report: Printed, random: Random) -> Damaged:
    """A whole cell is gone."""
    place = report.placed[random.choice([*random.choice(report.rows).values()])]
    return _done(report, _blanked(report, place, report.region(place)[1]))


def blank_row(report: Printed, random: Random) -> Damaged:
    """A whole row is gone."""
    row = random.choice(report.rows)
    return _done(report, _blanked(report, report.placed[row["dlp_mgy_cm"]], slice(None)))


def rows_swapped(report: Printed, random: Random) -> Damaged:
    """Two rows in each other's place; what they say is the same."""
    one, other = random.choice(report.rows), random.choice(report.rows)
    first, second = (report.placed[row["dlp_mgy_cm"]] for row in (one, other))
    if first.page != second.page or report.font.height > report.pitch:
        return _done(report)
    pages = [page.copy() for page in report.pages]
    page, drawn = pages[first.page], report.pages[first.page]
    height = report.font.height
    page[first.top : first.top + height] = drawn[second.top : second.top + height]
    page[second.top : second.top + height] = drawn[first.top : first.top + height]
    placed = [*report.placed]
    for row, top in ((one, second.top), (other, first.top)):
        for index in row.values():
            placed[index] = replace(report.placed[index], top=top)
    rows = [{id(one): other, id(other): one}.get(id(row), row) for row in report.rows]
    swapped = replace(report, pages=pages, placed=placed, rows=rows)
    return _done(swapped)


def other_total(report: Printed, random: Random) -> Damaged:
    """The total of another examination."""
    if report.total is None:
        return _done(report)
    for _ in range(50):
        try:
            another = printed(random, report.font)
        except ValueError:
            continue
        if another.total is None or another.console is not report.console:
            continue
        text = another.placed[another.total].text
        if report.placed[report.total].left + report.font.width(text) < report.pages[0].shape[1]:
            changed = report.rewritten(report.total, text)
            return _done(changed)
    return _done(report)


def _a_number(report: Printed, random: Random) -> int:
    row = random.choice(report.rows)
    names = ("ctdi_vol_mgy", "dlp_mgy_cm", "dlp_mgy_cm", "scan_range", "kvp", "exposure")
    places = [row[name] for name in names if name in row]
    return random.choice([*places, *([report.total] if report.total is not None else [])])


def _blanked(report: Printed, place: Placed, columns: slice) -> list[Picture]:
    pages = [page.copy() for page in report.pages]
    pages[place.page][place.top : place.top + report.font.height, columns] = 0
    return pages


DAMAGES: Mapping[str, Callable[[Printed, Random], Damaged]] = {
    each.__name__: each
    for each in (
        none, pixels, one_pixel_of_a_digit, occluded, cropped, digit_over_digit, blank_digit,
        blank_cell, blank_row, rows_swapped, other_total,
    )
}  # fmt: skip
"""Those that leave two levels."""


# On the way: the whole picture, grey levels and all


def _noisy(page: Picture, random: Random) -> Picture:
    noise = np.random.default_rng(random.getrandbits(32)).normal(
        0, random.uniform(5, 40), page.shape
    )
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def _compressed(page: Picture, random: Random) -> Picture:
    options = [cv2.IMWRITE_JPEG_QUALITY, random.randint(60, 95)]
    coded = cv2.imencode(".jpg", page, options)[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _resampled(page: Picture, random: Random) -> Picture:
    scale = random.uniform(0.75, 1.6)
    how = random.choice((cv2.INTER_LINEAR, cv2.INTER_AREA, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4))
    return np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def _shifted(page: Picture, random: Random) -> Picture:
    return np.pad(page, ((random.randint(0, 9), 0), (random.randint(0, 9), 0)))


def _fainter(page: Picture, random: Random) -> Picture:
    return (page // 255 * random.randint(90, 255)).astype(np.uint8)


def _as_it_is(page: Picture, random: Random) -> Picture:
    del random
    return page


WAYS: Mapping[str, Callable[[Picture, Random], Picture]] = {
    "as it is": _as_it_is,
    "noisy": _noisy,
    "compressed": _compressed,
    "resampled": _resampled,
    "shifted": _shifted,
    "fainter": _fainter,
}
