"""Pages without numbers: totals on one, tables on others, every table under a number of its own.

Nothing on them says how many there are. What says that all are here is that the rows add up to the
totals, phantom by phantom.
"""

from collections.abc import Sequence

from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.prints import Events, begins, printed
from appliance.dosescreen.rows import Block
from appliance.dosescreen.totals import Totals


def put_together(pages: Sequence[PageRecord]) -> tuple[Events, Totals] | None:
    """All rows in the order of their tables, and the totals; None when two prints contradict."""
    blocks = _blocks([block for page in pages for block in page.blocks])
    totals = _greatest([page.totals for page in pages if page.totals.texts()])
    if blocks is None or totals is None:
        return None
    return tuple(event for block in blocks for event in block.events), totals


def _blocks(found: Sequence[Block]) -> list[Block] | None:
    """Each table once, by number; one whose number could not be read is in doubt anyway."""
    prints: dict[int, list[Block]] = {}
    for block in found:
        prints.setdefault(int(block.number or 0), []).append(block)
    tables = [_table(prints[number]) for number in sorted(prints)]
    return None if None in tables else [table for table in tables if table is not None]


def _table(prints: Sequence[Block]) -> Block | None:
    """One table of all its prints; None when they have different names.

    A print that goes on where another ends replaces it. What neither includes are parts of a table
    that a page was too short for, in the order they came; the totals tell whether that is so.
    """
    parts: list[Block] = []
    for each in prints:
        if not any(_includes(part, each) for part in parts):
            parts = [*(part for part in parts if not _includes(each, part)), each]
    names = {event.label.value for part in parts for event in part.events if event.label}
    if len(names) > 1:
        return None
    return Block(prints[0].number, tuple(event for part in parts for event in part.events))


def _includes(long: Block, short: Block) -> bool:
    return begins(printed(short.events), printed(long.events))


def _greatest(totals: Sequence[Totals]) -> Totals | None:
    """The totals of the last print: an examination that goes on only adds to them.

    None when of two prints neither is as great as the other in everything.
    """
    last = Totals()
    for each in totals:
        if _covers(each, last):
            last = each
        elif not _covers(last, each):
            return None
    return last


def _covers(great: Totals, small: Totals) -> bool:
    """Whether everything that ``small`` prints is in ``great`` too, and at least as much."""
    numbers = all(
        name in great.numbers and great.numbers[name].value >= number.value
        for name, number in small.numbers.items()
    )
    parts = all(
        phantom in great.by_phantom and great.by_phantom[phantom].value >= part.value
        for phantom, part in small.by_phantom.items()
    )
    return numbers and parts
