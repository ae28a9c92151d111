"""docs/console/people.md says of roles, limits and events what the code says."""

import re
from pathlib import Path

import pytest

from appliance.accounts import ROLES, Right, Role
from appliance.accounts.account import MOST_FAILURES
from appliance.accounts.hashing import MEMORY_KIB, MOST_WAITING, PASSES
from appliance.accounts.password import LONGEST
from appliance.cli.arguments import build_parser
from appliance.config import Configuration, parse_configuration
from appliance.services.account_events import AccountEvent
from appliance.services.account_register import ONE_TIME_S
from appliance.services.looks import PATIENT_SEEN, WHILE_S
from appliance.services.people_desk import OF_ACCOUNT, OF_ADDRESS, OF_ALL, WINDOW_S

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "console" / f"people{language}.md" for language in ("", ".ja")]


def page(number: int = 0) -> str:
    return PAGES[number].read_text("utf-8")


@pytest.mark.parametrize(("number", "yes"), [(0, "yes"), (1, "○")])
def test_the_table_of_roles_is_that_of_the_code(number: int, yes: str) -> None:
    row_of_four = re.compile(rf"^\|[^|]*\|(?:[^|]*\|)?((?: (?:{yes}|no|-) \|){{4}})$", re.MULTILINE)
    rows = row_of_four.findall(page(number))
    said = [[cell.strip() == yes for cell in row.strip("|").split("|")] for row in rows]
    assert said == [[right in ROLES[role] for role in Role] for right in Right]
    assert number or all(f"| `{right}` |" in page() for right in Right)
    assert all(f"`{role}`" in page(number) for role in Role)


def test_the_limits_are_those_of_the_code() -> None:
    minutes = f"{WINDOW_S / 60:.0f}"
    for number in (OF_ACCOUNT, OF_ADDRESS, OF_ALL):
        assert f"| {number} in {minutes} minutes |" in page()
        assert f"| {minutes}分間に{number}回 |" in page(1)
    assert f"| {MOST_FAILURES} in a row |" in page()
    assert f"連続{MOST_FAILURES}回" in page(1)
    assert f"({MEMORY_KIB / 1024:.0f} MiB, {PASSES} passes" in page()
    assert f"{MOST_WAITING} waiting at most" in page()
    assert f"at most {LONGEST}; any script" in " ".join(page().split())
    assert (ONE_TIME_S, WHILE_S) == (7 * 86400, 600)


def test_the_settings_are_those_of_the_code() -> None:
    console = Configuration().console
    assert f"`password_length` characters, {console.password_length} if not set" in page()
    assert f"`session_idle_min` minutes ({console.session_idle_min})" in page()
    assert f"`session_longest_h` hours ({console.session_longest_h})" in page()
    assert parse_configuration("[console]\npassword_length = 8\n").console.password_length == 8


@pytest.mark.parametrize("kind", [*AccountEvent, PATIENT_SEEN])
def test_every_entry_of_the_journal_is_named(kind: str) -> None:
    assert f"`{kind}`" in page()
    assert f"`{kind}`" in (DOCS / "journal.md").read_text("utf-8")


@pytest.mark.parametrize("number", [0, 1])
def test_every_command_and_picture_is_there(number: int) -> None:
    commands = re.findall(r"`appliance (account [^`]+)`", page(number))
    for command in commands:
        build_parser().parse_args(command.split())
    assert commands
    pictures = re.findall(r"\]\(([^)#:]+)\)", page(number))
    assert all((PAGES[number].parent / each).exists() for each in pictures)
