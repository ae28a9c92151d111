"""A ledger of 100,000 studies, as years of a busy site leave it; made once a schema and kept.

Rows only: no object lies in the spool. It lies in ``/var/tmp``, outside of the repository.
"""

import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.journal import WITNESS_NAME
from appliance.ledger import Ledger, open_ledger
from appliance.ledger.schema import migrations

STUDIES = 100_000
KEPT = Path("/var/tmp/dose-appliance-tests")  # noqa: S108 - a folder of its own, checked for its owner
FIRST_DAY = 1_600_000_000.0
EVERY_S = 2_000.0
"""From study to study: some 43 a day, six years."""
SCANNERS = ("CT01", "CT02", "CT03", "OLDCT", "EMERGENCY")
DESTINATIONS = ("archive", "registry", "research")
REGIONS = ("HEAD", "CHEST", "ABDOMEN")
PROTOCOLS = tuple(f"{kind} {size}" for kind in ("ROUTINE", "LOW DOSE", "CE") for size in range(9))
SCREEN, IMAGE = "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.2"
REPORT = "1.2.840.10008.5.1.4.1.1.88.67"
MANY_OBJECTS, MANY_FROM = 500, 97_531
"""This study has so many objects."""
BATCH = 5_000


@dataclass(frozen=True)
class Case:
    """What becomes of a study; shares of a site whose scanners are confirmed."""

    outcome: str
    state: str


def study_uid(number: int) -> str:
    return f"1.2.826.0.1.3680043.10.543.99.{number}"


def ledger_of(studies: int = STUDIES) -> Path:
    """The ledger's file; whoever writes into it copies it first."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    if KEPT.stat().st_uid != os.getuid():
        raise PermissionError(str(KEPT))
    made = _made_of(studies)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for former in KEPT.glob(f"{studies}-*"):
                former.unlink()
            _make(made, studies)
    return made


def copy_into(folder: Path, studies: int = STUDIES) -> Path:
    """A ledger of its own in a box's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "ledger.sqlite"
    shutil.copyfile(ledger_of(studies), target)
    witness = "".join(f"{number} {number:064x}\n" for number in range(1, studies + 1))
    (folder / WITNESS_NAME).write_text(witness, "ascii")
    return target


def _made_of(studies: int) -> Path:
    known = "".join(each.sql for each in migrations()) + Path(__file__).read_text("utf-8")
    return KEPT / f"{studies}-{hashlib.sha256(known.encode()).hexdigest()[:16]}.sqlite"


def _make(target: Path, studies: int) -> None:
    part = target.with_suffix(f".{os.getpid()}")
    ledger = open_ledger(part)
    ledger.execute("PRAGMA synchronous = OFF")
    _fill(ledger, studies)
    ledger.execute("ANALYZE")
    ledger.execute("DROP TABLE sqlite_stat1")  # a box makes no statistics
    ledger.execute("PRAGMA journal_mode = DELETE")
    ledger.close()
    part.rename(target)


def _fill(ledger: Ledger, studies: int) -> None:
    for name in DESTINATIONS:
        ledger.execute("INSERT INTO destination (name, delivered) VALUES (?, ?)", name, studies)
    for first in range(1, studies + 1, BATCH):
        with ledger.transaction():
            for number in range(first, min(first + BATCH, studies + 1)):
                _study(ledger, number, studies, Random(number))
                _look(ledger, number)


def _study(ledger: Ledger, number: int, studies: int, random: Random) -> None:
    at, uid = FIRST_DAY + number * EVERY_S, study_uid(number)
    case = _case(number, studies, random)
    last = 0
    count = MANY_OBJECTS if number == min(MANY_FROM, studies) else 2
    for at_object in range(count):
        last = _object(ledger, number, at_object, at, random)
    if case.outcome:
        _decide(ledger, uid, last, at + 90, case.outcome, random)
    if case.outcome == "reported":
        _report(ledger, number, at + 91, case.state, random)
    if case.outcome == "quarantined":
        _quarantine(ledger, number, studies, at + 91)


def _case(number: int, studies: int, random: Random) -> Case:
    if number == studies:
        return Case("", "")
    draw = random.random()
    if draw < 0.05:
        return Case("quarantined", "")
    if draw < 0.15:
        return Case("set-aside", "")
    if number > studies - 40:
        return Case("reported", "waiting")
    return Case("reported", "refused" if draw > 0.998 else "delivered")


def _object(ledger: Ledger, number: int, at_object: int, at: float, random: Random) -> int:
    uid = f"{study_uid(number)}.{at_object}"
    digest = hashlib.sha256(uid.encode()).hexdigest()
    row = ledger.execute(
        "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid, sha256,"
        " size_bytes, path, calling_ae, called_ae, address, received_at)"
        " VALUES (?, ?, '1.2.840.10008.1.2.1', ?, ?, ?, ?, 'DOSEBOX', '192.0.2.11', ?)",
        uid,
        IMAGE if at_object > 1 else SCREEN,
        digest,
        random.randrange(200_000, 600_000),
        f"{digest[0]}/{digest}.dcm",
        SCANNERS[number % len(SCANNERS)],
        at + at_object,
    ).lastrowid
    ledger.execute(
        "INSERT INTO study_member (instance_id, study_instance_uid, series_instance_uid, modality)"
        " VALUES (?, ?, ?, 'CT')",
        row,
        study_uid(number),
        f"{study_uid(number)}.0",
    )
    return int(row or 0)


def _look(ledger: Ledger, number: int) -> None:
    """Somebody looked at it; the hashes are none."""
    ledger.execute(
        "INSERT INTO journal (seq, written_at, kind, body, previous_hash, hash)"
        " VALUES (?, ?, 'patient-seen', ?, ?, ?)",
        number,
        FIRST_DAY + number * EVERY_S,
        json.dumps({"study_instance_uid": study_uid(number), "by": "sato", "page": "study"}),
        f"{number - 1:064x}",
        f"{number:064x}",
    )


def _decide(  # noqa: PLR0913, PLR0917 - a row
    ledger: Ledger, uid: str, last: int, at: float, outcome: str, random: Random
) -> None:
    record = _record(random) if outcome != "set-aside" else {}
    ledger.execute(
        "INSERT INTO decision (study_instance_uid, last_instance_id, outcome, reason, record,"
        " layout, atlas, decided_at) VALUES (?, ?, ?, ?, ?, 'ge-dose-report/1', '1', ?)",
        uid,
        last,
        outcome,
        "cell-unreadable" if outcome == "quarantined" else "",
        json.dumps(record),
        at,
    )


def _record(random: Random) -> dict[str, object]:
    origin = {
        "source": "HUMAN_READABLE_REPORT",
        "detail": "coarse+fine",
        "sop_instance_uid": None,
        "frame": None,
        "box": None,
    }

    def value(text: str) -> dict[str, object]:
        return {"value": text, "text": text, "origin": origin}

    events = [
        {
            "label": value("Helical"),
            "series": value(str(at)),
            "ctdi_vol_mgy": value(f"{random.uniform(3, 60):.2f}"),
            "dlp_mgy_cm": value(f"{random.uniform(90, 1200):.2f}"),
        }
        for at in range(1, random.randrange(2, 5))
    ]
    return {"layout": "ge-dose-report/1", "events": events}


def _report(ledger: Ledger, number: int, at: float, state: str, random: Random) -> None:
    uid, report = study_uid(number), f"{study_uid(number)}.9"
    outgoing = ledger.execute(
        "INSERT INTO outgoing (kind, sop_instance_uid, sop_class_uid, study_instance_uid, path,"
        " sha256, created_at) VALUES ('report', ?, ?, ?, ?, '', ?)",
        report,
        REPORT,
        uid,
        f"{report}.dcm",
        at,
    ).lastrowid
    why = "unreachable (no route to host)." if state == "refused" else ""
    for name in DESTINATIONS[: 1 + number % len(DESTINATIONS)]:
        is_over = state in {"delivered", "refused"}
        delivery = ledger.execute(
            "INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state, attempts,"
            " failed_s_before, last_error, created_at, ended_at)"
            " VALUES (?, ?, ?, 'waiting', 1, 0, ?, ?, ?)",
            outgoing,
            uid,
            name,
            why,
            at,
            at + 5 if is_over else None,
        ).lastrowid
        if is_over:
            ledger.execute("UPDATE delivery SET state = ? WHERE id = ?", state, delivery)
        ledger.execute(
            "INSERT INTO delivery_attempt (delivery_id, number, began_at, ended_at, ended_as, why)"
            " VALUES (?, 1, ?, ?, ?, ?)",
            delivery,
            at,
            at + 5 if is_over else None,
            state if is_over else None,
            why,
        )
    _examination(ledger, number, report, random)


def _examination(ledger: Ledger, number: int, report: str, random: Random) -> None:
    day = (FIRST_DAY + number * EVERY_S) / 86400
    region = random.choice(REGIONS)
    protocol = f"{region} {random.choice(PROTOCOLS)}"
    examination = ledger.execute(
        "INSERT INTO dose_examination (report_uid, study_instance_uid, performed_on, scanner,"
        " procedure_codes, words, age_years, weight_kg, layout, entered_at)"
        " VALUES (?, ?, date(?, 'unixepoch'), ?, '[]', ?, ?, ?, 'ge-dose-report/1', ?)",
        report,
        study_uid(number),
        int(day) * 86400,
        hashlib.sha256(SCANNERS[number % len(SCANNERS)].encode()).hexdigest(),
        json.dumps([region]),
        str(random.randrange(1, 95)),
        str(random.randrange(40, 95)),
        FIRST_DAY + number * EVERY_S,
    ).lastrowid
    for scan in range(random.randrange(1, 4)):
        ledger.execute(
            "INSERT INTO dose_scan (examination_id, number, label, region, phantom,"
            " acquisition_type, ctdi_vol_mgy, dlp_mgy_cm, kvp)"
            " VALUES (?, ?, ?, ?, ?, 'SPIRAL', ?, ?, '120')",
            examination,
            scan,
            protocol,
            region,
            "HEAD16" if region == "HEAD" else "BODY32",
            f"{random.uniform(3, 60):.2f}",
            f"{random.uniform(90, 1200):.2f}",
        )


def _quarantine(ledger: Ledger, number: int, studies: int, at: float) -> None:
    """All but the last hundred numbers are over."""
    is_open = number > studies - 100
    doubt = {
        "reason": "cell-unreadable",
        "detail": "",
        "field": "events[0].dlp_mgy_cm",
        "readings": [["coarse", "120.5"], ["fine", "126.5"]],
        "sop_instance_uid": f"{study_uid(number)}.0",
        "box": None,
    }
    facts = {"instances": [], "layout": "ge-dose-report/1", "scanner": "", "atlas": "1"}
    ledger.execute(
        "INSERT INTO quarantined (study_instance_uid, reason, evidence, folder, opened_at,"
        " closed_at, closed_as) VALUES (?, 'cell-unreadable', ?, ?, ?, ?, ?)",
        study_uid(number),
        json.dumps({"doubts": [doubt], "evidence": facts}),
        f"{number:016x}",
        at,
        None if is_open else at + 3600,
        "" if is_open else "discarded",
    )
