"""Several screens of one study become one dose report.

Consoles print one report on several pages, print it again when an examination is continued, and
send it twice. What continues an earlier print replaces it; nothing is ever added up twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from appliance.dose.coded import Phantom
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import lacking
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.prints import Events, begins, continued, printed
from appliance.dosescreen.totals import Totals
from appliance.dosescreen.unnumbered import put_together


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
    for one, other in combinations(pages, 2):
        if keyword := one.identifiers.contradicted_by(other.identifiers):
            return _conflict(pages, f"the screens of one study differ in {keyword}")
    if pages[0].layout.sections:
        return _unnumbered(pages)
    most = max(page.pages or 0 for page in pages)
    current = [page for page in pages if (page.pages or 0) == most]
    chosen: dict[int | None, PageRecord] = {}
    for page in current:
        latest = _later(chosen.get(page.number), page)
        if latest is None:
            return _conflict(pages, "two screens of one study say different things")
        chosen[page.number] = latest
    kept = [chosen[number] for number in sorted(chosen, key=lambda number: number or 0)]
    events = tuple(event for page in kept for event in page.events)
    if not all(_goes_on(page, chosen.get(page.number), events) for page in pages):
        return _conflict(pages, "an earlier screen says what later ones do not")
    numbers = [page.number for page in kept]
    complete = most > 0 and numbers == list(range(1, most + 1))
    doubts = [doubt for page in kept for doubt in page.doubts]
    if most and not complete:
        have = ", ".join(str(number) for number in numbers)
        doubts.append(Doubt(Reason.PAGE_MISSING, f"pages {have} of {most} were received"))
    return _assembled(kept, events, _united(kept), doubts, complete=complete)


def _unnumbered(pages: Sequence[PageRecord]) -> Assembly:
    """Pages that do not say how many there are: the sums tell whether all are here."""
    found = put_together(pages)
    if found is None:
        return _conflict(pages, "two screens of one study say different things")
    events, totals = found
    doubts = [doubt for page in pages for doubt in page.doubts]
    total = totals.numbers.get("total_dlp_mgy_cm")
    if not doubts and total is not None and lacking(total, events) > 0:
        detail = f"the rows received lack {lacking(total, events)} of {total.text} mGy.cm"
        doubts.append(Doubt(Reason.PAGE_MISSING, detail, "total_dlp_mgy_cm"))
    return _assembled(pages, events, totals, doubts, complete=False)


def _assembled(
    kept: Sequence[PageRecord],
    events: Events,
    totals: Totals,
    doubts: list[Doubt],
    *,
    complete: bool,
) -> Assembly:
    for total in kept[0].layout.totals:
        absent = not total.required and total.absent_beside in totals.alone
        found = {*totals.numbers, *totals.dashed}
        if not (total.name in found or total.instead_of or absent or doubts):
            doubts.append(Doubt(Reason.TOTAL_MISSING, f"{total.name} was not found", total.name))
    if not events and not doubts:
        doubts.append(Doubt(Reason.PAGE_MISSING, "totals were received, and no rows"))
    if "total_dlp_mgy_cm" in totals.dashed and any(event.has_dose for event in events):
        detail = "rows print a dose, the total is a dash"
        doubts.append(Doubt(Reason.TOTAL_MISMATCH, detail, "total_dlp_mgy_cm"))
    record = _record(kept[0], events, totals)
    return Assembly(record, tuple(doubts), complete)


def _record(page: PageRecord, events: Events, totals: Totals) -> CTRadiationDose | None:
    if not events:
        return None
    return CTRadiationDose(
        events,
        totals.numbers.get("total_dlp_mgy_cm"),
        totals.numbers.get("total_mas"),
        totals.by_phantom.get(Phantom.HEAD16),
        totals.by_phantom.get(Phantom.BODY32),
        page.layout.identifier,
    )


def _united(pages: Sequence[PageRecord]) -> Totals:
    """The totals of pages that are numbered; a later page's replaces an earlier one's."""
    return Totals(
        {name: number for page in pages for name, number in page.totals.numbers.items()},
        {phantom: part for page in pages for phantom, part in page.totals.by_phantom.items()},
        frozenset[str]().union(*(page.totals.dashed for page in pages)),
        frozenset[str]().union(*(page.totals.alone for page in pages)),
    )


def _goes_on(page: PageRecord, kept: PageRecord | None, events: Events) -> bool:
    """Whether what a page says goes on where it counts: on the page of its number, or in all."""
    return begins(printed(page.events), printed(kept.events if kept else events))


def _later(earlier: PageRecord | None, later: PageRecord) -> PageRecord | None:
    """The one of two prints of the same page that includes the other; None when neither does."""
    if earlier is None:
        return later
    before, after = printed(earlier.events), printed(later.events)
    if before == after:
        return later if earlier.totals.texts() == later.totals.texts() else None
    longer = continued(earlier.events, later.events)
    return None if longer is None else later if longer == later.events else earlier


def _conflict(pages: Sequence[PageRecord], detail: str) -> Assembly:
    """Nothing is put together; what the last screen says is kept for the person.

    That one of the screens is somebody else's is said first: then there is nothing to settle.
    """
    last = pages[-1]
    others = [doubt for page in pages for doubt in page.doubts if _names_another(doubt)]
    own = [doubt for doubt in last.doubts if not _names_another(doubt)]
    doubts = (*others, Doubt(Reason.PAGES_CONFLICT, detail), *own)
    return Assembly(_record(last, last.events, last.totals), doubts, complete=False)


def _names_another(doubt: Doubt) -> bool:
    return doubt.reason is Reason.IDENTITY_MISMATCH
