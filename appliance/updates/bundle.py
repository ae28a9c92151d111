"""What a bundle says of itself, once RAUC has found its signature good.

The manifest's ``description`` carries what RAUC has no field for: which schema of the ledger the
version makes, and from which one on older code can live with that.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.errors import RefusedError
from appliance.ledger.schema import newest, oldest_that_lives_with_all

_DESCRIPTION = re.compile(r"ledger schema ([0-9]{1,6}), lives with ([0-9]{1,6})")
_VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Three numbers with dots between them."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> "Version":
        """Raises ValueError for anything else."""
        found = _VERSION.fullmatch(text)
        if found is None:
            raise ValueError(f"not a version: {text!r}")
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        """As it was written."""
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle.

    Attributes:
        compatible: The board it is for.
        version: Of the appliance in it.
        build: Tells two builds of a version apart.
        schema: The version of the ledger's schema that it makes.
        lives_with: Code that knows the schema from this one on can live with that.
    """

    compatible: str
    version: Version
    build: str
    schema: int
    lives_with: int

    @property
    def name(self) -> str:
        """For people and the journal."""
        return f"{self.version} ({self.build})" if self.build else str(self.version)


def description() -> str:
    """What a bundle of this code carries in its manifest."""
    return f"ledger schema {newest()}, lives with {oldest_that_lives_with_all()}"


def read_bundle(file: Path, told_by: Callable[[Path], str]) -> Bundle:
    """What ``file`` says by ``Rauc.info``.

    Raises RefusedError when it is no bundle signed by a trusted key.

    Only the manifest is checked here; every block of the content is when it is installed.
    """
    return bundle_of(json.loads(told_by(file)), file.name)


def bundle_of(told: dict[str, Any], name: str) -> Bundle:
    """The same from what RAUC prints. Raises RefusedError for what is not ours."""
    described = _DESCRIPTION.fullmatch(told.get("description") or "")
    try:
        version = Version.of(told.get("version") or "")
    except ValueError as failure:
        raise RefusedError(str(failure), name) from failure
    if described is None:
        raise RefusedError("does not say which ledger it can live with", name)
    schema, lives_with = map(int, described.groups())
    return Bundle(
        told.get("compatible") or "", version, told.get("build") or "", schema, lives_with
    )
