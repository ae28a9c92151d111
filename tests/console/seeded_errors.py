"""Fifty errors in what a form is filled with, each in one value of a study that was read right."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.console.waiting_studies import CONSOLES, Kept

Json = dict[str, Any]
Seed = Callable[[Json], set[str]]
"""Puts an error into a record; the fields that are wrong then."""


@dataclass(frozen=True)
class SeededError:
    """``seed`` put into the record of a console's study."""

    console: str
    kind: str
    seed: Seed

    def put_into(self, study: Kept) -> tuple[Json, set[str]]:
        """The record with the error, and the fields that are wrong."""
        record = copy.deepcopy(study.evidence["record"])
        wrong = self.seed(record)
        assert wrong
        assert record != study.evidence["record"]
        return record, wrong


def every() -> Iterator[SeededError]:
    for console in CONSOLES:
        for kind, seed in KINDS.items():
            yield SeededError(console, kind, seed)


def _dosed(record: Json) -> int:
    """The last event that prints a dose."""
    return max(at for at, each in enumerate(record["events"]) if "dlp_mgy_cm" in each)


def _set(value: Json, text: str) -> None:
    value["value"] = value["text"] = text


def _other_digit(text: str) -> str:
    """Another last digit that is small enough to pass for rounding nowhere but in the sum."""
    return text[:-1] + str((int(text[-1]) + 5) % 10)


def _digit(name: str) -> Seed:
    def seed(record: Json) -> set[str]:
        at = _dosed(record)
        value = record["events"][at][name]
        _set(value, _other_digit(value["text"]))
        return {f"events[{at}].{name}"}

    return seed


def _point(name: str) -> Seed:
    def seed(record: Json) -> set[str]:
        at = _dosed(record)
        value = record["events"][at][name]
        text = value["text"]
        _set(value, text.replace(".", "") if "." in text else f"{text[:-1]}.{text[-1]}")
        return {f"events[{at}].{name}"}

    return seed


def _missing(record: Json) -> set[str]:
    record["events"].pop(_dosed(record))
    return {"rows"}


def _extra(record: Json) -> set[str]:
    at = _dosed(record)
    record["events"].append(copy.deepcopy(record["events"][at]))
    new = len(record["events"]) - 1
    return {f"events[{new}].{name}" for name in record["events"][new]}


def _phantom(record: Json) -> set[str]:
    at = _dosed(record)
    value = record["events"][at]["phantom"]
    value["value"] = "HEAD16" if value["value"] == "BODY32" else "BODY32"
    return {f"events[{at}].phantom"}


def _swapped(record: Json) -> set[str]:
    """With their places: as where a column was taken for the other."""
    at = _dosed(record)
    event = record["events"][at]
    pair = event["dlp_mgy_cm"], event["ctdi_vol_mgy"]
    event["ctdi_vol_mgy"], event["dlp_mgy_cm"] = pair
    return {f"events[{at}].ctdi_vol_mgy", f"events[{at}].dlp_mgy_cm"}


def _total(record: Json) -> set[str]:
    value = record["total_dlp_mgy_cm"]
    _set(value, _other_digit(value["text"]))
    return {"total_dlp_mgy_cm"}


def _no_total(record: Json) -> set[str]:
    record.pop("total_dlp_mgy_cm")
    return {"total_dlp_mgy_cm"}


KINDS: dict[str, Seed] = {
    "digit of a CTDIvol": _digit("ctdi_vol_mgy"),
    "digit of a DLP": _digit("dlp_mgy_cm"),
    "point of a CTDIvol": _point("ctdi_vol_mgy"),
    "point of a DLP": _point("dlp_mgy_cm"),
    "event missing": _missing,
    "event twice": _extra,
    "other phantom": _phantom,
    "columns swapped": _swapped,
    "digit of the total": _total,
    "total missing": _no_total,
}
