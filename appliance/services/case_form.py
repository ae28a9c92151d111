"""A person's form about a quarantined study: what it comes to, and what is still to be confirmed.

**Knows:** which of its fields are vouched for, typed or confirmed, and what remains doubted.
**Does not know:** how the form looks (``console.quarantine``), and who may sign it.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from appliance.console.quarantine.desk import Checked, Filled
from appliance.dose.checks import Evidence as Checkable
from appliance.dose.checks import Subject, checks
from appliance.dose.correction import NONE, Correction, corrected, corrections
from appliance.dose.doubt import Reason
from appliance.dose.record import CTRadiationDose
from appliance.dose.sight import plain
from appliance.dose.vouching import ROWS, Evidence, Ground, Open, fields, open_fields
from appliance.errors import RefusedError
from appliance.quarantine import Case
from appliance.services.settling import Settling

SHOWN = {Subject.SUM, Subject.LENGTH, Subject.LIMITS}
AGAINST_THE_SCREEN = {Ground.SEEN_OTHERWISE, Ground.LEFT_OUT}
"""Typing a value does not answer these: what readers saw is against it, so it is confirmed too."""


@dataclass(frozen=True)
class CaseForm:
    """``filled`` against ``case``; ``evidence`` is the case's."""

    case: Case
    evidence: Evidence
    filled: Filled
    settling: Settling

    def checked(self) -> Checked:
        """What it comes to."""
        try:
            record = self.record(corrections(self.typed))
        except RefusedError as refused:
            return Checked(wrong={self._as_counted(refused.where): refused.what})
        found = open_fields(record, self.numbers, self.evidence)
        doubts = self.settling.remaining(self.case, self.corrections(found), record)
        accepted = self.filled.accepted | {Reason.CONFIRMATION_NEEDED}
        return Checked(
            record=record,
            rows=len(record.events),
            open=found,
            unconfirmed=tuple(name for name in found if not self._is_settled(name, found[name])),
            doubts=doubts,
            unanswered=tuple(each for each in doubts if each.reason not in accepted),
            checks=tuple(
                each for each in checks(Checkable(record, (), (), ())) if each.subject in SHOWN
            ),
            changed=tuple(self.changed),
        )

    def record(self, wanted: tuple[Correction, ...]) -> CTRadiationDose:
        """The record as the form says it is. Raises RefusedError."""
        return corrected(self.evidence.before, wanted, "form")

    def corrections(self, found: Mapping[str, tuple[Open, ...]]) -> tuple[Correction, ...]:
        """What was typed, and what was confirmed of ``found`` as it stands."""
        return corrections(self.signed(found))

    def signed(self, found: Mapping[str, tuple[Open, ...]]) -> dict[str, str]:
        """Field → text of everything that the person stands for, value by value."""
        confirmed = {
            self._as_kept(name): self._text(name) or NONE
            for name in found
            if name != ROWS and self._is_confirmed(name) and self._may_be_signed(name)
        }
        return {**confirmed, **self.typed}

    def whole(self) -> dict[str, str]:
        """Field → text of everything that the form says, as for a case of which nothing was read.

        Events are counted anew. A value that was not typed is the one that was read.
        """
        numbers = {at: new for new, at in enumerate(self.numbers)}
        said = dict(self.before) | {n: typed(text) for n, text in self.filled.values.items()}
        found: dict[str, str] = {}
        for name, text in said.items():
            at = _event(name)
            if at is None:
                found[name] = text or NONE
            elif at in numbers and text:
                found[f"events[{numbers[at]}]{name.partition(']')[2]}"] = text
        return found

    @cached_property
    def before(self) -> Mapping[str, str]:
        """Field → text as it was read."""
        return {name: plain(value.value) for name, value in fields(self.evidence.before)}

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Of the events that the form has: what was read and not taken out, then new ones."""
        kept = tuple(at for at in range(self._read) if at not in self.filled.removed)
        return (*kept, *self._new)

    @cached_property
    def changed(self) -> Mapping[str, str]:
        """Field → text of what is not as it was read; ``events[2]`` of what was taken out."""
        values = {
            name: text or NONE
            for name, value in self.filled.values.items()
            if (text := typed(value)) != self.before.get(name, "") and not self._is_out(name)
        }
        return values | {f"events[{at}]": NONE for at in self.filled.removed if at < self._read}

    @cached_property
    def typed(self) -> Mapping[str, str]:
        """The same, with the numbers that new events have where there is a gap in the form."""
        return {self._as_kept(name): text for name, text in self.changed.items()}

    @cached_property
    def _read(self) -> int:
        return len(self.evidence.before.events) if self.evidence.before else 0

    @cached_property
    def _new(self) -> tuple[int, ...]:
        filled = {_event(name) for name, text in self.filled.values.items() if typed(text)}
        new = {at for at in filled if at is not None and at >= self._read}
        return tuple(sorted(new - self.filled.removed))

    def _as_kept(self, name: str) -> str:
        at = _event(name)
        if at is None or at < self._read:
            return name
        return f"events[{self._read + self._new.index(at)}]" + name.partition("]")[2]

    def _as_counted(self, name: str) -> str:
        at = _event(name)
        if at is None or not self._read <= at < self._read + len(self._new):
            return name
        return f"events[{self._new[at - self._read]}]" + name.partition("]")[2]

    def _is_out(self, name: str) -> bool:
        at = _event(name)
        return at is not None and (at in self.filled.removed or at not in self._every)

    @cached_property
    def _every(self) -> frozenset[int]:
        return frozenset((*range(self._read), *self._new))

    def _text(self, name: str) -> str:
        if name == ROWS:
            return str(len(self.numbers))
        return typed(self.filled.values.get(name, self.before.get(name, "")))

    def _is_confirmed(self, name: str) -> bool:
        return typed(self.filled.confirmed.get(name, "\0")) == self._text(name)

    def _may_be_signed(self, name: str) -> bool:
        """What a new event does not print is left out."""
        at = _event(name)
        return bool(self._text(name)) or at is None or at < self._read

    def _is_settled(self, name: str, whys: tuple[Open, ...]) -> bool:
        if self._is_confirmed(name):
            return True
        is_typed = name in self.changed and bool(self._text(name))
        return is_typed and not any(why.ground in AGAINST_THE_SCREEN for why in whys)


def typed(text: str) -> str:
    """What was typed with whatever keyboard: wide digits are digits."""
    return unicodedata.normalize("NFKC", text).strip()


def _event(name: str) -> int | None:
    inside = name.partition("[")[2].partition("]")[0]
    return int(inside) if inside.isdecimal() else None
