"""The versions of the ledger's schema, and which code can live with which.

A migration may say that older code can go on working on a ledger that has it: it only added what
that code does not look at. So a box that goes back to the version before finds its ledger usable,
with everything that the newer version wrote.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

COMPATIBILITY = "compatibility.toml"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema.

    Attributes:
        version: The schema's version after it; the number of its file.
        lives_with: Code that knows the schema from this version on can live with it.
        sql: What it does.
    """

    version: int
    lives_with: int
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration that this code knows, in order."""
    folder = files("appliance.ledger") / "migrations"
    known = tomllib.loads((folder / COMPATIBILITY).read_text("utf-8"))["lives_with"]
    found = []
    for entry in folder.iterdir():
        if Path(entry.name).suffix == ".sql":
            version = int(entry.name.split("_")[0])
            lives_with = known.get(str(version), version)
            found.append(Migration(version, lives_with, entry.read_text("utf-8")))
    return tuple(sorted(found, key=lambda each: each.version))


def newest() -> int:
    """The schema that this code knows."""
    return migrations()[-1].version


def oldest_that_lives_with_all() -> int:
    """The oldest schema whose code can live with a ledger that this code has brought up to date."""
    steps = {each.version: each.lives_with for each in migrations()}
    return min(known for known in steps if needed_from(known, steps) <= known)


def needed_from(known: int, steps: Mapping[int, int]) -> int:
    """What code that knows the schema ``known`` has to know for the steps that came after it.

    ``steps`` is what each version lives with; 0 when none came after.
    """
    return max((needed for version, needed in steps.items() if version > known), default=0)
