"""Each reported study's doses in perspective: entered into the history, and looked at.

Alert values are looked at when a study is reported; medians once an hour, while reports come.

**Knows:** when alarms about doses are raised and cleared.
**Does not know:** how a study is matched and compared (``drl``), and how a report is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pydicom import Dataset

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.dose.examination import Examination
from appliance.doses import Doses
from appliance.drl.alert import exceedances
from appliance.drl.comparison import Row, compared
from appliance.drl.reference import NOTHING, Reference, reference
from appliance.drl.statistics import rounded
from appliance.errors import ConfigurationError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.services.examination import examination_of

REVIEW_EVERY_S = 3600.0
DAYS_A_MONTH = 30.44
MOST_DETAILS = 5


@dataclass(slots=True)
class Perspective:
    """What is done about the doses of a reported study; ``reviewed_at`` is a monotonic time."""

    configuration: Configuration
    reference: Reference
    ledger: Ledger
    clock: Clock
    reviewed_at: float | None = field(default=None, init=False)

    def enter(self, report: Dataset, scanner: str, layout: str) -> None:
        """Keep the doses of ``report``, and raise or clear the alarm of its study."""
        examination = examination_of(
            report, scanner=scanner, layout=layout, tables=self.reference.identifier
        )
        Doses(self.ledger, self.clock).enter(examination)
        self._alert(examination)

    def review(self) -> None:
        """Compare the site's medians, unless that was done within the hour."""
        now = self.clock.monotonic()
        if self.reviewed_at is None or now - self.reviewed_at >= REVIEW_EVERY_S:
            self.reviewed_at = now
            self.compare()

    def compare(self) -> None:
        """Raise an alarm for every median above a verified figure, and clear what is over."""
        if self.reference is NOTHING:
            return
        code = AlarmCode.MEDIAN_ABOVE_DRL
        above = {(code, row.identifier): _detail(row) for row in self._above()}
        Alarms(self.ledger, self.clock).hold({code}, above)

    def acknowledge(self, study: str, person: str, reason: str = "") -> bool:
        """Keep that ``person`` has looked at a study above an alert value; False: there is none."""
        code, alarms = AlarmCode.DOSE_ABOVE_ALERT_VALUE, Alarms(self.ledger, self.clock)
        with self.ledger.transaction():
            alarm = next((a for a in alarms.raised() if (a.code, a.subject) == (code, study)), None)
            if alarm is None:
                return False
            alarms.clear(code, study)
            body = {"study_instance_uid": study, "person": person, "reason": reason}
            entry = Journal(self.ledger, self.clock).append("dose-alert-acknowledged", body)
            Doses(self.ledger, self.clock).acknowledged(alarm.number, entry.seq)
        return True

    def _alert(self, examination: Examination) -> None:
        alarms, study = Alarms(self.ledger, self.clock), examination.study_instance_uid
        found = [str(each) for each in exceedances(examination, self.configuration.dose_alert)]
        if found:
            more = [f"{len(found) - MOST_DETAILS} more"] if len(found) > MOST_DETAILS else []
            detail = "; ".join([*found[:MOST_DETAILS], *more])
            alarms.raise_(AlarmCode.DOSE_ABOVE_ALERT_VALUE, study, detail)
            log.warning("dose_above_alert_value", study=study, found=len(found))
        else:
            alarms.clear(AlarmCode.DOSE_ABOVE_ALERT_VALUE, study)

    def _above(self) -> Iterable[Row]:
        if not self.reference.has_verified:
            return ()
        settings, by = self.configuration.drl, self.reference
        examinations = Doses(self.ledger, self.clock).examinations(self._first_day())
        found = compared(examinations, by.tables, by.exams, by.procedures)
        return [
            row
            for row in found.rows
            if row.figure.verified and row.is_above and len(row.values) >= settings.minimum_studies
        ]

    def _first_day(self) -> date:
        today = datetime.fromtimestamp(self.clock.wall(), UTC).date()
        return today - timedelta(days=round(self.configuration.drl.months * DAYS_A_MONTH))


def perspective(configuration: Configuration, ledger: Ledger, clock: Clock) -> Perspective:
    """The perspective of this box.

    Tables of the site that are not sound raise an alarm and stop no report. Until they are put
    right and the service has begun again, medians are not compared, and their alarms stay.
    """
    alarms = Alarms(ledger, clock)
    try:
        by = reference(configuration.drl, configuration.data_dir)
        alarms.clear(AlarmCode.REFERENCE_TABLES_UNSOUND)
    except ConfigurationError as failure:
        log.error("reference_tables_unsound", reason=type(failure).__name__)
        alarms.raise_(AlarmCode.REFERENCE_TABLES_UNSOUND, detail=str(failure))
        by = NOTHING
    return Perspective(configuration, by, ledger, clock)


def tables_in_force(configuration: Configuration) -> tuple[str, ...]:
    """Versions of the reference levels that a report made now is looked at by.

    None where the site's tables are not sound: they stop no report.
    """
    try:
        by = reference(configuration.drl, configuration.data_dir)
    except ConfigurationError:
        return ()
    return tuple(f"reference levels {table.identifier}" for table in by.tables)


def _detail(row: Row) -> str:
    unit, count = row.quantity.unit, len(row.values)
    level = f"reference level {row.figure.value} {unit}"
    return f"median {rounded(row.median)} {unit} of {count} studies, {level}"
