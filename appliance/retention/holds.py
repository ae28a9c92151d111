"""What may not go, whatever its age: everything that somebody still needs, by what the ledger says.

Asked inside of the transaction that writes down what goes, so that nothing can come between.
"""

import json
from collections.abc import Collection
from enum import StrEnum

from appliance.config import Configuration, Destination
from appliance.config.destination import NATIVE_REPORTS, REPORTS
from appliance.ledger import Ledger

FHIR = "fhir"
MAY_COME_S = 30 * 86400.0
"""What is wanted again and has not come by then is not waited for."""


class Hold(StrEnum):
    """Why nothing of a study goes."""

    UNDECIDED = "undecided"
    """Something of it was received and no decision has taken it into account."""
    QUARANTINED = "quarantined"
    """It waits for a person, or is being ended as one decided."""
    BEING_READ = "being-read"
    """It is being worked on, by the recogniser or a backfill."""


_STUDY = """
SELECT
  EXISTS (SELECT 1 FROM study_member WHERE study_instance_uid = ?1 AND decision_id IS NULL)
    OR NOT EXISTS (SELECT 1 FROM decision WHERE study_instance_uid = ?1) AS undecided,
  'quarantined' = (
    SELECT outcome FROM decision WHERE study_instance_uid = ?1 ORDER BY id DESC LIMIT 1)
    OR EXISTS (
    SELECT 1 FROM quarantined WHERE study_instance_uid = ?1 AND closed_at IS NULL) AS quarantined,
  EXISTS (SELECT 1 FROM attempt WHERE study_instance_uid = ?1)
    OR EXISTS (
    SELECT 1 FROM backfill_study WHERE study_instance_uid = ?1
      AND state IN ('found', 'fetched', 'held')) AS being_read
"""

_OBJECTS = """
SELECT i.id FROM study_member m JOIN instance i ON i.id = m.instance_id
WHERE m.study_instance_uid = ?1 AND (
  NOT EXISTS (SELECT 1 FROM routed r WHERE r.instance_id = i.id)
  OR EXISTS (SELECT 1 FROM recall c WHERE c.instance_id = i.id AND c.came_at IS NULL
      AND c.asked_at > ?3)
  OR EXISTS (
    SELECT 1 FROM outgoing o JOIN delivery d ON d.outgoing_id = o.id
    WHERE o.instance_id = i.id AND d.state <> 'delivered'
      AND d.destination IN (SELECT value FROM json_each(?2)))
  OR EXISTS (
    SELECT 1 FROM commitment c WHERE c.kept_uid = i.sop_instance_uid AND c.state <> 'committed'
      AND c.destination IN (SELECT value FROM json_each(?4)))
  OR EXISTS (
    SELECT 1 FROM commitment_reference p WHERE p.sop_instance_uid = i.sop_instance_uid
      AND coalesce(p.verdict, 0) = 0)
    AND NOT EXISTS (
    SELECT 1 FROM outgoing o JOIN delivery d ON d.outgoing_id = o.id
    WHERE o.instance_id = i.id AND d.state = 'delivered'
      AND d.destination NOT IN (SELECT value FROM json_each(?5)))
  OR EXISTS (
    SELECT 1 FROM instance j
    WHERE j.sop_instance_uid = i.sop_instance_uid AND j.id <> i.id)
    AND (EXISTS (
      SELECT 1 FROM commitment c WHERE c.kept_uid = i.sop_instance_uid
        AND c.destination IN (SELECT value FROM json_each(?4)))
      OR EXISTS (
      SELECT 1 FROM commitment_reference p WHERE p.sop_instance_uid = i.sop_instance_uid
        AND coalesce(p.verdict, 0) = 0)))
"""

_REPORTS = """
SELECT o.id FROM outgoing o
WHERE o.study_instance_uid = ?1 AND o.kind IN ('report', 'native-report') AND (
  NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outgoing_id = o.id AND d.state = 'delivered')
  OR EXISTS (
    SELECT 1 FROM json_each(CASE o.kind WHEN 'report' THEN ?3 ELSE ?4 END) t
    WHERE NOT EXISTS (
      SELECT 1 FROM delivery d WHERE d.outgoing_id = o.id AND d.destination = t.value
        AND d.state = 'delivered')
    AND (o.instance_id IS NULL OR EXISTS (
      SELECT 1 FROM routed u, json_each(u.destinations) n
      WHERE u.instance_id = o.instance_id AND n.value IN ('*', t.value))))
  OR EXISTS (
    SELECT 1 FROM delivery d WHERE d.outgoing_id = o.id AND d.state <> 'delivered'
      AND d.destination IN (SELECT value FROM json_each(?2)))
  OR EXISTS (
    SELECT 1 FROM commitment c WHERE c.kept_uid = o.sop_instance_uid AND c.state <> 'committed'
      AND c.destination IN (SELECT value FROM json_each(?5))))
"""


class Holds:
    """Reads what other rooms write; ``configuration`` says which destinations there are."""

    def __init__(self, ledger: Ledger, configuration: Configuration) -> None:
        self._ledger = ledger
        destinations = configuration.destination
        self._names = _json([each.name for each in destinations])
        self._asked = _json([each.name for each in destinations if each.commitment.ask])
        self._changing = _json([each.name for each in destinations if _changes(each)])
        self._takers = tuple(
            _json([each.name for each in destinations if kind in each.send])
            for kind in (REPORTS, NATIVE_REPORTS)
        )

    def of_study(self, study: str) -> Hold | None:
        """Why nothing at all of a study goes; None when something may."""
        row = self._ledger.row(_STUDY, study)
        assert row is not None  # noqa: S101 - a SELECT without FROM has one
        found = (Hold.UNDECIDED, Hold.QUARANTINED, Hold.BEING_READ)
        return next((hold for hold, holds in zip(found, row, strict=True) if holds), None)

    def objects(self, study: str, now_s: float) -> set[int]:
        """Received objects that stay as they are, by their ids.

        They were not yet looked at for where they go, are not delivered everywhere (also when that
        was refused), not committed where that was asked for, or wanted whole and may still come.
        What the box has told somebody that it keeps stays until it was delivered somewhere as it
        is: without who the patient is, or summed up, it is no copy. Where a UID came with two
        contents, and anybody is asked to keep it, both stay: an archive keeps one of them.
        """
        since = now_s - MAY_COME_S
        arguments = (study, self._names, since, self._asked, self._changing)
        rows = self._ledger.rows(_OBJECTS, *arguments)
        return {int(row[0]) for row in rows}

    def reports(self, study: str) -> set[int]:
        """Reports that stay, by their ids: those that not every destination has.

        A report that no destination takes is never delivered.
        """
        rows = self._ledger.rows(_REPORTS, study, self._names, *self._takers, self._asked)
        return {int(row[0]) for row in rows}


def _changes(destination: Destination) -> bool:
    """Whether what it has of an object is less than the object."""
    return destination.deidentify != "none" or destination.kind == FHIR


def _json(names: Collection[str]) -> str:
    return json.dumps(list(names))
