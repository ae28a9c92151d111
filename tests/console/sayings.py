"""Every sentence that the box can say of what is wrong, read out of its source."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "appliance"
NOT_SHOWN = ("simulators",)
"""Rooms whose words no page shows."""
SAYING: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "fault": ((1, 2), ()),
    "Doubt": ((1,), ("detail",)),
    "_doubt": ((0, 1, 2, 3), ("detail",)),
    "_at": ((2,), ()),
    "_missing": ((3,), ()),
    "_mismatch": ((1,), ()),
    "_unknown": ((1,), ()),
    "_conflict": ((1,), ()),
    "raise_": ((2,), ("detail",)),
    "Retry": ((1,), ("detail",)),
    "Refused": ((0, 1), ("detail",)),
    "NotTaken": ((0,), ()),
    "NoSummary": ((0,), ()),
    "Unheard": ((0,), ("reason",)),
    "NotReported": ((0,), ("reason",)),
    "BrokerFailure": ((1,), ("detail",)),
    "Sign": ((2,), ("detail",)),
    "Reason": ((1,), ()),
    "NoAssociation": ((1,), ("detail",)),
    "Failure": ((1,), ("detail",)),
    "Unanswered": ((0,), ()),
    "ToolFailure": ((0,), ()),
    "NoTunnel": ((1,), ()),
    "Validity": ((1,), ("reason",)),
    "Origin": ((1,), ()),
    "origin_at": ((2,), ()),
    "computed": ((1,), ()),
    "replace": ((), ("why", "detail")),
    "_tell": ((), ("why",)),
    "_enter": ((3,), ()),
}
"""By the name of what is called: at which places of its arguments sentences stand."""
ERROR = ((0, 2), ("what", "remedy"))
RETURNING = ("_tried", "_ailing", "_back")
"""Functions that return what is said."""
PLACE = "{}"


Names = Mapping[str, list[ast.expr]]


@dataclass(frozen=True)
class Room:
    """One module: what its names stand for, and its functions."""

    functions: Mapping[str, ast.FunctionDef]
    error_names: set[str]

    def sentences(self, node: ast.AST, known: Names, *, is_said: bool = False) -> Iterator[str]:
        """Of everything below ``node``; ``is_said`` is whether what is returned is one."""
        if isinstance(node, ast.FunctionDef):
            known = {**known, **_assigned(ast.walk(node))}
            is_said = node.name in RETURNING
        parts = _parts(node, self.error_names) if isinstance(node, ast.Call | ast.Yield) else []
        if is_said and isinstance(node, ast.Return) and node.value:
            parts = [node.value]
        for part in parts:
            yield from self.texts(part, known, 3)
        for each in ast.iter_child_nodes(node):
            yield from self.sentences(each, known, is_said=is_said)

    def texts(self, node: ast.expr, known: Names, depth: int) -> Iterator[str]:
        """What an expression can come to, values as ``{}``."""
        inner: list[ast.expr] = []
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=values):
                yield "".join(
                    str(each.value) if isinstance(each, ast.Constant) else PLACE for each in values
                )
            case ast.IfExp(body=body, orelse=orelse):
                inner = [body, orelse]
            case ast.BoolOp(values=values):
                inner = values
            case ast.Name(id=name):
                inner = known.get(name, [])
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                returned = ast.walk(self.functions[name])
                inner = [r.value for r in returned if isinstance(r, ast.Return) and r.value]
        for each in inner if depth else []:
            yield from self.texts(each, known, depth - 1)


def _assigned(statements: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for each in statements:
        match each:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                found.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for target, value in zip(names, values, strict=False):
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(value)
    return found


def _parts(node: ast.AST, error_names: set[str]) -> list[ast.expr]:
    """Where sentences stand in it."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            places, words = ERROR if name in error_names else SAYING.get(name, ((), ()))
            named = [each.value for each in node.keywords if each.arg in words]
            return [node.args[at] for at in places if at < len(node.args)] + named
        case ast.Yield(value=ast.Tuple(elts=[_, what, remedy])):
            return [what, remedy]
    return []


def errors(trees: Iterable[ast.Module]) -> set[str]:
    """Names of ApplianceError and of every class below it."""
    names, before = {"ApplianceError"}, 0
    classes = [each for tree in trees for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]
    while len(names) > before:
        before = len(names)
        names |= {each.name for each in classes if not names.isdisjoint(_bases(each))}
    return names


def _bases(named: ast.ClassDef) -> set[str]:
    return {getattr(each, "id", "") for each in named.bases}


@cache
def modules() -> dict[str, ast.Module]:
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8"))
        for file in sorted(ROOT.rglob("*.py"))
    }


def every_saying() -> dict[str, str]:
    """Sentence, values as ``{}``, and the module that says it."""
    error_names = errors(modules().values())
    return {
        sentence: name
        for name, tree in modules().items()
        if not name.startswith(NOT_SHOWN)
        for sentence in _room(tree, error_names).sentences(tree, _assigned(tree.body))
    }


def _room(tree: ast.Module, error_names: set[str]) -> Room:
    found = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    return Room({each.name: each for each in found}, error_names)
