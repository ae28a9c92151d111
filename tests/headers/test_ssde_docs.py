"""docs/ssde.md says what the code and its table say."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from appliance.headers.size.refusal import Unfit

PAGE = (Path(__file__).parents[2] / "docs" / "ssde.md").read_text("utf-8")
DATA = tomllib.loads((files("appliance.headers.size") / "size.toml").read_text("utf-8"))


def first_cells(title: str) -> dict[str, str]:
    """The code in the first column of a section's table, with the second."""
    section = PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `([a-z_-]+)` \| ([^|]+) \|", section, re.MULTILINE))


def test_every_reason_is_explained_and_no_other() -> None:
    assert list(first_cells("When there is a value")) == [each.value for each in Unfit]


def test_every_limit_is_documented_with_its_value() -> None:
    limits = {**DATA["patient"], **DATA["range"]}
    said = {
        name: " to ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in limits.items()
    }
    assert first_cells("How the patient is found") == said


def test_every_factor_is_documented_with_what_is_known_of_it() -> None:
    for row in DATA["conversion"]:
        interval = f"{row['smallest_cm']} to {row['greatest_cm']}"
        verified = "yes" if row["verified"] else "**no, off**"
        cells = (row["report"], row["body"], row["phantom"], row["a"], row["b"], interval, verified)
        assert f"| {' | '.join(cells)} |" in PAGE
