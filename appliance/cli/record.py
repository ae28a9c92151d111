"""A dose record and its doubts, as JSON values and as text for people."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.texts import Texts
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.dose.region import Region

EVENT_KEYS = {
    "ctdi_vol_mgy": "ctdi_vol_mgy",
    "dlp_mgy_cm": "dlp_mgy_cm",
    "phantom": "phantom",
    "type": "acquisition_type",
    "series": "series",
    "label": "label",
    "kvp": "kvp",
    "exposure_mas": "exposure_mas",
}
"""Key of the JSON line → field of the record."""
TECHNIQUE = (
    "tube_current_ma",
    "tube_current_max_ma",
    "exposure_time_s",
    "rotation_time_s",
    "single_collimation_mm",
    "total_collimation_mm",
    "pitch",
    "x_ray_sources",
    "scanning_length_mm",
    "reconstructable_length_mm",
    "target_region",
    "irradiation_event_uid",
    "started",
)
"""Fields of the record that a report holds and few screens print."""
TABLE = ("series", "type", "label", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom", "kvp", "exposure_mas")
DOSE_COLUMNS = frozenset(map(TABLE.index, ("ctdi_vol_mgy", "dlp_mgy_cm")))


def record_values(record: CTRadiationDose) -> dict[str, Any]:
    """Total and events by the keys of ``read.schema.json``."""
    parts = record.totals_by_phantom
    return {
        "total_dlp_mgy_cm": _printed(record.total_dlp_mgy_cm),
        "totals_by_phantom": {p.name: _printed(parts[p]) for p in parts} or None,
        "events": [_event(event) for event in record.events],
    }


def technique_values(record: CTRadiationDose) -> list[dict[str, str]]:
    """Of each event what is known of TECHNIQUE, by the record's names."""
    found = [
        {name: _printed(getattr(event, name)) for name in TECHNIQUE} for event in record.events
    ]
    return [{name: text for name, text in each.items() if text is not None} for each in found]


def doubt_values(doubt: Doubt) -> dict[str, Any]:
    """A doubt by the keys of ``read.schema.json``."""
    return {
        "reason": str(doubt.reason),
        "field": doubt.field,
        "detail": doubt.detail,
        "readings": [list(pair) for pair in doubt.readings],
    }


def record_table(record: CTRadiationDose, texts: Texts) -> str:
    """The rows and the total in columns."""
    rows = [[texts.say(f"read.{key}") for key in TABLE]]
    for event in record.events:
        values = _event(event)
        rows.append([values[key] or "-" for key in TABLE])
    total = {
        "series": texts.say("read.total"),
        "dlp_mgy_cm": _printed(record.total_dlp_mgy_cm) or "-",
    }
    rows.append([total.get(key, "") for key in TABLE])
    return columns(rows, right=DOSE_COLUMNS)


def doubts_text(doubts: Iterable[Doubt], texts: Texts) -> str:
    """Each reason once, in words, and under it the evidence of every doubt with it."""
    lines: dict[Reason, list[str]] = {}
    for doubt in doubts:
        seen = ", ".join(f"{reader} “{text}”" for reader, text in doubt.readings)
        evidence = ": ".join(filter(None, [doubt.field, doubt.detail, seen]))
        lines.setdefault(doubt.reason, []).append(f"  {evidence}")
    return "\n".join(
        "\n".join([f"{reason}: {texts.pick(reason.meaning)}", *evidence])
        for reason, evidence in lines.items()
    )


def indented(text: str) -> str:
    """Every line two places to the right."""
    return "\n".join(f"  {line}" for line in text.splitlines())


def _event(event: IrradiationEvent) -> dict[str, str | None]:
    return {key: _printed(getattr(event, name)) for key, name in EVENT_KEYS.items()}


def _printed(value: Sourced[Any] | None) -> str | None:
    if value is None:
        return None
    return value.value.name if isinstance(value.value, Enum | Region) else str(value.value)
