"""A good report, spoilt in one place: the check must say so."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy

import pytest
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE

from appliance.rdsr import nonconformities
from appliance.rdsr.concepts import Concept
from tests.rdsr.cases import all_cases, case, reread
from tests.rdsr.places import Path, at, meaning, paths

Spoil = Callable[[Dataset], None]

OPTIONAL = {
    concept.code_meaning
    for concept in (
        Concept.LANGUAGE,
        Concept.DEVICE_OBSERVER_MANUFACTURER,
        Concept.DEVICE_OBSERVER_MODEL_NAME,
        Concept.DEVICE_OBSERVER_SERIAL_NUMBER,
        Concept.ACQUISITION_PROTOCOL,
        Concept.IRRADIATION_EVENT_LABEL,
        Concept.COMMENT,
        Concept.CT_EFFECTIVE_DOSE_TOTAL,
        Concept.PROCEDURE_CONTEXT,
        Concept.DATE_TIME_STARTED,
        Concept.LENGTH_OF_RECONSTRUCTABLE_VOLUME,
        Concept.TOP_Z_LOCATION,
        Concept.BOTTOM_Z_LOCATION,
        Concept.EFFECTIVE_DOSE,
        Concept.SIZE_SPECIFIC_DOSE_ESTIMATION,
    )
}
"""The rows U."""
MAY_REPEAT = {
    Concept.SOURCE_OF_DOSE_INFORMATION.code_meaning,
    Concept.CT_X_RAY_SOURCE_PARAMETERS.code_meaning,
    Concept.SIZE_SPECIFIC_DOSE_ESTIMATION.code_meaning,
}
"""The rows of VM 1-n whose repetition changes no number."""


@pytest.fixture
def good() -> Dataset:
    """A report with every row that the box writes, but those of a total without one printed."""
    return reread(case("every_row").report)


@pytest.fixture(params=all_cases(), ids=lambda one: one.name)
def any_good(request: pytest.FixtureRequest) -> Dataset:
    return reread(request.param.report)


def is_optional(report: Dataset, path: Path) -> bool:
    item, parent = at(report, path), at(report, path[:-1])
    if meaning(item) == Concept.CT_DOSE.code_meaning:
        return any(
            each.get("ConceptCodeSequence", [Dataset()])[0].get("CodeValue") == "113805"
            for each in parent.ContentSequence
        )
    same = [each for each in parent.ContentSequence if meaning(each) == meaning(item)]
    repeats = meaning(item) == Concept.SOURCE_OF_DOSE_INFORMATION.code_meaning and len(same) > 1
    return repeats or meaning(item) in OPTIONAL


def kinds(report: Dataset) -> dict[tuple[str, ...], Path]:
    """One place for each row: by the names on the way to it, and by what has no value."""
    found: dict[tuple[str, ...], Path] = {}
    for path in paths(report):
        names = [meaning(at(report, path[:end])) for end in range(1, len(path) + 1)]
        value = at(report, path).get("MeasuredValueSequence")
        found.setdefault((*names, "known" if value else "unknown"), path)
    return found


@contextmanager
def spoilt(report: Dataset, path: Path, spoil: Spoil) -> Iterator[bool]:
    """``report`` with one item spoilt for a while; whether there was anything to spoil."""
    siblings = at(report, path[:-1]).ContentSequence
    item = siblings[path[-1]]
    siblings[path[-1]] = deepcopy(item)
    spoil(siblings[path[-1]])
    yield siblings[path[-1]] != item
    siblings[path[-1]] = item


@contextmanager
def with_siblings(report: Dataset, path: Path, items: list[Dataset]) -> Iterator[None]:
    """``report`` with other items where the one at ``path`` stands, for a while."""
    parent = at(report, path[:-1])
    before = list(parent.ContentSequence)
    parent.ContentSequence = [*before[: path[-1]], *items, *before[path[-1] + 1 :]]
    yield
    parent.ContentSequence = before


def unspoilt(report: Dataset, places: Iterable[Path], spoil: Spoil) -> list[str]:
    """The items that can be spoilt without a complaint; a complete report has no reason to."""
    unnoticed, tried = [], 0
    for path in places:
        with spoilt(report, path, spoil) as changed:
            tried += changed
            if changed and not nonconformities(report):
                unnoticed.append(f"{path} {meaning(at(report, path))}")
    assert tried or spoil is other_reason
    return unnoticed


def undeleted(report: Dataset, places: Iterable[Path]) -> list[str]:
    """The items that can be deleted without a complaint, though their rows are not U."""
    unnoticed = []
    for path in places:
        name, optional = meaning(at(report, path)), is_optional(report, path)
        with with_siblings(report, path, []):
            if not optional and not nonconformities(report):
                unnoticed.append(f"{path} {name}")
    return unnoticed


def undoubled(report: Dataset, places: Iterable[Path]) -> list[str]:
    """The items that can stand twice without a complaint, though their rows have VM 1."""
    unnoticed = []
    for path in places:
        item = at(report, path)
        with with_siblings(report, path, [item, deepcopy(item)]):
            if meaning(item) not in MAY_REPEAT and not nonconformities(report):
                unnoticed.append(f"{path} {meaning(item)}")
    return unnoticed


def test_the_report_to_spoil_is_good(good: Dataset) -> None:
    assert nonconformities(good) == ()


def test_no_required_item_can_be_deleted(good: Dataset) -> None:
    assert undeleted(good, kinds(good).values()) == []


def test_no_item_can_stand_twice(good: Dataset) -> None:
    assert undoubled(good, kinds(good).values()) == []


@pytest.mark.slow
def test_no_item_of_any_report_can_be_deleted_or_doubled(any_good: Dataset) -> None:
    assert undeleted(any_good, list(paths(any_good))) == []
    assert undoubled(any_good, list(paths(any_good))) == []


def test_no_item_can_move_before_the_others(good: Dataset) -> None:
    last = good.ContentSequence[-1]
    good.ContentSequence = [last, *list(good.ContentSequence)[:-1]]
    assert "the items are not in the order of the rows" in [e.what for e in nonconformities(good)]


def test_nothing_that_no_row_asks_for_goes_unnoticed(good: Dataset) -> None:
    stranger = deepcopy(good.ContentSequence[0])
    stranger.ConceptNameCodeSequence[0].CodeValue = "999999"

    def add(item: Dataset) -> None:
        item.ContentSequence = [*item.get("ContentSequence", ()), stranger]

    for path in kinds(good).values():
        with spoilt(good, path, add):
            assert "no row asks for this item" in [each.what for each in nonconformities(good)]


def other_relationship(item: Dataset) -> None:
    item.RelationshipType = "INFERRED FROM"


def other_value_type(item: Dataset) -> None:
    item.ValueType = "TIME"


def other_name(item: Dataset) -> None:
    item.ConceptNameCodeSequence[0].CodeMeaning = "Something else"


def no_name(item: Dataset) -> None:
    item.ConceptNameCodeSequence = []


def no_value(item: Dataset) -> None:
    for keyword in ("TextValue", "PersonName", "UID", "DateTime", "ContinuityOfContent"):
        if keyword in item:
            item[keyword].value = ""
    for keyword in ("ConceptCodeSequence", "ContentSequence"):
        if keyword in item:
            item[keyword].value = []
    if item.ValueType == "NUM" and item.MeasuredValueSequence:
        item.MeasuredValueSequence = []
    elif item.ValueType == "NUM":
        del item.NumericValueQualifierCodeSequence


def no_code_value(item: Dataset) -> None:
    if "ConceptCodeSequence" in item:
        item.ConceptCodeSequence[0].CodeValue = ""


def other_code(item: Dataset) -> None:
    if "ConceptCodeSequence" in item:
        item.ConceptCodeSequence[0].CodeValue = "113999"


def other_code_meaning(item: Dataset) -> None:
    if "ConceptCodeSequence" in item:
        item.ConceptCodeSequence[0].CodeMeaning = "Something else"


def other_unit(item: Dataset) -> None:
    if item.get("MeasuredValueSequence"):
        unit = item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0]
        unit.CodeValue = unit.CodeMeaning = "mGycm"


POSITIONS = {Concept.TOP_Z_LOCATION.code_meaning, Concept.BOTTOM_Z_LOCATION.code_meaning}
"""The numbers that may be negative."""


def negative(item: Dataset) -> None:
    if item.get("MeasuredValueSequence") and meaning(item) not in POSITIONS:
        item.MeasuredValueSequence[0].NumericValue = "-1"


def not_a_number(item: Dataset) -> None:
    if item.get("MeasuredValueSequence"):
        element = DataElement("NumericValue", "LO", "about 3", validation_mode=IGNORE)
        item.MeasuredValueSequence[0]["NumericValue"] = element


def both_value_and_reason(item: Dataset) -> None:
    if item.get("MeasuredValueSequence"):
        item.NumericValueQualifierCodeSequence = []


def other_reason(item: Dataset) -> None:
    if item.ValueType == "NUM" and not item.MeasuredValueSequence:
        item.NumericValueQualifierCodeSequence[0].CodeValue = "114006"


def other_template(item: Dataset) -> None:
    if "ContentTemplateSequence" in item:
        item.ContentTemplateSequence[0].TemplateIdentifier = "10001"


SPOILS = (
    other_relationship,
    other_value_type,
    other_name,
    no_name,
    no_value,
    no_code_value,
    other_code,
    other_code_meaning,
    other_unit,
    negative,
    not_a_number,
    both_value_and_reason,
    other_reason,
    other_template,
)


@pytest.mark.parametrize("spoil", SPOILS)
def test_no_item_can_be_spoilt(good: Dataset, spoil: Spoil) -> None:
    assert unspoilt(good, kinds(good).values(), spoil) == []


@pytest.mark.slow
@pytest.mark.parametrize("spoil", SPOILS)
def test_no_item_of_any_report_can_be_spoilt(any_good: Dataset, spoil: Spoil) -> None:
    assert unspoilt(any_good, kinds(any_good).values(), spoil) == []
