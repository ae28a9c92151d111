"""What a person says a dose report says: corrections typed against a record.

A correction is a field and a text: ``total_dlp_mgy_cm`` or ``events[2].ctdi_vol_mgy``, and the
value as printed, or ``none`` for a value that is not printed. ``events[2]`` with ``none`` takes the
whole event out. The number of events as they were counts from 0; the next number adds an event.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from appliance.dose.codec import (
    EVENT_FIELDS,
    PARTS,
    TOTAL_FIELDS,
    ValueType,
    names_of,
    value_from_text,
)
from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Origin, Sourced
from appliance.errors import RefusedError

NONE = "none"
LONGEST_TEXT = 64
SIZE_SPECIFIC_BASIS = {"ctdi_vol_mgy", "phantom", "target_region"}
"""What size specific doses were estimated from; with another one they are no longer true."""

_FIELD = re.compile(r"(?:events\[(?P<event>0|[1-9][0-9]{0,2})\](?:\.(?=.)|$))?(?P<name>[a-z_]*)")
_NUMBER = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,4})?")

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """One value, or one whole event when ``name`` is empty, and the text for it."""

    event: int | None
    name: str
    text: str

    @property
    def field(self) -> str:
        """The field as a person writes it."""
        if self.event is None:
            return self.name
        return f"events[{self.event}].{self.name}" if self.name else f"events[{self.event}]"

    @property
    def removes(self) -> bool:
        """Whether it takes away what it names."""
        return self.text == NONE


def corrections(typed: Mapping[str, str]) -> tuple[Correction, ...]:
    """Field → text as corrections. Raises RefusedError for a field that does not exist."""
    return tuple(_correction(field, text) for field, text in typed.items())


def corrected(
    record: CTRadiationDose | None, wanted: Iterable[Correction], person: str
) -> CTRadiationDose:
    """The record as ``person`` says it is; typed values have the origin Manual Entry.

    ``record`` is None when nothing was read. Raises RefusedError for a text that is not a value of
    its field, for an event that leaves a gap or is not there, and when no event is left.
    """
    origin = Origin(SourceOfDoseInformation.MANUAL_ENTRY, person)
    draft = _Draft(record)
    for correction in sorted(wanted, key=lambda each: (each.event or 0, each.name)):
        draft.apply(correction, origin)
    return draft.record()


def printed(record: CTRadiationDose | None, correction: Correction) -> str | dict[str, str] | None:
    """The text ``record`` has where the correction points; of an event, the text of each value."""
    if record is None:
        return None
    if correction.event is None:
        return _text(getattr(record, correction.name))
    if correction.event >= len(record.events):
        return None
    event = record.events[correction.event]
    if not correction.name:
        return {name: value.text for name, value in event.sourced()}
    return _text(getattr(event, correction.name))


def value_at(record: CTRadiationDose | None, correction: Correction) -> Sourced[Any] | None:
    """The one value that ``record`` has where the correction points; None for a whole event."""
    if record is None or not correction.name:
        return None
    if correction.event is None:
        return getattr(record, correction.name, None)
    if correction.event >= len(record.events):
        return None
    return getattr(record.events[correction.event], correction.name, None)


class _Draft:
    """The values of a record while they change; an event taken out stays as None."""

    def __init__(self, record: CTRadiationDose | None) -> None:
        self._before = record
        events = record.events if record else ()
        self._events: list[Values | None] = [_values(event) for event in events]
        self._totals: Values = {}

    def apply(self, correction: Correction, origin: Origin) -> None:
        if correction.event is None:
            self._totals[correction.name] = _value(correction, TOTAL_FIELDS, origin)
            return
        values = self._event(correction)
        if not correction.name:
            self._events[correction.event] = None
        else:
            values[correction.name] = _value(correction, EVENT_FIELDS, origin)
            if correction.name in SIZE_SPECIFIC_BASIS:
                values["size_specific_doses"] = ()

    def record(self) -> CTRadiationDose:
        events = tuple(IrradiationEvent(**event) for event in self._events if event is not None)
        if not events:
            raise RefusedError("a dose report has at least one event", remedy=_HOW_TO_ADD)
        if self._before is None:
            return CTRadiationDose(events, **self._totals)
        return replace(self._before, events=events, **self._totals)

    def _event(self, correction: Correction) -> Values:
        at = correction.event or 0
        if at > len(self._events) or (at == len(self._events) and correction.removes):
            new = f"a new event is events[{len(self._events)}]"
            raise RefusedError("there is no such event", correction.field, new)
        if at == len(self._events):
            self._events.append({})
        values = self._events[at]
        if values is None:
            raise RefusedError("the event is taken out and also corrected", correction.field)
        return values


def _values(event: IrradiationEvent) -> Values:
    """All of the event but its effective dose, which follows from the others."""
    return dict(event.sourced()) | {name: getattr(event, name) for name in PARTS}


_HOW_TO_ADD = "type its values, such as events[0].dlp_mgy_cm=123.45"


def _correction(field: str, text: str) -> Correction:
    found = _FIELD.fullmatch(field)
    event = int(found["event"]) if found and found["event"] else None
    known = TOTAL_FIELDS if event is None else EVENT_FIELDS
    whole_event = event is not None and field.endswith("]") and text == NONE
    if found is None or not (whole_event or found["name"] in known):
        raise RefusedError("there is no such field", field, _nearest(field))
    return Correction(event, found["name"], text)


def _nearest(field: str) -> str:
    prefix, known = ("events[0].", EVENT_FIELDS) if "events" in field else ("", TOTAL_FIELDS)
    (near,) = difflib.get_close_matches(field.rpartition(".")[2], known, 1, 0)
    return f"did you mean {prefix}{near}?"


def _value(
    correction: Correction, types: Mapping[str, ValueType], origin: Origin
) -> Sourced[Any] | None:
    if correction.removes:
        return None
    value_type = types[correction.name]
    expected = _expected(value_type)
    if not _is_well_formed(correction.text, value_type):
        raise RefusedError(f"{correction.text!r} is not {expected}", correction.field)
    return Sourced(value_from_text(value_type, correction.text), correction.text, origin)


def _is_well_formed(text: str, value_type: ValueType) -> bool:
    if issubclass(value_type, Decimal):
        return _NUMBER.fullmatch(text) is not None
    if issubclass(value_type, str):
        return 0 < len(text) <= LONGEST_TEXT and text.isprintable() and text == text.strip()
    return text in names_of(value_type)


def _expected(value_type: ValueType) -> str:
    if issubclass(value_type, Decimal):
        return "a number as printed, such as 12.34"
    if issubclass(value_type, str):
        return f"a text of at most {LONGEST_TEXT} characters"
    return f"one of {', '.join(names_of(value_type))}"


def _text(value: Sourced[object] | None) -> str | None:
    return None if value is None else value.text
