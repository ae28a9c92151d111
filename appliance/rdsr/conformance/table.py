"""``rows.txt`` as a tree: what may stand below what.

An INCLUDE is replaced by the rows of the template it names, which keep their own TID and number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from appliance.rdsr.concepts import Concept

ROOT_TEMPLATE = "10011"
NEVER_WRITTEN = "-"
_TEMPLATE = "TID "
_COLUMNS = 11


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``rows.txt``.

    Attributes:
        template: TID.
        number: ``3a``.
        depth: Number of ``>``.
        name: A member of Concept, ``TID 1204``, or words for a row that is never written.
        maximum: Largest number of items, None for n.
        requirement: ``M``, ``MC`` or ``U``.
        condition: ``iff person``; empty unless MC.
        value: See ``rows.txt``; of a CONTAINER its Template Identifier.
        origin: Where the value comes from, in words.
        without: What is written when there is none, in words.
    """

    template: str
    number: str
    depth: int
    name: str
    value_type: str
    relationship: str
    maximum: int | None
    requirement: str
    condition: str
    value: str
    origin: str
    without: str

    @property
    def is_written(self) -> bool:
        """Whether this box ever writes it."""
        return self.origin != NEVER_WRITTEN

    @property
    def included_template(self) -> str | None:
        """The TID that an INCLUDE names."""
        return self.name.removeprefix(_TEMPLATE) if self.value_type == "INCLUDE" else None


@dataclass(frozen=True, slots=True)
class Node:
    """A row and the rows below it. ``group`` counts the INCLUDEs of its parent, for the order."""

    row: Row
    group: int = 0
    below: tuple["Node", ...] = field(default=())

    @property
    def concept(self) -> Concept:
        """The concept name of the row's content item."""
        return Concept[self.row.name]


@cache
def rows() -> tuple[Row, ...]:
    """Every row of ``rows.txt``, in its order."""
    text = files(__package__).joinpath("rows.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(_row([cell.strip() for cell in line.split("|")]) for line in lines)


@cache
def tree(template: str = ROOT_TEMPLATE) -> tuple[Node, ...]:
    """The rows that stand at the top of ``template``, with everything below them."""
    return _nodes([row for row in rows() if row.template == template and row.is_written])


def _row(cells: list[str]) -> Row:
    if len(cells) != _COLUMNS:
        raise ValueError(f"rows.txt: {cells} has not {_COLUMNS} columns")
    template, number, concept, kind, relationship, vm, requirement, *rest = cells
    condition, value, origin, without = rest
    depth = len(concept) - len(concept.lstrip(">"))
    most = vm.rpartition("-")[2]
    return Row(
        template=template,
        number=number,
        depth=depth,
        name=concept.lstrip("> "),
        value_type=kind,
        relationship=relationship,
        maximum=int(most) if most.isdigit() else None,
        requirement=requirement,
        condition=condition,
        value=value,
        origin=origin,
        without=without,
    )


def _nodes(flat: list[Row]) -> tuple[Node, ...]:
    """Nest rows by their depth and put included templates in their place."""
    if not flat:
        return ()
    top = flat[0].depth
    starts = [index for index, row in enumerate(flat) if row.depth == top]
    ends = [*starts[1:], len(flat)]
    nodes: list[Node] = []
    for group, (start, end) in enumerate(zip(starts, ends, strict=True)):
        nodes += _node(flat[start], flat[start + 1 : end], group)
    return tuple(nodes)


def _node(row: Row, below: list[Row], group: int) -> Iterator[Node]:
    if row.included_template is None:
        yield Node(row, group, _nodes(below))
        return
    included = tree(row.included_template)
    for node in included:
        yield replace(node, row=_demanded(node.row, row, alone=len(included) == 1), group=group)


def _demanded(row: Row, include: Row, *, alone: bool) -> Row:
    """``row`` of an included template, as often and as much required as its INCLUDE says."""
    maximum = include.maximum if alone else row.maximum
    demanded = row.requirement == "M"
    return replace(
        row,
        maximum=maximum,
        requirement=include.requirement if demanded else row.requirement,
        condition=include.condition if demanded else row.condition,
    )
