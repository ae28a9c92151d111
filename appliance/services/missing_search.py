"""The clerk's errand to the archive: studies of today of which the box has no dose.

What is fetched is reported by the recogniser like whatever comes in.

**Knows:** when to look, and which studies miss something.
**Does not know:** how an archive is asked (``retrieve``).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, OutOfResourcesError
from appliance.hours import Hours
from appliance.ledger import Ledger
from appliance.retrieve import Pace
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.retrieve.identifier import StudyMatch
from appliance.retrieve.series import SCREENS_AND_REPORTS
from appliance.retrieve.study import StudyRetriever
from appliance.services.archive_access import retriever, spool_of
from appliance.spool import Outcome

MODALITY = "CT"
MOST_LOOKS = 3
"""A study of which the archive has nothing either is looked for so often a day."""
MOST_TIMEOUTS = 30
"""Time-outs that one study can take; more, and the errand counts as hung."""
FAILURES = (ArchiveUnavailableError, ArchiveRefusalError, OutOfResourcesError)


def missing_search(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "MissingSearch | None":
    """The errand; None, and its alarm cleared, where nothing is to be looked for."""
    alarms = Alarms(ledger, clock)
    if not configuration.archive.missing_every_min:
        alarms.clear(AlarmCode.ARCHIVE_FAILING)
        return None
    spool = spool_of(configuration, ledger, clock)
    asked = retriever(configuration, ledger, spool, clock)
    return MissingSearch(configuration, asked, alarms, clock)


@dataclass
class MissingSearch:
    """Looks at the studies of today, one after the other; every so many minutes at all of them."""

    configuration: Configuration
    asked: StudyRetriever
    alarms: Alarms
    clock: Clock
    name: str = "missing"
    _pace: Pace = field(init=False)
    _next_s: float = 0.0
    _day: date | None = None
    _waiting: list[StudyMatch] = field(default_factory=list)
    _looks: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        per_min = self.configuration.archive.studies_per_min
        self._pace = Pace(per_min, Hours(), self.clock)
        self._next_s = self.clock.monotonic()

    @property
    def longest_s(self) -> float:
        """How long one study can take."""
        archive = self.configuration.archive
        return archive.connection_timeout_s + MOST_TIMEOUTS * archive.timeout_s

    def work_next(self) -> bool:
        """List the studies of today, or fetch for one of them; False when nothing is due."""
        try:
            return self._list() if not self._waiting else self._fetch_next()
        except FAILURES as failure:
            self._fail(failure)
            return False

    def _list(self) -> bool:
        now = self.clock.monotonic()
        if now < self._next_s:
            return False
        self._next_s = now + 60 * self.configuration.archive.missing_every_min
        today = datetime.fromtimestamp(self.clock.wall()).astimezone()
        if today.date() != self._day:
            self._day = today.date()
            self._looks.clear()
        studies = self.asked.archive.studies(today.date(), MODALITY)
        self._waiting = [each for each in studies if self._misses(each, today)]
        self.asked.archive.rest()
        self.alarms.clear(AlarmCode.ARCHIVE_FAILING)
        log.info("missing_listed", studies=len(studies), missing=len(self._waiting))
        return bool(self._waiting)

    def _fetch_next(self) -> bool:
        if self._pace.wait_s():
            return False
        study = self._waiting.pop().study_instance_uid
        self._pace.took()
        self._looks[study] += 1
        selected = self.asked.look(study, MODALITY)
        missing = self.asked.fetch(study, selected)
        log.info("missing_fetched", study=study, series=len(selected), not_given=len(missing))
        if not self._waiting:
            self.asked.archive.rest()
        return bool(self._waiting)

    def _misses(self, study: StudyMatch, now: datetime) -> bool:
        """Whether the box has nothing of a study's dose though it has been over for a while."""
        uid = study.study_instance_uid
        after_min = self.configuration.archive.missing_after_min
        if self._looks[uid] >= MOST_LOOKS or _age_min(study.time, now) < after_min:
            return False
        decision = self.asked.spool.last_decision(uid)
        if decision is not None and decision.outcome is not Outcome.SET_ASIDE:
            return False
        here = {each.sop_class_uid for each in self.asked.spool.instances(uid)}
        return not here & SCREENS_AND_REPORTS

    def _fail(self, failure: ApplianceError) -> None:
        """Look again when it is time."""
        self._waiting.clear()
        self.asked.archive.rest()
        log.warning("archive_failed", reason=failure)
        self.alarms.raise_(AlarmCode.ARCHIVE_FAILING, "", failure.what)


def _age_min(time: str, now: datetime) -> float:
    """Minutes since a Study Time (0008,0030) of today; that of midnight when there is none."""
    digits = time[:4] if time[:4].isdecimal() else "0000"
    return now.hour * 60 + now.minute - (int(digits[:2]) * 60 + int(digits[2:] or 0))
