"""Every valid configuration makes the way form, text, configuration unchanged."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.config import Configuration, Scanner, parse_configuration
from appliance.config.reference import EXAMPLE_SITE, as_toml, setting_names
from appliance.config.rewriting import as_toml_text, rewritten
from appliance.config.source import KeyPath
from appliance.console.settings.answering import answered
from appliance.console.settings.question import (
    Block,
    Kind,
    Listing,
    Question,
    block_at,
    path_of,
    top_level,
)
from appliance.errors import ConfigurationError, NotFoundError
from appliance.services.settings_holding import Paper
from appliance.services.settings_papers import changed, read

EVERYTHING = replace(
    EXAMPLE_SITE,
    scanner=(
        *EXAMPLE_SITE.scanner,
        Scanner(name="ct2", ae_title="線 量"[:0] or "CT2 B", character_set="shift_jis"),
    ),
)


def questions(text: str, *, is_box: bool = False) -> list[Question]:
    reading = read(Paper(text), is_box=is_box)
    top, tables = top_level(reading.settings, reading.document, reading.faults)
    blocks: list[Block] = [top]
    for each in tables:
        blocks += each.entries if isinstance(each, Listing) else (each,)
    return [question for block in blocks for question in block.every_question()]


def sent(found: list[Question]) -> dict[str, str]:
    """What a browser sends of a form that nobody touched."""
    return {
        each.name: each.value.replace("\n", "\r\n")
        for each in found
        if each.kind is not Kind.TICK or each.value == "true"
    }


def test_every_setting_has_its_question() -> None:
    names = {
        ".".join(part for part in each.path if isinstance(part, str))
        for each in questions(as_toml(EVERYTHING))
    }
    lists = {"dose_alert", "workstation", "meter", "rule", "archive.series"}
    lists |= {"effective_dose.factor", "deidentification.local_code"}
    asked = {each for each in setting_names() if not any(each.startswith(f"{n}.") for n in lists)}
    assert asked <= names


@pytest.mark.parametrize("text", ["", as_toml(Configuration()), as_toml(EVERYTHING)])
def test_a_form_that_nobody_touched_changes_nothing(text: str) -> None:
    found = questions(text)
    assert answered(found, sent(found)) == ({}, {})


SCALARS = [each for each in questions(as_toml(EVERYTHING)) if each.path[0] != "destination"]


def valid_values(each: Question) -> st.SearchStrategy[str]:
    match each.kind:
        case Kind.TICK:
            return st.sampled_from(["true", "false"])
        case Kind.CHOICE:
            return st.sampled_from(each.choices)
        case Kind.WHOLE | Kind.NUMBER:
            least, most = each.bounds or (0, 10**6)
            whole = st.integers(int(least), int(most))
            if each.kind is Kind.WHOLE:
                return whole.map(str)
            return st.floats(least, most).map(lambda value: f"{value:.15g}") | whole.map(str)
        case Kind.LIST:
            word = st.from_regex(each.field.metadata["form"].pattern, fullmatch=True)
            return st.lists(word, max_size=3).map("\n".join)
        case Kind.TEXT:
            return st.from_regex(each.field.metadata["form"].pattern, fullmatch=True)


@st.composite
def forms(draw: st.DrawFn) -> dict[str, str]:
    """A form in which somebody changed up to four fields, to what may stand there or not."""
    form = sent(SCALARS)
    chosen = draw(st.lists(st.sampled_from(SCALARS), min_size=1, max_size=4, unique_by=id))
    for each in chosen:
        form.pop(each.name, None)
        value = draw(valid_values(each))
        if each.kind is not Kind.TICK or value == "true":
            form[each.name] = value
    return form


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms())
def test_what_is_typed_is_what_is_configured(form: dict[str, str]) -> None:
    """Form to text to configuration, and the form of that is the same again."""
    text = "# kept\n" + as_toml(EVERYTHING)
    changes, _ = answered(SCALARS, form)
    paper, _ = changed(Paper(text), changes)
    again = questions(paper.main)
    for path, value in changes.items():
        assert _at(tomllib.loads(paper.main), path) == value
    assert answered(again, sent(again)) == ({}, {})
    untouched = {each.path: each.value for each in SCALARS if each.path not in changes}
    assert {each.path: each.value for each in again if each.path in untouched} == untouched
    assert paper.main.startswith("# kept\n")


def _at(document: Any, path: KeyPath) -> Any:  # noqa: ANN401 - any TOML value
    for part in path:
        document = document[part]
    return document


HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        '"""',
        "'''",
        "]]\n[x]",
        "\x00",
        "\x7f",
        "\u2028",
        "<script>alert(1)</script>",
        "\\",
        "#",
        "\r",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SCALARS), HOSTILE)
def test_whatever_is_typed_is_refused_at_its_field_or_holds_as_it_is(
    each: Question, text: str
) -> None:
    changes, complaints = answered([each], {each.name: text})
    assert not (changes and complaints)
    if each.kind is Kind.TICK or not changes:
        return
    paper, _ = changed(Paper(as_toml(EVERYTHING)), changes)
    try:
        read(paper, is_box=False)
    except ConfigurationError as failure:
        pytest.fail(f"the form took what the parser does not: {failure}")


TOMLS = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.text(), TOMLS, max_size=4))
def test_any_document_is_written_as_itself(document: dict[str, Any]) -> None:
    assert tomllib.loads(as_toml_text(document)) == document


ODD = [
    "a.b = 1\na.c = 2\n",
    "a = {b = 1}\n",
    "[a.b]\nx = 1\n[c]\n[a]\ny = 2\n",
    "[[l]]\nx = 1\n[a]\n[[l]]\nx = 2\n",
    "l = [{x = 1}]\n",
    "[a]\n# why\nb = 1 # here\n\n[z]\n",
    "",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("path", [("a", "b"), ("a", "n"), ("l", 0, "x"), ("n", "m"), ("l", 0)])
@pytest.mark.parametrize("value", [5, "x", None, ["a"], {"k": 1}])
def test_a_value_is_put_at_its_place_in_whatever_style(
    text: str,
    path: KeyPath,
    value: Any,  # noqa: ANN401 - a TOML value
) -> None:
    try:
        found = rewritten(text, {path: value})
    except (LookupError, TypeError):
        return
    if value is not None:
        assert _at(tomllib.loads(found.text), path) == value
    if found.keeps_comments:
        assert found.text.count("#") == text.count("#") or value is None or isinstance(value, dict)


def test_comments_stay_where_one_value_changes() -> None:
    text = "# mine\n[receiver]\nport = 11112 # as on the door\n\n[[scanner]]\nname = 'a' # old\n"
    found = rewritten(text, {("receiver", "port"): 104, ("scanner", 1): {"name": "b"}})
    assert found.keeps_comments
    assert "# as on the door" in found.text
    assert "# old" in found.text
    assert parse_configuration(found.text).scanner[1].name == "b"


@pytest.mark.parametrize("address", ["", "..", "scanner.x", "receiver.0", "__class__", "9", "a/b"])
def test_an_address_of_nothing_is_not_found(address: str) -> None:
    with pytest.raises(NotFoundError):
        block_at(Configuration(), {}, path_of(address))
