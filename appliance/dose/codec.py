"""The dose record and its doubts as JSON, and back without loss.

A value is ``{"value": …, "text": …, "origin": {…}}``: a Decimal as its exact digits, a coded value
by its member's name. A value that is absent is left out. Reading is strict: an unknown or missing
key is a ValueError.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from typing import Any, get_args, get_origin, get_type_hints

from appliance.dose.coded import (
    Coded,
    EffectiveDoseMethod,
    ReferenceAuthority,
    SourceOfDoseInformation,
)
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.effective import EffectiveDose, Estimation
from appliance.dose.record import (
    Box,
    CTRadiationDose,
    IrradiationEvent,
    Origin,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.dose.region import REGIONS, Region

Json = dict[str, Any]
ValueType = type[Decimal] | type[str] | type[Coded] | type[Region]


def _sourced_fields(record_type: type) -> dict[str, ValueType]:
    """The fields annotated ``Sourced[X]`` or ``Sourced[X] | None``, with their X."""
    hints = get_type_hints(record_type)
    kinds = {each.name: _sourced_kind(hints[each.name]) for each in fields(record_type)}
    return {name: get_args(kind)[0] for name, kind in kinds.items() if kind is not None}


def _sourced_kind(hint: object) -> object | None:
    """The ``Sourced[X]`` within a field's annotation."""
    options = (hint, *get_args(hint))
    return next((each for each in options if get_origin(each) is Sourced), None)


EVENT_FIELDS = _sourced_fields(IrradiationEvent)
"""Every value of an irradiation event, with the type of its value."""

TOTAL_FIELDS = _sourced_fields(CTRadiationDose)
"""Every value of the record that belongs to no event, with the type of its value."""

PARTS: dict[str, type[XRaySource] | type[SizeSpecificDose]] = {
    "further_sources": XRaySource,
    "size_specific_doses": SizeSpecificDose,
}
"""The fields of an event that hold several things, each of several values."""

EFFECTIVE_DOSE = "effective_dose"
"""The field of an event that holds an estimate; its values are the site's, so without origin."""

_ESTIMATES = ("effective_dose_msv", "factor_msv_per_mgy_cm")
_PART_FIELDS = {name: _sourced_fields(kind) for name, kind in PARTS.items()}


def record_to_json(record: CTRadiationDose) -> Json:
    """The record as JSON-able values; ``record_from_json`` gives it back exactly."""
    return {
        "layout": record.layout,
        **_present(record, TOTAL_FIELDS),
        "events": [_event_to_json(event) for event in record.events],
    }


def record_from_json(body: Mapping[str, Any]) -> CTRadiationDose:
    """The record that ``record_to_json`` wrote. Raises ValueError when it is not one."""
    _expect(body, {"layout", "events"}, optional=set(TOTAL_FIELDS))
    return CTRadiationDose(
        layout=body["layout"],
        events=tuple(_event_from_json(event) for event in body["events"]),
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


def value_from_text(value_type: ValueType, text: str) -> Decimal | str | Coded | Region:
    """A value from the text that stands for it. Raises ValueError when it stands for none."""
    if issubclass(value_type, Decimal):
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(f"not a number: {text}") from None
    if issubclass(value_type, str):
        return text
    known = names_of(value_type)
    if text not in known:
        raise ValueError(f"{text} is none of {', '.join(known)}")
    return known[text]


def names_of(value_type: type[Coded] | type[Region]) -> Mapping[str, Coded | Region]:
    """Every value of an enumerated type by its name."""
    return REGIONS if issubclass(value_type, Region) else value_type.__members__


def _event_to_json(event: IrradiationEvent) -> Json:
    parts: Json = {
        name: [_present(part, _PART_FIELDS[name]) for part in getattr(event, name)]
        for name in PARTS
        if getattr(event, name)
    }
    if event.effective_dose is not None:
        parts |= {EFFECTIVE_DOSE: _effective_dose_to_json(event.effective_dose)}
    return _present(event, EVENT_FIELDS) | parts


def _event_from_json(body: Mapping[str, Any]) -> IrradiationEvent:
    parts: Json = {
        name: tuple(kind(**_sourced(part, _PART_FIELDS[name])) for part in body[name])
        for name, kind in PARTS.items()
        if name in body
    }
    if EFFECTIVE_DOSE in body:
        parts[EFFECTIVE_DOSE] = _effective_dose(body[EFFECTIVE_DOSE])
    values = {name: value for name, value in body.items() if name not in parts}
    return IrradiationEvent(**_sourced(values, EVENT_FIELDS), **parts)


def _effective_dose_to_json(dose: EffectiveDose) -> Json:
    way = dose.estimation
    return {
        "effective_dose_msv": str(dose.effective_dose_msv),
        "factor_msv_per_mgy_cm": str(dose.factor_msv_per_mgy_cm),
        "estimation": asdict(way)
        | {"method": way.method.name, "reference_authority": way.reference_authority.name},
    }


def _effective_dose(body: Mapping[str, Any]) -> EffectiveDose:
    _expect(body, {each.name for each in fields(EffectiveDose)})
    way = body["estimation"]
    _expect(way, {each.name for each in fields(Estimation)})
    coded = {
        "method": value_from_text(EffectiveDoseMethod, way["method"]),
        "reference_authority": value_from_text(ReferenceAuthority, way["reference_authority"]),
    }
    numbers = {name: value_from_text(Decimal, body[name]) for name in _ESTIMATES}
    return EffectiveDose(estimation=Estimation(**way | coded), **numbers)  # type: ignore[arg-type] # by name


def _present(item: object, names: Mapping[str, ValueType]) -> Json:
    values = {name: getattr(item, name) for name in names}
    return {name: _sourced_to_json(value) for name, value in values.items() if value is not None}


def _sourced_to_json(value: Sourced[Any]) -> Json:
    plain = value.value.name if isinstance(value.value, Coded | Region) else str(value.value)
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
