"""Several screens of one study become one dose report.

Consoles print one report on several pages, print it again when an examination is continued, and
send it twice. What continues an earlier print replaces it; nothing is ever added up twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number
from appliance.dosescreen.page import PageRecord

Printed = tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Assembly:
    """The pages of a study put together.

    ``complete`` says that the screens print how many pages there are and all of them are here.
    """

    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    complete: bool


def assemble(pages: Sequence[PageRecord]) -> Assembly:
    """One dose report from ``pages``, in the order they arrived; at least one.

    Raises ValueError for none.
    """
    if not pages:
        raise ValueError("no pages")
    if len({page.layout.identifier for page in pages}) > 1:
        return _conflict(pages, "the screens of one study have different layouts")
    most = max(page.pages or 0 for page in pages)
    current = [page for page in pages if (page.pages or 0) == most]
    chosen: dict[int | None, PageRecord] = {}
    for page in current:
        latest = _continued(chosen.get(page.number), page)
        if latest is None:
            return _conflict(pages, "two screens of one study say different things")
        chosen[page.number] = latest
    kept = [chosen[number] for number in sorted(chosen, key=lambda number: number or 0)]
    events = tuple(event for page in kept for event in page.events)
    if any(
        not _begins(_printed(page.events), _printed(events)) for page in pages if page not in kept
    ):
        return _conflict(pages, "an earlier screen says what later ones do not")
    return _assembled(kept, events, most)


def _assembled(
    kept: Sequence[PageRecord], events: tuple[IrradiationEvent, ...], most: int
) -> Assembly:
    doubts = [doubt for page in kept for doubt in page.doubts]
    numbers = [page.number for page in kept]
    complete = most > 0 and numbers == list(range(1, most + 1))
    if most and not complete:
        have = ", ".join(str(number) for number in numbers)
        doubts.append(Doubt(Reason.PAGE_MISSING, f"pages {have} of {most} were received"))
    totals: dict[str, Number] = {}
    for page in kept:
        totals |= page.totals
    alone = frozenset[str]().union(*(page.alone for page in kept))
    for total in kept[0].layout.totals:
        absent = not total.required and total.absent_beside in alone
        if total.name not in totals and not absent and not doubts:
            doubts.append(Doubt(Reason.TOTAL_MISSING, f"{total.name} was not found", total.name))
    record = (
        CTRadiationDose(
            events,
            totals.get("total_dlp_mgy_cm"),
            totals.get("total_mas"),
            kept[0].layout.identifier,
        )
        if events
        else None
    )
    return Assembly(record, tuple(doubts), complete)


def _continued(earlier: PageRecord | None, later: PageRecord) -> PageRecord | None:
    """The one of two prints of the same page that includes the other; None when neither does."""
    if earlier is None:
        return later
    before, after = _printed(earlier.events), _printed(later.events)
    if before == after:
        return later if _totals(earlier) == _totals(later) else None
    if _begins(before, after):
        return later
    return earlier if _begins(after, before) else None


def _begins(short: Printed, long: Printed) -> bool:
    return long[: len(short)] == short


def _printed(events: Sequence[IrradiationEvent]) -> Printed:
    return tuple(
        tuple((name, sourced.text) for name, sourced in event.sourced()) for event in events
    )


def _totals(page: PageRecord) -> dict[str, str]:
    return {name: total.text for name, total in page.totals.items()}


def _conflict(pages: Sequence[PageRecord], detail: str) -> Assembly:
    """Nothing is put together; what the last screen says is kept for the person."""
    last = pages[-1]
    record = (
        CTRadiationDose(
            last.events,
            last.totals.get("total_dlp_mgy_cm"),
            last.totals.get("total_mas"),
            last.layout.identifier,
        )
        if last.events
        else None
    )
    return Assembly(record, (Doubt(Reason.PAGES_CONFLICT, detail), *last.doubts), complete=False)
