"""Whatever is done to a valid file, the answer is a configuration or one clear line."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.config import Configuration, parse_configuration
from appliance.config.reference import EXAMPLE_SITE, as_toml
from appliance.errors import ConfigurationError

LINES = as_toml(EXAMPLE_SITE).split("\n")
AT = st.integers(0, len(LINES) - 1)
A_VALUE = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.integers() | st.text(max_size=3), max_size=2)
    | st.sampled_from([10**400, "CT1", "(", "192.0.2.0/24", "BODY32"])
)


def outcome(text: str) -> Configuration | str:
    try:
        return parse_configuration(text, "box.toml")
    except ConfigurationError as failure:
        return str(failure)


def is_clear(text: str) -> bool:
    found = outcome(text)
    if isinstance(found, Configuration):
        return True
    return found.startswith("box.toml:") and "\n" not in found and found.isprintable()


def toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value)
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")


@settings(deadline=None)
@given(AT, A_VALUE)
def test_a_changed_value(at: int, value: object) -> None:
    key, equals, _ = LINES[at].partition(" = ")
    changed = [*LINES[:at], key + equals + (toml(value) if equals else ""), *LINES[at + 1 :]]
    assert is_clear("\n".join(changed))


@settings(deadline=None)
@given(AT)
def test_a_lost_line(at: int) -> None:
    assert is_clear("\n".join(LINES[:at] + LINES[at + 1 :]))


@settings(deadline=None)
@given(AT, AT)
def test_a_moved_line(source: int, target: int) -> None:
    rest = LINES[:source] + LINES[source + 1 :]
    assert is_clear("\n".join([*rest[:target], LINES[source], *rest[target:]]))


@settings(deadline=None)
@given(AT, st.text(alphabet="abprt_[]='\"\\.#\r\x00é", max_size=6), st.integers(0, 60))
def test_typing_into_a_line(at: int, typed: str, column: int) -> None:
    line = LINES[at]
    changed = line[:column] + typed + line[column:]
    assert is_clear("\n".join([*LINES[:at], changed, *LINES[at + 1 :]]))


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all(text: str) -> None:
    assert is_clear(text) or isinstance(outcome(text), str)


def test_deep_nesting_is_refused() -> None:
    assert "nested too deeply" in str(outcome("a = " + "[" * 100_000))
