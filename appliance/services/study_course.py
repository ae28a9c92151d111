"""One study's whole way, put together of what the rooms keep of it.

**Knows:** which room keeps what of a study.
**Does not know:** what of it stands on a page, and who may see it.
"""

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pydicom

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console.studies.desk import Course, Perspective, Picture, Report
from appliance.dose.codec import record_from_json
from appliance.dose.record import CTRadiationDose
from appliance.doses import Doses
from appliance.drl.alert import exceedances
from appliance.drl.comparison import compared
from appliance.drl.reference import NOTHING, Reference
from appliance.errors import StateError, UnreadableObjectError
from appliance.ledger import Ledger
from appliance.orders.order import Order
from appliance.orders.register import Register, Search, State
from appliance.outbox import Outbox, Outgoing
from appliance.outbox.course import committed, sent
from appliance.quarantine import Case, Quarantine, Settlement
from appliance.services.study_identity import Identities
from appliance.services.study_pictures import pictures
from appliance.spool import Spool
from appliance.spool.batches import batches
from appliance.spool.dataset import tolerance
from appliance.spool.rereadings import Rereadings
from appliance.studies import Study

MOST_REPORTS = 12
"""That are opened, the newest; a study with more is no usual one."""
_STEPS = """
SELECT state, changed_at FROM performed_step WHERE study_instance_uid = ? ORDER BY begun_at
"""


@dataclass(frozen=True, slots=True)
class Box:
    """The rooms of the box that know of studies, for one thread."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    reference: Reference = NOTHING

    @property
    def spool(self) -> Spool:
        """What was received."""
        return Spool(self.configuration.spool_dir, self.ledger, self.clock)

    @property
    def outbox(self) -> Outbox:
        """What leaves."""
        settings = self.configuration
        return Outbox(settings.outbox_dir, self.ledger, self.clock, settings.spool_dir)

    @property
    def identities(self) -> Identities:
        """Whose studies they are."""
        return Identities(self.configuration, self.ledger, self.spool, self.outbox)

    def course(self, study: Study) -> Course:
        """Everything about ``study``."""
        uid = study.study_instance_uid
        decisions = tuple(self.spool.decisions(uid))
        record = _record(decisions[-1].record) if decisions else None
        search, order = self._order(uid)
        rows = self.ledger.rows(_STEPS, uid)
        return Course(
            study=study,
            identity=self.identities.of(uid),
            batches=batches(self.ledger, uid),
            decisions=decisions,
            record=record,
            merged=json.loads(self.spool.merged(uid) or "{}"),
            cases=tuple(self._cases(uid)),
            reports=tuple(self._reports(uid)),
            sent=sent(self.ledger, uid),
            committed=committed(self.ledger, uid),
            search=search,
            order=order,
            steps=tuple((str(row["state"]), float(row["changed_at"])) for row in rows),
            rereadings=tuple(Rereadings(self.ledger, self.clock).of_study(uid)),
            pictures=self.pictures(uid, record),
            perspective=self._perspective(uid),
            now=self.clock.wall(),
        )

    def pictures(self, uid: str, record: CTRadiationDose | None) -> tuple[Picture, ...]:
        """Its dose screens."""
        return tuple(pictures(self.ledger, self.spool, uid, record))

    def _cases(self, uid: str) -> Iterator[tuple[Case, Settlement | None]]:
        quarantine = Quarantine(self.configuration.quarantine_dir, self.ledger, self.clock)
        for case in quarantine.of_study(uid):
            yield case, quarantine.settlement(case.id)

    def _reports(self, uid: str) -> Iterator[Report]:
        reports = self.outbox.reports(uid)
        for at, each in enumerate(reports, start=1):
            yield opened(each) if at > len(reports) - MOST_REPORTS else Report(each, None)

    def _order(self, uid: str) -> tuple[Search | None, Order | None]:
        register = Register(self.configuration.orders_dir, self.ledger)
        search = register.search(uid)
        if search is None or search.state is not State.ANSWERED:
            return search, None
        try:
            return search, register.order(search)
        except (OSError, StateError):
            return search, None

    def _perspective(self, uid: str) -> Perspective:
        reported = Doses(self.ledger, self.clock).reports(uid)
        if not reported:
            return Perspective()
        last, by = reported[-1], self.reference
        comparison = None if by is NOTHING else compared([last], by.tables, by.exams, by.procedures)
        found = tuple(exceedances(last, self.configuration.dose_alert))
        return Perspective(comparison=comparison, exceedances=found)


def opened(report: Outgoing) -> Report:
    """A report with what stands in it, where that can be read."""
    try:
        with tolerance(str(report.path)), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(report.path)
            dataset.walk(lambda *_: None)
    except UnreadableObjectError:
        return Report(report, None)
    return Report(report, dataset)


def _record(text: str) -> CTRadiationDose | None:
    """The dose record of a decision; None where there was none, or a newer version wrote it."""
    body = json.loads(text)
    try:
        return record_from_json(body) if body else None
    except ValueError:
        return None
