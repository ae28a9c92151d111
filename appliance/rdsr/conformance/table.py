"""``rows.txt`` as a tree: what may stand below what.

An INCLUDE is replaced by the rows of the template it names, which keep their own TID and number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
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
class Source:
    """One line of ``sources.txt``; ``-`` where a source does not give the value."""

    template: str
    number: str
    field: str
    screen: str
    images: str
    mpps: str
    native: str
    site: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of ``guideline.txt``; ``row`` is ``10013 16``, or ``-`` for none."""

    code: str
    concept: str
    unit: str
    required: str
    row: str
    remark: str


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
    return tuple(_row(cells) for cells in _cells("rows.txt", _COLUMNS))


@cache
def sources() -> tuple[Source, ...]:
    """Every line of ``sources.txt``, in its order."""
    return tuple(Source(*cells) for cells in _cells("sources.txt", len(fields(Source))))


@cache
def guideline() -> tuple[Listed, ...]:
    """Every line of ``guideline.txt``, in its order."""
    return tuple(Listed(*cells) for cells in _cells("guideline.txt", len(fields(Listed))))


@cache
def tree(template: str = ROOT_TEMPLATE) -> tuple[Node, ...]:
    """The rows that stand at the top of ``template``, with everything below them."""
    return _nodes([row for row in rows() if row.template == template and row.is_written])


def _cells(name: str, columns: int) -> Iterator[list[str]]:
    """The lines of a table by their cells."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line and not line.startswith("#"):
            if len(cells) != columns:
                raise ValueError(f"{name}: {cells} has not {columns} columns")
            yield cells


def _row(cells: list[str]) -> Row:
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
