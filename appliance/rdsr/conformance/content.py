"""The content tree against the rows of the templates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from pydicom import Dataset

from appliance.rdsr.concepts import Concept
from appliance.rdsr.conformance.conditions import CONDITIONS, Surroundings
from appliance.rdsr.conformance.nonconformity import Nonconformity
from appliance.rdsr.conformance.table import ROOT_TEMPLATE, Node, tree
from appliance.rdsr.conformance.values import code_of, value_faults

NO_ROW = "-"
_OBSERVER_TEMPLATES = frozenset({"1002", "1003", "1004"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A content item with its concept name: (code value, coding scheme), and meaning."""

    item: Dataset
    name: tuple[str, str]
    meaning: str

    @classmethod
    def of(cls, item: Dataset) -> Self:
        value, scheme, meaning = code_of(_first(item.get("ConceptNameCodeSequence")))
        return cls(item, (value, scheme), meaning)


def content_nonconformities(report: Dataset) -> Iterator[Nonconformity]:
    """What the content tree of ``report`` breaks of TID 10011 and the templates it includes."""
    (root,) = tree()
    for fault in _concept_faults(report, root):
        yield _fault(root, "", fault)
    for fault in value_faults(report, root.row):
        yield _fault(root, "", fault)
    yield from _below(report, root, "", Surroundings(report))


def _below(item: Dataset, node: Node, path: str, around: Surroundings) -> Iterator[Nonconformity]:
    """The children of ``item`` against the rows below ``node``."""
    around = replace(around, parent=item)
    found = [_Named.of(each) for each in item.get("ContentSequence") or ()]
    if not found and not node.below:
        return
    yield from _order(found, node.below, path)
    observers = [each for each in node.below if each.row.template in _OBSERVER_TEMPLATES]
    others = [each for each in node.below if each not in observers]
    if observers:
        names = {each.concept.value[:2] for each in observers}
        contexts = _observer_contexts([each for each in found if each.name in names])
        found = [each for each in found if each.name not in names]
        for context in contexts:
            within = replace(around, observer=context[0].item)
            yield from _siblings(context, observers, path, within)
    yield from _siblings(found, others, path, around)


def _observer_contexts(items: list[_Named]) -> list[list[_Named]]:
    """TID 1002 repeats: every Observer Type begins a new observer. There is at least one."""
    contexts: list[list[_Named]] = []
    for each in items:
        if not contexts or each.name == Concept.OBSERVER_TYPE.value[:2]:
            contexts.append([])
        contexts[-1].append(each)
    return contexts or [[_Named.of(Dataset())]]


def _siblings(
    items: list[_Named], nodes: list[Node], path: str, around: Surroundings
) -> Iterator[Nonconformity]:
    """Items with one parent: each has a row, each row has its number of items."""
    rows = {node.concept.value[:2] for node in nodes}
    for each in items:
        if each.name not in rows:
            where = f"{path}/{each.meaning or 'an item without a name'}".lstrip("/")
            yield Nonconformity(f"TID {ROOT_TEMPLATE}", NO_ROW, where, "no row asks for this item")
    for node in nodes:
        matches = [each.item for each in items if each.name == node.concept.value[:2]]
        yield from _row(matches, node, path, around)


def _row(
    matches: list[Dataset], node: Node, path: str, around: Surroundings
) -> Iterator[Nonconformity]:
    """One row: how often it is there, and whether every item of it is right."""
    here = f"{path}/{node.concept.code_meaning}".lstrip("/")
    applies = _applies(node, around)
    if not matches and applies and node.row.requirement != "U":
        yield _fault(node, here, "missing")
    if matches and not applies and node.row.condition.startswith("iff "):
        yield _fault(node, here, f"present, but {node.row.condition} is not so")
    if node.row.maximum is not None and len(matches) > node.row.maximum:
        yield _fault(node, here, f"present {len(matches)} times")
    for number, match in enumerate(matches, start=1):
        where = here if node.row.maximum == 1 else f"{here}[{number}]"
        yield from _item(match, node, where, around)


def _item(item: Dataset, node: Node, path: str, around: Surroundings) -> Iterator[Nonconformity]:
    if node.concept is Concept.CT_ACQUISITION:
        around = replace(around, acquisition=item)
    faults = [
        *_kind_faults(item, node),
        *_concept_faults(item, node),
        *value_faults(item, node.row),
    ]
    yield from (_fault(node, path, fault) for fault in faults)
    yield from _below(item, node, path, around)


def _kind_faults(item: Dataset, node: Node) -> Iterator[str]:
    if item.get("ValueType") != node.row.value_type:
        yield f"the value type is {item.get('ValueType')}, not {node.row.value_type}"
    if item.get("RelationshipType") != node.row.relationship:
        yield f"the relationship is {item.get('RelationshipType')}, not {node.row.relationship}"


def _concept_faults(item: Dataset, node: Node) -> Iterator[str]:
    entries = item.get("ConceptNameCodeSequence") or []
    if [code_of(each) for each in entries] != [node.concept.value]:
        yield f"the concept name is not {node.concept.value}"


def _order(items: list[_Named], nodes: Iterable[Node], path: str) -> Iterator[Nonconformity]:
    """Items stand in the order of their rows, which TID 10011 makes significant."""
    rank = {node.concept.value[:2]: node.group for node in nodes}
    ranks = [rank[each.name] for each in items if each.name in rank]
    if ranks != sorted(ranks):
        what = "the items are not in the order of the rows"
        yield Nonconformity(f"TID {ROOT_TEMPLATE}", "1", path, what)


def _applies(node: Node, around: Surroundings) -> bool:
    """Whether the condition of a row MC holds; a row without one always applies."""
    condition = node.row.condition.removeprefix("iff ").removeprefix("if ")
    return not condition or CONDITIONS[condition](around)


def _first(sequence: Sequence[Dataset] | None) -> Dataset:
    return sequence[0] if sequence else Dataset()


def _fault(node: Node, path: str, what: str) -> Nonconformity:
    return Nonconformity(f"TID {node.row.template}", node.row.number, path, what)
