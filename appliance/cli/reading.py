"""One study's reading, as a JSON line and as text for people."""

from collections.abc import Iterator
from typing import Any

from appliance.cli.record import (
    doubt_values,
    doubts_text,
    indented,
    record_table,
    record_values,
    technique_values,
)
from appliance.cli.texts import Texts
from appliance.services.merged import merged_values
from appliance.services.study_reading import StudyReading

NOTHING_ACCEPTED: dict[str, Any] = {
    "total_dlp_mgy_cm": None,
    "totals_by_phantom": None,
    "events": [],
}


def as_json(reading: StudyReading) -> dict[str, Any]:
    """The object that ``read.schema.json`` describes.

    Values that were not accepted stand under ``unconfirmed`` alone.
    """
    values = record_values(reading.record) if reading.record else None
    recognised = reading.outcome == "recognised"
    return {
        "study": reading.study,
        "outcome": str(reading.outcome),
        "reason": str(reading.reason) if reading.reason else None,
        "layout": reading.record.layout if reading.record else None,
        "tier": str(reading.tier) if reading.tier else None,
        "needs_confirmation": reading.needs_confirmation,
        "atlas": reading.atlas,
        **(values if values and recognised else NOTHING_ACCEPTED),
        "technique": technique_values(reading.record) if reading.record and recognised else [],
        **merged_values(reading.merged),
        "native_reports": [str(each.SOPInstanceUID) for each in reading.natives],
        "disagreements": [doubt_values(each) for each in reading.disagreements],
        "doubts": [doubt_values(each) for each in reading.doubts],
        "unconfirmed": None if recognised else values,
    }


def as_text(reading: StudyReading, texts: Texts) -> str:
    """The study's values, what was checked, and why it waits if it does."""
    return "\n".join(_lines(reading, texts))


def _lines(reading: StudyReading, texts: Texts) -> Iterator[str]:
    outcome = texts.say(f"read.{reading.outcome}")
    yield texts.say("read.study", study=reading.study, outcome=outcome)
    if reading.record:
        yield indented(texts.say(f"read.layout-{reading.outcome}", layout=reading.record.layout))
        yield indented(record_table(reading.record, texts))
    for native in reading.natives:
        yield indented(texts.say("read.native-report", report=native.SOPInstanceUID))
    if reading.doubts or reading.disagreements:
        yield indented(doubts_text((*reading.doubts, *reading.disagreements), texts))
    if reading.record:
        yield indented(texts.say(f"read.{_fate(reading)}"))
    if reading.needs_confirmation:
        yield indented(texts.say("read.needs-confirmation", tier=reading.tier))


def _fate(reading: StudyReading) -> str:
    if reading.outcome == "quarantined":
        return "waits"
    return "report-waits" if reading.doubts else "checked"
