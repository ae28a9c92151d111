"""One look at the ledger and the disk."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from appliance.alarms import Alarm, AlarmCode, Alarms
from appliance.backup.register import Backups, Made
from appliance.clock import Clock, iso8601
from appliance.commitment import Commitments, Requests, Tally
from appliance.config import Configuration, certificate_files, scanner_for
from appliance.displays.register import Register
from appliance.errors import StateError
from appliance.ledger import Ledger, open_ledger
from appliance.machine import Machine, look_at
from appliance.status.today import ScannerDay, today
from appliance.tls import Worn, validity_of
from appliance.tunnel import Sighting, last_sighting

MODALITIES = re.compile("CR|CT|DX|ES|IO|IVUS|KO|MG|MR|NM|OT|PR|PT|PX|REG|RF|RTDOSE|SR|US|XA")
"""Terms of PS3.3 C.7.3.1.1.1; another word is the sender's own, and could say anything."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class DestinationQueue:
    """One destination's deliveries by state; times in seconds since the epoch.

    ``last_error`` is why the last one tried did not arrive, empty once one did; ``held`` why none
    is tried.
    """

    destination: str
    by_state: dict[str, int]
    oldest_unsent_at: float | None
    commitments: Tally | None = None
    last_delivered_at: float | None = None
    last_error: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class CertificateState:
    """A certificate file by the setting that names it; ``ends_at`` is None if it is unusable."""

    setting: str
    ends_at: float | None
    worn: Worn


@dataclass(frozen=True, slots=True)
class LastReceived:
    """The newest object of a modality from a scanner, by its name in [[scanner]].

    ``scanner`` is None where it has none, ``modality`` `other` where the object says no known one.
    """

    scanner: str | None
    modality: str
    received_at: float


@dataclass(frozen=True, slots=True)
class DisplayCondition:
    """What is the matter with a display, in words, since when (ISO 8601)."""

    display: str
    what: str
    since: str


@dataclass(frozen=True, slots=True)
class DisplayConditions:
    """The displays in use: how many, which have to be tested, which failed."""

    in_use: int = 0
    due: tuple[DisplayCondition, ...] = ()
    failed: tuple[DisplayCondition, ...] = ()


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
        today: The studies of the day, by scanner.
        last_cleared_at: When an alarm was cleared last; None: none ever was.
        certificates: Every certificate file that the configuration names.
        tunnel: What the forwarder saw last of the VPN; None when it never looked.
        machine: What the machine says of itself.
        update: What is known of updates, as JSON; None where there are none.
        backup: The newest backup of the box that is whole; None where none was made.
    """

    taken_at: float
    data_dir: Path
    disk_free_mib: int
    disk_total_mib: int
    machine: Machine
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
    last_received: tuple[LastReceived, ...] = ()
    today: tuple[ScannerDay, ...] = ()
    last_cleared_at: float | None = None
    displays: DisplayConditions = DisplayConditions()
    update: dict[str, Any] | None = None
    backup: Made | None = None


def take_snapshot(
    configuration: Configuration,
    clock: Clock,
    root: Path = Path("/"),
    update: dict[str, Any] | None = None,
) -> Snapshot:
    """Look once, changing nothing. Raises StateError when the ledger cannot be read.

    ``root`` is where the machine's /sys and /proc are.
    """
    empty = _without_ledger(configuration, clock.wall(), root, update)
    if not configuration.ledger_path.exists():
        return empty
    with _reading(configuration.ledger_path) as ledger:
        if not _has_schema(ledger):
            return empty
        received, conflicts, last_received_at = ledger.rows(RECEIVED)[0]
        alarms = tuple(Alarms(ledger, clock).raised())
        return replace(
            empty,
            ever_ran=True,
            objects_received=received,
            objects_in_conflict=conflicts,
            last_received_at=last_received_at,
            studies_open=_studies_open(ledger),
            studies_by_outcome=_counts(ledger, STUDIES_BY_OUTCOME),
            quarantine_by_reason=_counts(ledger, QUARANTINE_BY_REASON),
            destinations=_destinations(ledger, configuration, clock),
            commitment_requests={
                str(state): count for state, count in Requests(ledger, clock).counts().items()
            },
            alarms=alarms,
            last_received=_last_received(ledger, configuration),
            today=today(ledger, configuration, empty.taken_at),
            last_cleared_at=Alarms(ledger, clock).last_cleared_at(),
            displays=_displays(ledger, clock, alarms),
            backup=Backups(ledger, clock).last(),
        )


def _without_ledger(
    configuration: Configuration, now: float, root: Path, update: dict[str, Any] | None
) -> Snapshot:
    """What is known where nothing has run."""
    data_dir = configuration.data_dir
    free_mib, total_mib = _room_mib(data_dir)
    return Snapshot(
        taken_at=now,
        data_dir=data_dir,
        disk_free_mib=free_mib,
        disk_total_mib=total_mib,
        machine=look_at(root, now),
        certificates=_certificates(configuration, now),
        tunnel=last_sighting(data_dir) if configuration.vpn.interface else None,
        update=update,
    )


RECEIVED = """
SELECT (SELECT COUNT(*) FROM instance), (SELECT COUNT(*) FROM instance WHERE conflict = 1),
  (SELECT MAX(received_at) FROM (SELECT received_at FROM instance ORDER BY id DESC LIMIT 1))
"""
STUDIES_BY_OUTCOME = """
SELECT outcome, COUNT(*) FROM study WHERE outcome IS NOT NULL GROUP BY outcome ORDER BY outcome
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
ENDS = """
SELECT name, (SELECT MAX(d.ended_at) FROM delivery d
  WHERE d.destination = t.name AND d.state = 'delivered'), last_error, held
FROM destination t
"""
STUDIES_OPEN = """
SELECT (SELECT COUNT(DISTINCT study_instance_uid) FROM study_member WHERE decision_id IS NULL)
  + (SELECT COUNT(*) FROM instance
     WHERE id > (SELECT COALESCE(MAX(instance_id), 0) FROM study_member))
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
    ends = {str(row[0]): (row[1], str(row[2]), str(row[3])) for row in ledger.rows(ENDS)}
    names = dict.fromkeys(each.name for each in configuration.destination)
    names |= dict.fromkeys(str(row[0]) for row in rows)
    return tuple(
        DestinationQueue(
            name,
            {str(row[1]): int(row[2]) for row in rows if row[0] == name},
            min((row[3] for row in rows if row[0] == name and row[3] is not None), default=None),
            tallies.get(name),
            *ends.get(name, (None, "", "")),
        )
        for name in names
    )


def _last_received(ledger: Ledger, configuration: Configuration) -> tuple[LastReceived, ...]:
    """By scanner and modality, the newest first; arrivals are told apart by their order."""
    newest: dict[tuple[str | None, str], float] = {}
    for row in ledger.rows("SELECT * FROM last_arrival ORDER BY instance_id DESC"):
        scanner = scanner_for(configuration, row["calling_ae"], row["address"])
        modality = row["modality"] if MODALITIES.fullmatch(row["modality"]) else OTHER
        key = (scanner.name if scanner else None, modality)
        newest.setdefault(key, row["received_at"])
    return tuple(LastReceived(*key, at) for key, at in newest.items())


def _displays(ledger: Ledger, clock: Clock, alarms: tuple[Alarm, ...]) -> DisplayConditions:
    """What the clerk found last of the displays in use."""
    conditions = {
        code: tuple(
            DisplayCondition(each.subject, each.detail, iso8601(each.raised_at))
            for each in alarms
            if each.code is code
        )
        for code in (AlarmCode.DISPLAY_TEST_DUE, AlarmCode.DISPLAY_FAILED)
    }
    in_use = len(Register(ledger, clock).in_use())
    return DisplayConditions(in_use, *conditions.values())


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


def _room_mib(folder: Path) -> tuple[int, int]:
    """Free and in all."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free // 2**20, usage.total // 2**20


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
