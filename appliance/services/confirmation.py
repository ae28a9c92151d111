"""Confirming: the first screens of a scanner are compared with their pictures by a person.

A layout may be proven less well than the site wants. Then what was read for certain waits all the
same, until a person has confirmed so many studies of that scanner and layout one after the other.

**Knows:** the site's settings, and what counts as confirmed.
**Does not know:** how a study waits, and how a person decides (``settling``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydicom import Dataset

from appliance.config import Recogniser
from appliance.dose.codec import TOTAL_FIELDS, record_from_json
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen.scanner import scanner_of
from appliance.dosescreen.tier import Tier
from appliance.quarantine import Case, Confirmations, Settlement

NO_TIER = "none"
"""The setting that trusts no layout."""


def asks_a_person(settings: Recogniser, tier: Tier) -> bool:
    """Whether, by ``settings``, the first screens of a scanner are confirmed in this tier."""
    trusted = settings.trusted_tier
    below = trusted == NO_TIER or tier.is_below(Tier(trusted))
    return below and settings.confirm_first > 0


def scanner_identifier(evidence: Sequence[Dataset]) -> str:
    """The scanner that drew the screens ``evidence`` are the headers of.

    Empty when they name none, or more than one: then it cannot be told from others.
    """
    scanners = [scanner_of(header) for header in evidence]
    named = {scanner.identifier if scanner else "" for scanner in scanners}
    return named.pop() if len(named) == 1 else ""


def stands_as_read(case: Case, record: CTRadiationDose) -> bool:
    """Whether ``record``, a person's, says what was read of a case.

    What was in doubt beside, because the screen does not print it, may have been typed.
    """
    before = record_from_json(case.evidence["record"])
    asked = {doubt.field for doubt in case.doubts}
    read, said = dict(_values(before)), dict(_values(record))
    return all(read.get(field) == said.get(field) for field in (read | said).keys() - asked)


def _values(record: CTRadiationDose) -> Iterator[tuple[str, object]]:
    """Every value by its field's name."""
    for name in TOTAL_FIELDS:
        if (total := getattr(record, name)) is not None:
            yield name, total.value
    for at, event in enumerate(record.events):
        yield from ((f"events[{at}].{name}", value.value) for name, value in event.sourced())


@dataclass(frozen=True, slots=True)
class Confirming:
    """What a site's ``settings`` have persons confirm, and what they have confirmed."""

    settings: Recogniser
    confirmations: Confirmations

    def doubt(self, scanner: str, layout: str) -> Doubt | None:
        """Why a study of ``scanner`` (empty: not named) has to be confirmed; None if it has not."""
        if not scanner:
            detail = "the header does not name the scanner, so none of its studies passes by itself"
        elif self.settings.confirm_always:
            detail = f"every study read as {layout} is confirmed here"
        elif (count := self.confirmations.count(scanner, layout)) < self.settings.confirm_first:
            wanted = self.settings.confirm_first
            detail = f"{count} of {wanted} studies of this scanner read as {layout} are confirmed"
        else:
            return None
        return Doubt(Reason.CONFIRMATION_NEEDED, detail)

    def released(self, cases: Iterable[Case]) -> list[Case]:
        """Those of the open ``cases`` that wait for this alone, and need not any more."""
        return [
            case
            for case in cases
            if case.reason is Reason.CONFIRMATION_NEEDED  # the last doubt of a case, if not alone
            if self.doubt(case.evidence["scanner"], case.evidence["layout"]) is None
        ]

    def note(self, case: Case, settlement: Settlement) -> None:
        """Count what a person decided about a case that was to be confirmed."""
        facts = case.evidence
        if any(doubt.reason is Reason.CONFIRMATION_NEEDED for doubt in case.doubts):
            record = settlement.decision.record
            confirmed = record is not None and stands_as_read(case, record)
            self.confirmations.add(case.id, facts["scanner"], facts["layout"], confirmed=confirmed)
