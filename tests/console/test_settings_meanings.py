"""Every setting is explained in Japanese as well, and no explanation is of one that is gone."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from appliance.console.settings.meanings import (
    contradiction_of,
    every_setting,
    form_of,
    meaning_of,
)

FILE = Path(__file__).parents[2] / "appliance/console/settings/meanings.toml"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
TOLD = tomllib.loads(FILE.read_text("utf-8"))
EVERY = dict(every_setting())


def test_every_setting_and_table_is_explained() -> None:
    missing = [path for path, each in EVERY.items() if not JAPANESE.search(meaning_of(each)[1])]
    assert missing == []


def test_every_form_of_a_text_is_said() -> None:
    forms = {each.metadata["form"].words for each in EVERY.values()}
    assert [each for each in forms if not JAPANESE.search(form_of(each)[1])] == []
    assert set(TOLD["forms"]) <= forms


def test_nothing_is_explained_that_is_not_there() -> None:
    assert set(TOLD["settings"]) <= set(EVERY)


def test_what_is_named_in_one_language_is_named_in_the_other() -> None:
    """Values, tags and other settings stand in both, as they are."""
    for path, each in EVERY.items():
        english, told = meaning_of(each)
        for tag in re.findall(r"\([0-9A-F]{4},[0-9A-F]{4}\)", english):
            assert tag in told, path
        for value in each.metadata["choices"]:
            assert (f"`{value}`" in english) <= (f"`{value}`" in told), path


ROOT = Path(__file__).parents[2] / "appliance"
SAYING = [
    *sorted((ROOT / "config").glob("*.py")),
    *(ROOT / f"provisioning/{name}.py" for name in ("contradictions", "network_contradictions")),
    *(ROOT / f"provisioning/{name}.py" for name in ("addresses", "secret_forms")),
]


def sentences(file: Path) -> Iterator[str]:
    """What a module yields as contradictions: the second and third of three, as written there."""
    for function in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        named = {
            each.targets[0].id: each.value
            for each in nodes
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
        }
        for each in nodes:
            if isinstance(each, ast.Yield) and isinstance(each.value, ast.Tuple):
                for part in each.value.elts[1:3]:
                    yield from text_of(named.get(getattr(part, "id", ""), part))


def text_of(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(v.value if isinstance(v, ast.Constant) else "X" for v in values)  # type: ignore[misc] # texts
        case ast.IfExp(body=body, orelse=orelse):
            yield from text_of(body)
            yield from text_of(orelse)


def test_every_contradiction_is_said_in_japanese() -> None:
    english = {text for file in SAYING for text in sentences(file)}
    assert len(english) > 150
    left = [text for text in sorted(english) if not JAPANESE.search(contradiction_of(text)[1])]
    assert left == []


def test_what_the_box_puts_into_a_sentence_stays() -> None:
    told = contradiction_of("`a.b` is larger than 64 KiB")[1]
    assert "`a.b`" in told
    assert "64 KiB" in told
    assert contradiction_of("something new")[1] == "something new"
    for english, said in TOLD["contradictions"].items():
        assert english.count("{}") == said.count("{}"), english
