"""One look at the ledger and the disk."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.alarms import Alarm, Alarms
from appliance.clock import Clock
from appliance.commitment import Commitments, Requests, Tally
from appliance.config import Configuration, certificate_files
from appliance.errors import StateError
from appliance.ledger import Ledger, open_ledger
from appliance.tls import Worn, validity_of
from appliance.tunnel import Sighting, last_sighting


@dataclass(frozen=True, slots=True)
class DestinationQueue:
    """One destination's deliveries by state; times in seconds since the epoch."""

    destination: str
    by_state: dict[str, int]
    oldest_unsent_at: float | None
    commitments: Tally | None = None


@dataclass(frozen=True, slots=True)
class CertificateState:
    """A certificate file by the setting that names it; ``ends_at`` is None if it is unusable."""

    setting: str
    ends_at: float | None
    worn: Worn


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state at ``taken_at``; times in seconds since the epoch.

    Attributes:
        ever_ran: Whether there is a ledger at all.
        objects_received: Instances kept, conflicts included.
        studies_open: Studies with arrivals that no decision has taken into account yet.
        studies_by_outcome: The newest decision of each study.
        quarantine_by_reason: Studies that wait for a person.
        commitment_requests: Requests to keep objects, by how far they are.
        certificates: Every certificate file that the configuration names.
        tunnel: What the forwarder saw last of the VPN; None when it never looked.
    """

    taken_at: float
    data_dir: Path
    disk_free_mib: int
    ever_ran: bool = False
    objects_received: int = 0
    objects_in_conflict: int = 0
    last_received_at: float | None = None
    studies_open: int = 0
    studies_by_outcome: dict[str, int] = field(default_factory=dict)
    quarantine_by_reason: dict[str, int] = field(default_factory=dict)
    destinations: tuple[DestinationQueue, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    commitment_requests: dict[str, int] = field(default_factory=dict)
    certificates: tuple[CertificateState, ...] = ()
    tunnel: Sighting | None = None


def take_snapshot(configuration: Configuration, clock: Clock) -> Snapshot:
    """Look once, changing nothing. Raises StateError when the ledger cannot be read."""
    data_dir, now = configuration.data_dir, clock.wall()
    free_mib, certificates = _free_mib(data_dir), _certificates(configuration, now)
    if not configuration.ledger_path.exists():
        return Snapshot(now, data_dir, free_mib, certificates=certificates)
    with _reading(configuration.ledger_path) as ledger:
        if not _has_schema(ledger):
            return Snapshot(now, data_dir, free_mib, certificates=certificates)
        received = ledger.rows(
            "SELECT COUNT(*), COALESCE(SUM(conflict), 0), MAX(received_at) FROM instance"
        )[0]
        return Snapshot(
            taken_at=now,
            data_dir=data_dir,
            disk_free_mib=free_mib,
            ever_ran=True,
            objects_received=received[0],
            objects_in_conflict=received[1],
            last_received_at=received[2],
            studies_open=_studies_open(ledger),
            studies_by_outcome=_counts(ledger, STUDIES_BY_OUTCOME),
            quarantine_by_reason=_counts(ledger, QUARANTINE_BY_REASON),
            destinations=_destinations(ledger, configuration, clock),
            commitment_requests={
                str(state): count for state, count in Requests(ledger, clock).counts().items()
            },
            certificates=certificates,
            alarms=tuple(Alarms(ledger, clock).raised()),
            tunnel=last_sighting(data_dir) if configuration.vpn.interface else None,
        )


STUDIES_BY_OUTCOME = """
SELECT outcome, COUNT(*) FROM (
  SELECT outcome, MAX(id) FROM decision GROUP BY study_instance_uid
) GROUP BY outcome ORDER BY outcome
"""
QUARANTINE_BY_REASON = """
SELECT reason, COUNT(*) FROM quarantined WHERE closed_at IS NULL GROUP BY reason ORDER BY reason
"""
DELIVERIES = """
SELECT destination, state, COUNT(*), MIN(outgoing.created_at)
FROM delivery JOIN outgoing ON outgoing.id = outgoing_id
WHERE state IN ('waiting', 'leased') GROUP BY destination, state
UNION ALL SELECT destination, state, COUNT(*), NULL
FROM delivery WHERE state = 'refused' GROUP BY destination
UNION ALL SELECT name, 'delivered', delivered, NULL FROM destination WHERE delivered > 0
ORDER BY 1, 2
"""
STUDIES_OPEN = """
SELECT COUNT(DISTINCT COALESCE(study_instance_uid, 'instance ' || id))
FROM instance LEFT JOIN study_member ON instance_id = id WHERE decision_id IS NULL
"""


def _has_schema(ledger: Ledger) -> bool:
    """False in the moment between creating the file and its first migration."""
    return bool(ledger.rows("PRAGMA user_version")[0][0])


def _counts(ledger: Ledger, sql: str) -> dict[str, int]:
    return {str(word): int(count) for word, count in ledger.rows(sql)}


def _studies_open(ledger: Ledger) -> int:
    return int(ledger.rows(STUDIES_OPEN)[0][0])


def _destinations(
    ledger: Ledger, configuration: Configuration, clock: Clock
) -> tuple[DestinationQueue, ...]:
    """Those configured, in their order, then those that deliveries remember."""
    tallies = {each.destination: each for each in Commitments(ledger, clock).tallies()}
    rows = ledger.rows(DELIVERIES)
    names = dict.fromkeys(each.name for each in configuration.destination)
    names |= dict.fromkeys(str(row[0]) for row in rows)
    return tuple(
        DestinationQueue(
            name,
            {str(row[1]): int(row[2]) for row in rows if row[0] == name},
            min((row[3] for row in rows if row[0] == name and row[3] is not None), default=None),
            tallies.get(name),
        )
        for name in names
    )


def _certificates(configuration: Configuration, now: float) -> tuple[CertificateState, ...]:
    found = [
        (
            each.setting,
            validity_of(each.path, any_will_do=each.is_trusted, private_key=each.private_key),
        )
        for each in certificate_files(configuration)
    ]
    warn_days = configuration.certificates.warn_days
    return tuple(
        CertificateState(setting, validity.ends_at, validity.at(now, warn_days))
        for setting, validity in found
    )


def _free_mib(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 2**20


@contextmanager
def _reading(path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(path, read_only=True)
    try:
        ledger.execute("BEGIN")  # every count from one moment
        yield ledger
    except sqlite3.Error as failure:
        raise StateError(f"cannot read the ledger: {failure}", str(path)) from failure
    finally:
        ledger.close()
