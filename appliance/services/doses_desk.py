"""What the pages of doses ask: the doses in columns, alerts, and who acknowledged them.

**Knows:** which alarms are about doses, and whose examination each is.
**Does not know:** what a page looks like (``console``).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from datetime import UTC, date, datetime

from appliance.alarms import AlarmCode, Alarms, Past
from appliance.atlases import Atlases
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console.doses.desk import Alert, Desk
from appliance.doses import Doses
from appliance.drl.alert import exceedances
from appliance.drl.columns import Columns, Counting
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.services.dose_columns import DoseColumns
from appliance.services.perspective import perspective
from appliance.studies import Studies

CODE = AlarmCode.DOSE_ABOVE_ALERT_VALUE
SCANNER_KEYS = ("manufacturer", "model_name", "device")


class DosesDesk:
    """One a process; every call may come from any thread."""

    def __init__(self, configuration: Configuration, clock: Clock) -> None:
        self._configuration, self._clock = configuration, clock
        self._columns = DoseColumns(configuration, clock)

    @property
    def minimum(self) -> int:
        """See ``Desk``."""
        return self._configuration.drl.minimum_studies

    @property
    def months(self) -> int:
        """See ``Desk``."""
        return self._configuration.drl.months

    @property
    def has_alert_values(self) -> bool:
        """See ``Desk``."""
        return bool(self._configuration.dose_alert)

    def today(self) -> date:
        """See ``Desk``."""
        return datetime.fromtimestamp(self._clock.wall(), UTC).astimezone().date()

    def columns(self) -> AbstractContextManager[Columns | Counting]:
        """See ``Desk``."""
        return self._columns.current()

    def scanners(self) -> Mapping[str, str]:
        """See ``Desk``."""
        with self._ledger() as ledger:
            known = Atlases(ledger, self._clock).scanners().items()
        said = {n: " ".join(str(of.get(key) or "") for key in SCANNER_KEYS) for n, of in known}
        return {name: " ".join(words.split()) for name, words in said.items()}

    def alerts(self, before: int, most: int) -> Sequence[Alert]:
        """See ``Desk``."""
        with self._ledger() as ledger:
            past = Alarms(ledger, self._clock).past(CODE, before, most)
            return [self._alert(each, ledger) for each in past]

    def acknowledge(self, number: int, person: str, reason: str) -> bool:
        """See ``Desk``."""
        with self._ledger() as ledger:
            alarm = Alarms(ledger, self._clock).numbered(number)
            if alarm is None or alarm.code is not CODE:
                return False
            by = perspective(self._configuration, ledger, self._clock)
            return by.acknowledge(alarm.subject, person, reason)

    def end(self) -> None:
        """Leave off what goes on."""
        self._columns.end()

    def _alert(self, past: Past, ledger: Ledger) -> Alert:
        doses, alarm = Doses(ledger, self._clock), past.alarm
        examination = next(reversed(doses.reports(alarm.subject)), None)
        above = exceedances(examination, self._configuration.dose_alert) if examination else ()
        signed = doses.acknowledgement(alarm.number)
        entry = None if signed is None else Journal(ledger, self._clock).numbered(signed)
        body = entry.body if entry else {}
        return Alert(
            number=alarm.number,
            raised_at=alarm.raised_at,
            cleared_at=past.cleared_at,
            examination=examination,
            above=tuple(above),
            detail=alarm.detail,
            person=str(body.get("person", "")),
            reason=str(body.get("reason", "")),
            study=Studies(ledger).number(alarm.subject),
        )

    def _ledger(self) -> closing[Ledger]:
        return closing(open_ledger(self._configuration.ledger_path))


def offered(made: DosesDesk) -> Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
