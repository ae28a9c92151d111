"""The value of a content item as it may leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pydicom import Dataset

from appliance.deidentify.codes import cleaned_code, cleaned_unit, concept_of
from appliance.deidentify.option import Option
from appliance.deidentify.outcome import Hindrance
from appliance.deidentify.profile import rows
from appliance.deidentify.value import dummy, well_formed
from appliance.deidentify.words import known_words
from appliance.deidentify.work import Work, is_uid

MOMENTS = {"DATE": ("Date", "DA"), "TIME": ("Time", "TM"), "DATETIME": ("DateTime", "DT")}
NUMBERS = ("FloatingPointValue", "RationalNumeratorValue", "RationalDenominatorValue")
IDENTITIES = {
    "device": Option.RETAIN_DEVICE_IDENTITY,
    "institution": Option.RETAIN_INSTITUTION_IDENTITY,
    "patient": Option.RETAIN_PATIENT_CHARACTERISTICS,
    "age": Option.RETAIN_PATIENT_CHARACTERISTICS,
}
YEARS = "a"
A_YEAR = {YEARS: 1, "mo": 12, "wk": 52, "d": 365}
"""Units of ages: how many are a year."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the items of one concept and value type, as ``content_items.csv`` says."""

    rule: str
    otherwise: str


KEPT = Rule("keep", "remove")
UNLISTED = {"TEXT": Rule("remove", "remove"), "PNAME": Rule("remove", "dummy")}


def value_type_of(item: Dataset) -> str:
    """Value Type (0040,A040); empty without one."""
    return str(item.get("ValueType") or "").strip()


def rule_for(item: Dataset) -> Rule:
    """The rule of the item's concept and value type, or of its value type alone."""
    value_type = value_type_of(item)
    listed = _rules().get((*concept_of(item), value_type))
    return listed or UNLISTED.get(value_type, KEPT)


def value_of(item: Dataset, work: Work) -> Dataset | None:
    """What the item says, as far as it may; None: nothing of it."""
    rule, value_type = rule_for(item).rule, value_type_of(item)
    needs = None if value_type == "UIDREF" else IDENTITIES.get(rule)
    if rule == "remove" or (needs is not None and not work.may(needs)):
        return None
    match value_type:
        case "UIDREF":
            value = _uid(item, rule, work)
        case "TEXT":
            value = _text(str(item.get("TextValue") or ""), rule, work)
        case "DATE" | "TIME" | "DATETIME":
            value = _moment(item, *MOMENTS[value_type], work)
        case "CODE":
            value = _code(item, "ConceptCodeSequence", work)
        case "NUM":
            value = _number(item, rule, work)
        case _:
            value = None
    return value


def _text(text: str, rule: str, work: Work) -> Dataset | None:
    if rule == "words":
        text = known_words(text) if work.may(Option.CLEAN_DESCRIPTORS) else ""
    elif rule.startswith("form:"):
        text = text.strip() if re.fullmatch(rule.removeprefix("form:"), text.strip()) else ""
    return _of("TextValue", text) if text else None


def _moment(item: Dataset, keyword: str, vr: str, work: Work) -> Dataset:
    """The day, and the time if it stays; a dummy where dates do not."""
    text = work.moments.of(vr, str(item.get(keyword) or ""))
    if text:
        work.may(Option.RETAIN_FULL_DATES)
        work.may(Option.RETAIN_MODIFIED_DATES)
    return _of(keyword, text or dummy(vr))


def _uid(item: Dataset, rule: str, work: Work) -> Dataset | None:
    original = str(item.get("UID") or "").strip("\0 ")
    kept = rule == "device" and is_uid(original) and work.may(Option.RETAIN_DEVICE_IDENTITY)
    uid = original if kept else work.uid(original)
    return _of("UID", uid) if uid else None


def _code(item: Dataset, keyword: str, work: Work) -> Dataset | None:
    codes = [cleaned_code(each, work) for each in item.get(keyword) or ()]
    return _of(keyword, codes) if codes else None


def _number(item: Dataset, rule: str, work: Work) -> Dataset:
    value = Dataset()
    if "MeasuredValueSequence" in item:
        measured = [_measured(each, rule, work) for each in item.MeasuredValueSequence or ()]
        value.MeasuredValueSequence = measured
    value.update(_code(item, "NumericValueQualifierCodeSequence", work) or Dataset())
    return value


def _measured(measured: Dataset, rule: str, work: Work) -> Dataset:
    kept = Dataset()
    units = [cleaned_unit(each) for each in measured.get("MeasurementUnitsCodeSequence") or ()]
    if None in units:
        work.hinder(Hindrance.UNIT_UNKNOWN)
    if units:
        kept.MeasurementUnitsCodeSequence = [unit for unit in units if unit is not None]
    for keyword in NUMBERS:
        if keyword in measured:
            kept[keyword] = measured[keyword]
    number = measured.get("NumericValue")
    if number is not None:
        if not well_formed("DS", number):
            work.hinder(Hindrance.NO_MEASUREMENT)
            return kept
        kept["NumericValue"] = measured["NumericValue"]
        return _limited(kept, rule, work.preset.oldest_age_years)
    return kept


def _limited(measured: Dataset, rule: str, oldest_years: int | None) -> Dataset:
    """An age no higher than may be told; what is counted in years is one, whatever it is called."""
    units = measured.get("MeasurementUnitsCodeSequence")
    unit = str(units[0].get("CodeValue")) if units else ""
    if oldest_years is None or unit not in A_YEAR or (rule != "age" and unit != YEARS):
        return measured
    for keyword in NUMBERS:  # the same number once more, and not limited
        measured.pop(keyword, None)
    if Decimal(str(measured.NumericValue)) > oldest_years * A_YEAR[unit]:
        measured.NumericValue = str((oldest_years + 1) * A_YEAR[unit])
    return measured


def _of(keyword: str, value: object) -> Dataset:
    dataset = Dataset()
    setattr(dataset, keyword, value)
    return dataset


@cache
def _rules() -> Mapping[tuple[str, str, str], Rule]:
    return {
        (entry["code"], entry["scheme"], entry["value_type"]): Rule(
            entry["rule"], entry["otherwise"]
        )
        for entry in rows("content_items.csv")
    }
