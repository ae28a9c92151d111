"""The history of doses: what was reported of each study, without the person.

A report that supersedes another takes its place; the rows of the other stay, with the versions of
layout, code and tables that it was made with.

**Knows:** the tables ``dose_examination``, ``dose_scan`` and ``dose_acknowledgement``, and which
report of a study counts.
**Does not know:** what a dose is compared with (``drl``), nor ever a patient.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from appliance.clock import Clock
from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.examination import Examination, Scan
from appliance.ledger import Ledger

_ENTER = """
INSERT INTO dose_examination (report_uid, study_instance_uid, performed_on, scanner,
  procedure_codes, words, age_years, weight_kg, layout, software, reference_tables, entered_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_SUPERSEDE = """
UPDATE dose_examination SET superseded = (report_uid <> ?) WHERE study_instance_uid = ?
"""
_ROWS = """
SELECT * FROM dose_examination LEFT JOIN dose_scan ON examination_id = id
"""
_CURRENT = f"""
{_ROWS} WHERE superseded = 0
  AND (? IS NULL OR performed_on >= ?) AND (? IS NULL OR performed_on <= ?)
ORDER BY performed_on, id, number
"""
_OF_A_STUDY = f"{_ROWS} WHERE study_instance_uid = ? ORDER BY id, number"
_CURRENT_NUMBERS = "SELECT id FROM dose_examination WHERE superseded = 0"
_NUMBERED = f"{_ROWS} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id, number"  # noqa: S608 - constants
_VERSION = """
SELECT count(*) AS n, coalesce(sum(id), 0) AS sum, coalesce(sum(id * id), 0) AS squares
FROM dose_examination WHERE superseded = 0
"""
_SCAN = """
INSERT INTO dose_scan (examination_id, number, label, region, phantom, acquisition_type,
  with_contrast, ctdi_vol_mgy, dlp_mgy_cm, ssde_mgy, kvp)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Doses:
    """The history in a ledger; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def enter(self, examination: Examination) -> None:
        """Keep what a report says; it counts instead of every other report of its study."""
        with self._ledger.transaction():
            entered = self._ledger.execute(
                _ENTER,
                examination.report_uid,
                examination.study_instance_uid,
                examination.performed_on and examination.performed_on.isoformat(),
                examination.scanner,
                json.dumps(examination.procedure_codes, ensure_ascii=False),
                json.dumps(examination.words, ensure_ascii=False),
                _digits(examination.age_years),
                _digits(examination.weight_kg),
                examination.layout,
                examination.software,
                examination.tables,
                self._clock.wall(),
            )
            if entered.rowcount:
                for number, scan in enumerate(examination.scans):
                    self._ledger.execute(_SCAN, entered.lastrowid, number, *_scan_row(scan))
            self._ledger.execute(_SUPERSEDE, examination.report_uid, examination.study_instance_uid)

    def examinations(
        self, first: date | None = None, last: date | None = None
    ) -> Iterator[Examination]:
        """Every study as its last report says, performed from ``first`` to ``last``, both included.

        One whose date is not known is there only where neither is given.
        """
        bounds = [each and each.isoformat() for each in (first, first, last, last)]
        return _examinations(self._ledger.rows(_CURRENT, *bounds))

    def version(self) -> tuple[int, ...]:
        """Another one whenever other reports count than before; its first is how many do."""
        row = self._ledger.row(_VERSION)
        return tuple(row) if row else ()

    def current(self) -> Iterator[int]:
        """The numbers of the reports that count, one after the other: they may be very many."""
        return (row["id"] for row in self._ledger.execute(_CURRENT_NUMBERS))

    def numbered(self, numbers: Sequence[int]) -> list[tuple[int, Examination]]:
        """What the reports of these numbers said, with their numbers, ascending."""
        rows = self._ledger.rows(_NUMBERED, json.dumps(numbers))
        return [(each[0]["id"], _examination(each)) for each in _by_examination(rows)]

    def acknowledged(self, alarm: int, journal_seq: int) -> None:
        """Keep which entry of the journal acknowledges an alarm about a dose."""
        sql = "INSERT INTO dose_acknowledgement (alarm_id, journal_seq) VALUES (?, ?)"
        self._ledger.execute(sql, alarm, journal_seq)

    def acknowledgement(self, alarm: int) -> int | None:
        """The number of that entry; None: nobody acknowledged it."""
        sql = "SELECT journal_seq FROM dose_acknowledgement WHERE alarm_id = ?"
        row = self._ledger.row(sql, alarm)
        return None if row is None else int(row["journal_seq"])

    def reports(self, study: str) -> list[Examination]:
        """What every report of a study said, the oldest first."""
        return list(_examinations(self._ledger.rows(_OF_A_STUDY, study)))


def _examinations(rows: Iterable[sqlite3.Row]) -> Iterator[Examination]:
    """Of rows of scans those of one examination together."""
    return map(_examination, _by_examination(rows))


def _by_examination(rows: Iterable[sqlite3.Row]) -> Iterator[list[sqlite3.Row]]:
    for _, those in groupby(rows, key=lambda row: row["id"]):
        yield list(those)


def _examination(rows: Sequence[sqlite3.Row]) -> Examination:
    row = rows[0]
    scans = tuple(_scan(each) for each in rows if each["number"] is not None)
    day = row["performed_on"]
    return Examination(
        study_instance_uid=row["study_instance_uid"],
        report_uid=row["report_uid"],
        performed_on=day and date.fromisoformat(day),
        scanner=row["scanner"],
        procedure_codes=tuple(json.loads(row["procedure_codes"])),
        words=tuple(json.loads(row["words"])),
        age_years=_number(row["age_years"]),
        weight_kg=_number(row["weight_kg"]),
        scans=scans,
        layout=row["layout"],
        software=row["software"],
        tables=row["reference_tables"],
    )


def _scan_row(scan: Scan) -> tuple[object, ...]:
    return (
        scan.label,
        scan.region,
        scan.phantom and scan.phantom.name,
        scan.acquisition_type and scan.acquisition_type.name,
        scan.with_contrast,
        *map(_digits, (scan.ctdi_vol_mgy, scan.dlp_mgy_cm, scan.ssde_mgy, scan.kvp)),
    )


def _scan(row: sqlite3.Row) -> Scan:
    contrast, kind = row["with_contrast"], row["acquisition_type"]
    return Scan(
        label=row["label"],
        region=row["region"],
        phantom=row["phantom"] and Phantom[row["phantom"]],
        acquisition_type=kind and CTAcquisitionType[kind],
        with_contrast=None if contrast is None else bool(contrast),
        ctdi_vol_mgy=_number(row["ctdi_vol_mgy"]),
        dlp_mgy_cm=_number(row["dlp_mgy_cm"]),
        ssde_mgy=_number(row["ssde_mgy"]),
        kvp=_number(row["kvp"]),
    )


def _digits(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(digits: str | None) -> Decimal | None:
    return None if digits is None else Decimal(digits)
