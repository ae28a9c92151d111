"""What the sources say against each other, as doubts with every value."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.merge.agreement import Agreement
from appliance.dose.merge.likeness import Facet, is_localizer, may_repeat, same_ctdi_vol
from appliance.dose.merge.matching import Match, Matched
from appliance.dose.merge.orders import Matching, orders
from appliance.dose.merge.source import SourceKind
from appliance.dose.plausibility import half_of_last_place
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced

DOSE_FIELDS = {Facet.CTDI_VOL: "ctdi_vol_mgy", Facet.DLP: "dlp_mgy_cm"}
_SECONDS = 14
"""Digits of a DT up to the second."""


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Where to look for them.

    Attributes:
        first: Whose rows it is about.
        sources: What each source says.
        laid: How the events of the others lie on the rows.
        by: The site's tolerance.
        made: When the first source was made, a DT; empty when unknown.
    """

    first: SourceKind
    sources: Mapping[SourceKind, CTRadiationDose]
    laid: Mapping[SourceKind, Matched]
    by: Matching
    made: str

    def doubts(self, agreements: Sequence[Agreement], record: CTRadiationDose) -> Iterator[Doubt]:
        """A doubt for each; none when a person signed, who has the last word."""
        if self.first is SourceKind.PERSON:
            return
        for each in agreements:
            yield from _difference(each, record)
        for kind, of in self.laid.items():
            for pair in of.contradictions:
                yield from self._dose(pair, self.sources[kind].events[pair.events[0]])
            yield from self._missing(kind, of)

    def _dose(self, pair: Match, event: IrradiationEvent) -> Iterator[Doubt]:
        """The doses that differ of what is otherwise one scan."""
        row = self.sources[self.first].events[pair.row]
        for facet, name in DOSE_FIELDS.items():
            if facet in pair.differs:
                against = [(pair.source, getattr(event, name).text)]
                field = f"events[{pair.row}].{name}"
                yield _doubt(field, self.first, getattr(row, name), against)

    def _missing(self, kind: SourceKind, of: Matched) -> Iterator[Doubt]:
        """Scans whose CTDIvol no row has, although the rows were made after them."""
        placed = {n for pair in (*of.matches, *of.contradictions) for n in pair.events}
        events = self.sources[kind].events
        rest = [n for n in range(len(events)) if n not in placed and self._is_missed(events[n])]
        added = self._added_up([events[n] for n in rest], {match.row for match in of.matches})
        for number in (n for at, n in enumerate(rest) if at not in added):
            ctdi = _ctdi_vol(events[number])
            series = events[number].series
            name = series.text if series else str(number + 1)
            detail = f"scan {name} by {kind} has a CTDIvol that no row of {self.first} has"
            readings = ((str(kind), ctdi.text),)
            uid = ctdi.origin.sop_instance_uid
            yield Doubt(Reason.SOURCES_DISAGREE, detail, "", readings, uid)

    def _is_missed(self, event: IrradiationEvent) -> bool:
        ctdi = event.ctdi_vol_mgy
        if ctdi is None or not self._is_covered(event):
            return False
        return not any(self._may_be(row, ctdi) for row in self.sources[self.first].dose_events)

    def _added_up(self, scans: Sequence[IrradiationEvent], matched: set[int]) -> set[int]:
        """Which of ``scans``, one after the other, add up to a row that nothing is matched with."""
        rows = enumerate(self.sources[self.first].events)
        free = [row.ctdi_vol_mgy for at, row in rows if at not in matched and row.ctdi_vol_mgy]
        runs = combinations(range(len(scans) + 1), 2)
        return {
            at
            for start, end in runs
            if end - start > 1 and any(_is_sum(row, scans[start:end]) for row in free)
            for at in range(start, end)
        }

    def _is_covered(self, event: IrradiationEvent) -> bool:
        """Whether the rows should say something of a scan: it is one, and began before them."""
        begun = event.started
        if begun is None or is_localizer(event) or may_repeat(event):
            return False
        return begun.value[:_SECONDS] < self.made[:_SECONDS]

    def _may_be(self, row: IrradiationEvent, ctdi: Sourced[Decimal]) -> bool:
        printed = row.ctdi_vol_mgy
        if printed is None or may_repeat(row):
            return True
        return same_ctdi_vol(printed, ctdi, self.by) is not False


def _ctdi_vol(event: IrradiationEvent) -> Sourced[Decimal]:
    assert event.ctdi_vol_mgy is not None  # noqa: S101 - a scan without is not missed
    return event.ctdi_vol_mgy


def _is_sum(row: Sourced[Decimal], scans: Iterable[IrradiationEvent]) -> bool:
    """Whether a row prints what several scans add up to, each as far as it is rounded."""
    parts = [_ctdi_vol(scan).value for scan in scans]
    allowed = sum(map(half_of_last_place, parts), half_of_last_place(row.value))
    return abs(sum(parts) - row.value) <= allowed


def _difference(agreement: Agreement, record: CTRadiationDose) -> Iterator[Doubt]:
    """What the value's doubted sources say against it."""
    doubted = orders().values[agreement.field.rpartition(".")[2]].doubted
    against = [(kind, text) for kind, text in agreement.differing if kind in doubted]
    if against:
        yield _doubt(agreement.field, agreement.taken, _at(record, agreement.field), against)


def _at(record: CTRadiationDose, field: str) -> Sourced[Any]:
    """The value at ``total_dlp_mgy_cm`` or ``events[2].kvp``."""
    place, _, name = field.rpartition(".")
    holder = record.events[int(place[len("events[") : -1])] if place else record
    value: Sourced[Any] = getattr(holder, name)
    return value


def _doubt(
    field: str, kind: SourceKind, value: Sourced[Any], against: Sequence[tuple[SourceKind, str]]
) -> Doubt:
    others = ", ".join(f"{text} by {other}" for other, text in against)
    detail = f"{value.text} by {kind}, {others}"
    readings = ((str(kind), value.text), *((str(other), text) for other, text in against))
    origin = value.origin
    return Doubt(
        Reason.SOURCES_DISAGREE, detail, field, readings, origin.sop_instance_uid, origin.box
    )
