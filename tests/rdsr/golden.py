"""A report as text, one line a value: what the golden files hold.

``python -m tests.rdsr.golden`` writes them anew; the change is then read and committed by a person.
"""

from collections.abc import Iterator

from pydicom import Dataset

from tests.rdsr.cases import GOLDEN, all_cases, reread

CONTENT = {"ContentSequence", "ValueType", "RelationshipType", "ConceptNameCodeSequence"}
VALUES = ("TextValue", "PersonName", "UID", "DateTime", "ContinuityOfContent")


def described(report: Dataset) -> str:
    """Attributes first, then the content tree."""
    return "\n".join([*_attributes(report, ""), *_tree(report, 0), ""])


def _attributes(dataset: Dataset, indent: str) -> Iterator[str]:
    for element in dataset:
        if element.keyword in CONTENT | set(VALUES):
            continue
        if element.VR != "SQ":
            yield f"{indent}{element.keyword} = {element.value}".rstrip()
            continue
        yield f"{indent}{element.keyword}: {len(element.value)}"
        for item in element.value:
            yield from _attributes(item, indent + "    ")


def _tree(item: Dataset, depth: int) -> Iterator[str]:
    name = _code(item.ConceptNameCodeSequence[0])
    relationship = item.get("RelationshipType", "root")
    yield f"{'>' * depth} {relationship} {item.ValueType} {name} = {_value(item)}".lstrip()
    for each in item.get("ContentSequence", ()):
        yield from _tree(each, depth + 1)


def _value(item: Dataset) -> str:
    if item.ValueType == "CODE":
        return _code(item.ConceptCodeSequence[0])
    if item.ValueType != "NUM":
        return str(next(item[keyword].value for keyword in VALUES if keyword in item))
    if not item.MeasuredValueSequence:
        return f"none, {_code(item.NumericValueQualifierCodeSequence[0])}"
    measured = item.MeasuredValueSequence[0]
    return f"{measured.NumericValue} {_code(measured.MeasurementUnitsCodeSequence[0])}"


def _code(entry: Dataset) -> str:
    return f"({entry.CodeValue}, {entry.CodingSchemeDesignator}, {entry.CodeMeaning!r})"


if __name__ == "__main__":
    for each in all_cases():
        (GOLDEN / f"{each.name}.txt").write_text(described(reread(each.report)), "utf-8")
