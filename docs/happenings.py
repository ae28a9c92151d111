"""The table of display-tests.md: what can happen in a test of a display."""

from collections.abc import Callable
from dataclasses import fields

from appliance.displayqa.sessions.happening import KINDS


def happenings() -> str:
    """Every kind with its fields."""
    rows = [_row(kind, made) for kind, made in KINDS.items()]
    return "\n".join(["| kind | what | fields |", "|---|---|---|", *rows]) + "\n"


def _row(kind: str, made: type) -> str:
    meaning = " ".join(str(made.__doc__).split("\n\n")[0].split()).replace("``", "`")
    names = ", ".join(f"`{each.name}`" for each in fields(made))  # type: ignore[arg-type]
    return f"| `{kind}` | {meaning} | {names} |"


HAPPENINGS: dict[str, Callable[[], str]] = {"display-happenings": happenings}
