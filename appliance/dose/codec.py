"""The dose record and its doubts as JSON, and back without loss.

A value is ``{"value": …, "text": …, "origin": {…}}``: a Decimal as its exact digits, a coded value
by its member's name. A value that is absent is left out. Reading is strict: an unknown or missing
key is a ValueError.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, get_args, get_type_hints

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Box, CTRadiationDose, IrradiationEvent, Origin, Sourced

Json = dict[str, Any]
ValueType = type[Decimal] | type[str] | type[CTAcquisitionType] | type[Phantom]


def _sourced_fields(record_type: type) -> dict[str, ValueType]:
    """The fields annotated ``Sourced[X] | None``, with their X."""
    hints = get_type_hints(record_type)
    optional = {each.name: get_args(hints[each.name]) for each in fields(record_type) if each.init}
    return {name: get_args(union[0])[0] for name, union in optional.items() if type(None) in union}


EVENT_FIELDS = _sourced_fields(IrradiationEvent)
"""Every value of an irradiation event, with the type of its value."""

TOTAL_FIELDS = _sourced_fields(CTRadiationDose)
"""Every value of the record that belongs to no event, with the type of its value."""


def record_to_json(record: CTRadiationDose) -> Json:
    """The record as JSON-able values; ``record_from_json`` gives it back exactly."""
    return {
        "layout": record.layout,
        **_present(record, TOTAL_FIELDS),
        "events": [_present(event, EVENT_FIELDS) for event in record.events],
    }


def record_from_json(body: Mapping[str, Any]) -> CTRadiationDose:
    """The record that ``record_to_json`` wrote. Raises ValueError when it is not one."""
    _expect(body, {"layout", "events"}, optional=set(TOTAL_FIELDS))
    return CTRadiationDose(
        layout=body["layout"],
        events=tuple(IrradiationEvent(**_sourced(event, EVENT_FIELDS)) for event in body["events"]),
        **_sourced({key: body[key] for key in body if key in TOTAL_FIELDS}, TOTAL_FIELDS),
    )


def doubt_to_json(doubt: Doubt) -> Json:
    """The doubt as JSON-able values."""
    return asdict(doubt) | {"reason": str(doubt.reason)}


def doubt_from_json(body: Mapping[str, Any]) -> Doubt:
    """The doubt that ``doubt_to_json`` wrote. Raises ValueError when it is not one."""
    _expect(body, {each.name for each in fields(Doubt)})
    return Doubt(
        Reason(body["reason"]),
        body["detail"],
        body["field"],
        tuple((reader, text) for reader, text in body["readings"]),
        body["sop_instance_uid"],
        _box(body["box"]),
    )


def value_from_text(value_type: ValueType, text: str) -> Decimal | str | Enum:
    """A value from the text that stands for it. Raises ValueError when it stands for none."""
    if issubclass(value_type, Decimal):
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(f"not a number: {text}") from None
    if issubclass(value_type, str):
        return text
    if text not in value_type.__members__:
        raise ValueError(f"{text} is none of {', '.join(value_type.__members__)}")
    return value_type.from_name(text)


def _present(item: object, names: Mapping[str, ValueType]) -> Json:
    values = {name: getattr(item, name) for name in names}
    return {name: _sourced_to_json(value) for name, value in values.items() if value is not None}


def _sourced_to_json(value: Sourced[Any]) -> Json:
    plain = value.value.name if isinstance(value.value, Enum) else str(value.value)
    origin = asdict(value.origin) | {"source": value.origin.source.name}
    return {"value": plain, "text": value.text, "origin": origin}


def _sourced(body: Mapping[str, Any], types: Mapping[str, ValueType]) -> dict[str, Any]:
    _expect(body, set(), optional=set(types))
    return {name: _sourced_from_json(body[name], types[name]) for name in body}


def _sourced_from_json(body: Mapping[str, Any], value_type: ValueType) -> Sourced[Any]:
    _expect(body, {"value", "text", "origin"})
    value = value_from_text(value_type, body["value"])
    return Sourced(value, body["text"], _origin(body["origin"]))


def _origin(body: Mapping[str, Any]) -> Origin:
    _expect(body, {each.name for each in fields(Origin)})
    if body["source"] not in SourceOfDoseInformation.__members__:
        raise ValueError(f"not a source of dose information: {body['source']}")
    return Origin(
        SourceOfDoseInformation.from_name(body["source"]),
        body["detail"],
        body["sop_instance_uid"],
        body["frame"],
        _box(body["box"]),
    )


def _box(body: Mapping[str, int] | None) -> Box | None:
    return None if body is None else Box(**body)


def _expect(body: Mapping[str, Any], required: set[str], optional: set[str] | None = None) -> None:
    unknown, missing = set(body) - required - (optional or set()), required - set(body)
    if unknown or missing:
        raise ValueError(f"unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
