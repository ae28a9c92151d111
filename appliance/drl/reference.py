"""What is in force: the edition that is compared with, the screening limits, the site's codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.config import Drl
from appliance.drl.exam import Exams, exams
from appliance.drl.procedure import NO_PROCEDURES, Procedures, procedures
from appliance.drl.table import LUNG_SCREENING, Table, tables
from appliance.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything that a site's doses are compared by."""

    tables: tuple[Table, ...]
    exams: Exams
    procedures: Procedures

    @property
    def identifier(self) -> str:
        """The version of each table, as the history of doses keeps it."""
        return " ".join(table.identifier for table in self.tables)

    @property
    def unverified(self) -> Iterator[Table]:
        """The tables that hold figures which nobody has compared with the original."""
        return (table for table in self.tables if table.has_unverified)

    @property
    def has_verified(self) -> bool:
        """Whether any figure was."""
        figures = (f for t in self.tables for level in t.levels for f in level.figures.values())
        return any(figure.verified for figure in figures)


NOTHING = Reference((), exams(), NO_PROCEDURES)
"""What is in force where the site's files cannot be used: nothing is compared."""


def reference(settings: Drl, data_dir: Path, edition: str = "") -> Reference:
    """What ``settings`` put in force; ``edition`` instead of the configured one.

    Raises ConfigurationError for an edition that there is not, and for a file that is not sound.
    """
    known = tables(data_dir / settings.tables)
    wanted = edition or settings.edition
    if wanted not in known:
        remedy = f"known are {', '.join(known)}"
        raise ConfigurationError(f"there is no edition {wanted!r}", "drl.edition", remedy)
    file = data_dir / settings.procedures
    codes = procedures(file, exams()) if file.exists() else NO_PROCEDURES
    return Reference(tuple(_in_force(known, wanted)), exams(), codes)


def _in_force(known: Mapping[str, Table], edition: str) -> Iterator[Table]:
    yield known[edition]
    if edition != LUNG_SCREENING:
        yield known[LUNG_SCREENING]
