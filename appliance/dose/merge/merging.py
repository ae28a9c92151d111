"""The whole merge: rows matched, values taken, contradictions doubted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS
from appliance.dose.doubt import Doubt
from appliance.dose.merge.agreement import Agreement, taken
from appliance.dose.merge.contradictions import DOSE_FIELDS, Contradictions
from appliance.dose.merge.likeness import Facet, Known, is_localizer, may_repeat
from appliance.dose.merge.matching import Match, Matched, Refusal, Why, matched
from appliance.dose.merge.orders import Matching, Order, orders
from appliance.dose.merge.particulars import Particulars, particulars
from appliance.dose.merge.source import SourceKind
from appliance.dose.merge.wholeness import CURRENTS, STARTED, Omission, Wholeness
from appliance.dose.plausibility import is_plausible
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced, XRaySource

Sources = Mapping[SourceKind, CTRadiationDose]
Answers = Mapping[SourceKind, Sourced[Any] | None]
PHANTOM = "phantom"


@dataclass(frozen=True, slots=True)
class Merged:
    """What the sources say together.

    Attributes:
        record: Rows as the first source has them, values by the order of sources of each.
        doubts: Contradictions, with both values.
        sources: Who was asked; the first one's rows they are.
        matches: Which events are which rows for certain.
        refusals: Rows that are matched with nothing for certain.
        contradictions: Pairs whose dose differs; nothing is taken from them unless a person signed.
        agreements: Of every value, who says the same.
        omissions: Values of images that may be of a part of a scan, in no row.
    """

    record: CTRadiationDose
    doubts: tuple[Doubt, ...] = ()
    sources: tuple[SourceKind, ...] = ()
    matches: tuple[Match, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    contradictions: tuple[Match, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    omissions: tuple[Omission, ...] = ()


def merge(
    sources: Sources,
    names: Mapping[SourceKind, Sequence[Particulars]] | None = None,
    made: str = "",
    ctdi_vol_tolerance: Decimal = Decimal(0),
) -> Merged:
    """What ``sources``, one at least, say of one study; the same sources give the same result.

    Args:
        sources: What each says. Its events are the study's, in the order of time.
        names: What else is known of the events of a source, one an event.
        made: When the first source was made, a DT; a scan that began later cannot be in it. Empty
            when it is not known: then no scan is missed.
        ctdi_vol_tolerance: The share by which two statements of one CTDIvol may differ beyond
            rounding.
    """
    kinds = tuple(kind for kind in SourceKind if kind in sources)
    first = kinds[0]
    by = replace(orders().matching, ctdi_vol_tolerance=ctdi_vol_tolerance)
    known = {kind: _known(sources[kind], (names or {}).get(kind, ())) for kind in kinds}
    laid = {kind: matched(kind, known[first], known[kind], by) for kind in kinds[1:]}
    taking = _Taking(first, sources, laid, by, known)
    record, agreements = taking.record()
    settled = {each.field for each in agreements}
    against = Contradictions(first, sources, laid, by, made)
    return Merged(
        record=record,
        doubts=tuple(against.doubts(agreements, record)),
        sources=kinds,
        matches=tuple(each for of in laid.values() for each in of.matches),
        refusals=tuple(each for of in laid.values() for each in of.refusals),
        contradictions=tuple(each for of in laid.values() for each in of.contradictions),
        agreements=agreements,
        omissions=tuple(each for each in taking.omissions if each.field not in settled),
    )


def _known(record: CTRadiationDose, names: Sequence[Particulars]) -> list[Known]:
    more: Sequence[Particulars | None] = names or [None] * len(record.events)
    pairs = zip(record.events, more, strict=True)
    return [Known(event, particulars(event, each)) for event, each in pairs]


@dataclass(frozen=True, slots=True)
class _Taking:
    """Takes the values of the rows of ``first`` from all sources, as they are ``laid`` on them."""

    first: SourceKind
    sources: Sources
    laid: Mapping[SourceKind, Matched]
    by: Matching
    known: Mapping[SourceKind, Sequence[Known]]
    omissions: list[Omission] = field(default_factory=list)

    def record(self) -> tuple[CTRadiationDose, tuple[Agreement, ...]]:
        agreements: list[Agreement] = []
        own = self.sources[self.first]
        events = tuple(self._event(at, agreements) for at in range(len(own.events)))
        totals: dict[str, Any] = {}
        for name in TOTAL_FIELDS:
            said = {kind: getattr(each, name) for kind, each in self.sources.items()}
            totals[name] = self._taken(name, name, said, agreements)
        return replace(own, events=events, **totals), tuple(agreements)

    def _event(self, at: int, agreements: list[Agreement]) -> IrradiationEvent:
        said = self._said(at)
        values: dict[str, Any] = {}
        for name in EVENT_FIELDS:
            answers = {kind: of.get(name) for kind, of in said.items()}
            values[name] = self._taken(name, f"events[{at}].{name}", answers, agreements)
        for name, order in orders().parts.items():
            values[name] = self._part(at, name, order)
        return replace(self.sources[self.first].events[at], **values)

    def _taken(
        self, name: str, field: str, answers: Answers, agreements: list[Agreement]
    ) -> Sourced[Any] | None:
        said = {kind: value for kind, value in answers.items() if value is not None}
        found = taken(name, field, said, orders().values[name], self.by)
        if found is None:
            return None
        value, agreement = found
        agreements.append(agreement)
        return value

    def _said(self, at: int) -> dict[SourceKind, dict[str, Sourced[Any]]]:
        """What each source says of row ``at``, by field."""
        own = self.sources[self.first].events[at]
        said = {self.first: self._whole(self.first, dict(own.sourced()), at, [at])}
        for kind, of in self.laid.items():
            events = self.sources[kind].events
            for refusal in of.refusals:
                if refusal.row == at:
                    said[kind] = self._shared(refusal, [events[n] for n in refusal.candidates])
            for match in self._certain(of):
                if match.row == at:
                    said[kind] = self._matched(at, match)
            if kind in said:
                said[kind] = _believed(said[kind], own)
        return said

    def _matched(self, at: int, match: Match) -> dict[str, Sourced[Any]]:
        """What matched events say, without what images of a part do not say of the whole."""
        events = self.sources[match.source].events
        own = self.sources[self.first].events[at]
        said = _common([events[number] for number in match.events], own, match)
        if self._is_of_several(match.source, said.get(STARTED)):
            del said[STARTED]
        return self._whole(match.source, said, at, match.events)

    def _whole(
        self, kind: SourceKind, said: dict[str, Sourced[Any]], at: int, events: Sequence[int]
    ) -> dict[str, Sourced[Any]]:
        """What is that of the scan, whatever of its images came."""
        if kind is not SourceKind.IMAGE_HEADERS:
            return said
        own = self.sources[self.first].events[at]
        rules = [self._wholeness(own, self.known[kind][number]) for number in events]
        whole = {
            name: value
            for name, value in said.items()
            if all(each.holds(name, value) for each in rules)
        }
        missing = [
            Omission(f"events[{at}].{name}", said[name].text) for name in said.keys() - whole
        ]
        self.omissions.extend(sorted(missing, key=lambda each: each.field))
        return whole

    def _wholeness(self, own: IrradiationEvent, scan: Known) -> Wholeness:
        return Wholeness(own, scan, self.by.range_tolerance_mm)

    def _is_of_several(self, kind: SourceKind, started: Sourced[Any] | None) -> bool:
        """Whether several events are said to have begun in one moment: it is not that of each."""
        begun = [each.started for each in self.sources[kind].events if each.started]
        return started is not None and [each.value for each in begun].count(started.value) > 1

    def _certain(self, of: Matched) -> tuple[Match, ...]:
        """A person has decided about doses that differ, so those are of one scan, too."""
        signed = self.first is SourceKind.PERSON
        return (*of.matches, *of.contradictions) if signed else of.matches

    def _shared(
        self, refusal: Refusal, candidates: Sequence[IrradiationEvent]
    ) -> dict[str, Sourced[Any]]:
        """What is the same whichever of the candidates is meant.

        Where there are more rows than candidates, the scan may be one that no candidate is. Scans
        of one protocol with one CTDIvol still have one phantom.
        """
        agreed = _agreed(candidates, everyone=True)
        names = {name for name, order in orders().values.items() if order.shared}
        if refusal.why is Why.SHARED:
            names = {PHANTOM} if self._is_one_protocol(refusal) else set()
        return {name: agreed[name] for name in agreed.keys() & names}

    def _is_one_protocol(self, refusal: Refusal) -> bool:
        rows = self.sources[self.first].events
        labels = [rows[at].label for at in (refusal.row, *refusal.rivals)]
        return None not in labels and len({each.value for each in labels if each}) == 1

    def _part(self, at: int, name: str, order: Order) -> tuple[Any, ...]:
        """Of the first source that has any, and knows for certain."""
        own = self.sources[self.first].events[at]
        for kind in (self.first, *order.sources):
            known = self._one(kind, at)
            part: tuple[Any, ...] = getattr(known.event, name) if known else ()
            if known and part:
                imaged = kind is SourceKind.IMAGE_HEADERS and name == "further_sources"
                whole = self._wholeness(own, known)
                return tuple(_tube(each, whole) for each in part) if imaged else part
        return ()

    def _one(self, kind: SourceKind, at: int) -> Known | None:
        """The one event of ``kind`` that is row ``at``."""
        if kind is self.first:
            return self.known[kind][at]
        matches = self._certain(self.laid[kind]) if kind in self.laid else ()
        ones = [each.events[0] for each in matches if each.row == at and len(each.events) == 1]
        return self.known[kind][ones[0]] if ones else None


def _tube(tube: XRaySource, whole: Wholeness) -> XRaySource:
    """A further source, without currents that are of a part."""
    said = {name: getattr(tube, name) for name in CURRENTS}
    parts: dict[str, Any] = {
        name: None for name, value in said.items() if value and not whole.holds(name, value)
    }
    return replace(tube, **parts)


def _believed(said: Mapping[str, Sourced[Any]], row: IrradiationEvent) -> dict[str, Sourced[Any]]:
    """What another source says of a row, as far as a CT can do it.

    Of a localizer that prints no dose none is stated, whatever its images say.
    """
    silent = is_localizer(row) and not row.has_dose
    left_out = {*DOSE_FIELDS.values(), PHANTOM} if silent else set()
    return {
        name: value
        for name, value in said.items()
        if name not in left_out and is_plausible(name, value.value)
    }


def _common(
    events: Sequence[IrradiationEvent], row: IrradiationEvent, match: Match
) -> dict[str, Sourced[Any]]:
    """What matched events say; the doses of several scans, or of a part, are not the row's."""
    agreed = _agreed(events, everyone=False)
    whole = Facet.CTDI_VOL in match.reasons and len(events) == 1
    if may_repeat(row) and not whole:
        return {name: agreed[name] for name in agreed.keys() - set(DOSE_FIELDS.values())}
    return agreed


def _agreed(events: Sequence[IrradiationEvent], *, everyone: bool) -> dict[str, Sourced[Any]]:
    """The values in which all of ``events`` that state one agree; ``everyone``: all state one."""
    said = [dict(event.sourced()) for event in events]
    found: dict[str, Sourced[Any]] = {}
    for name in EVENT_FIELDS:
        values = [each[name] for each in said if name in each]
        enough = len(values) == len(said) if everyone else bool(values)
        if enough and len({each.value for each in values}) == 1:
            found[name] = values[0]
    return found
