"""What one report says otherwise than the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from pydicom import Dataset

from appliance.console.studies.desk import Report
from appliance.console.studies.dose_table import TOTALS, printed
from appliance.console.studies.plain_text import visible
from appliance.dose.record import CTRadiationDose, Sourced
from appliance.rdsr import read_native

HEADER = ("PatientID", "PatientName", "AccessionNumber", "StudyDescription", "CompletionFlag")
"""Attributes that are compared beside the doses."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value: ``event`` counts from 1, None is the whole study; empty: it was not said."""

    event: int | None
    field: str
    before: str
    after: str


def versions(reports: tuple[Report, ...]) -> list[tuple[Report, tuple[Change, ...] | None]]:
    """Every report, the newest first, with what it changed; None where that cannot be told."""
    changed = {after.outgoing.id: _changes(before, after) for before, after in pairwise(reports)}
    return [(each, changed.get(each.outgoing.id)) for each in reversed(reports)]


def _changes(before: Report, after: Report) -> tuple[Change, ...] | None:
    if before.dataset is None or after.dataset is None:
        return None
    return tuple(_all(before.dataset, after.dataset))


def _all(before: Dataset, after: Dataset) -> Iterator[Change]:
    for keyword in HEADER:
        yield from _change(None, keyword, *(visible(each.get(keyword)) for each in (before, after)))
    was, is_now = read_native(before), read_native(after)
    if was is None or is_now is None:
        return
    for name in TOTALS:
        yield from _change(None, name, _said(was, name), _said(is_now, name))
    for at in range(max(len(was.events), len(is_now.events))):
        yield from _event(at, was, is_now)


def _event(at: int, was: CTRadiationDose, is_now: CTRadiationDose) -> Iterator[Change]:
    one = was.events[at] if at < len(was.events) else None
    other = is_now.events[at] if at < len(is_now.events) else None
    for each in fields(one or other or was):
        yield from _change(at + 1, each.name, _said(one, each.name), _said(other, each.name))


def _change(event: int | None, field: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(event, field, before, after)


def _said(holder: object, name: str) -> str:
    value: Any = getattr(holder, name, None)
    return printed(value.value) if isinstance(value, Sourced) else ""
