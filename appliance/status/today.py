"""The studies of the day, by the scanner that sent their first object, and how they stand."""

from dataclasses import dataclass
from datetime import datetime

from appliance.config import Configuration, scanner_for
from appliance.ledger import Ledger

STUDIES_SINCE = """
SELECT i.calling_ae, i.address, coalesce(s.outcome, '') AS outcome, COUNT(*) AS studies
FROM study s JOIN instance i ON i.id = (
  SELECT MIN(m.instance_id) FROM study_member m WHERE m.study_instance_uid = s.study_instance_uid)
WHERE s.received_at >= ? GROUP BY 1, 2, 3
"""
UNDECIDED = ""
"""In place of an outcome: no decision was made of the study yet."""


@dataclass(frozen=True, slots=True)
class ScannerDay:
    """A scanner's studies of the day, counted by their outcome; `""`: not decided yet.

    ``scanner`` is its name in [[scanner]], None for senders that have none.
    """

    scanner: str | None
    by_outcome: dict[str, int]


def begin_of_day(now: float) -> float:
    """The last midnight by the box's zone, both in seconds since the epoch."""
    midnight = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0)
    return midnight.replace(microsecond=0).timestamp()


def today(ledger: Ledger, configuration: Configuration, now: float) -> tuple[ScannerDay, ...]:
    """Every scanner that is configured, then those without a name if they sent something."""
    found: dict[str | None, dict[str, int]] = {each.name: {} for each in configuration.scanner}
    for row in ledger.rows(STUDIES_SINCE, begin_of_day(now)):
        scanner = scanner_for(configuration, row["calling_ae"], row["address"])
        counts = found.setdefault(scanner.name if scanner else None, {})
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + int(row["studies"])
    return tuple(ScannerDay(*each) for each in found.items())
