"""The clerk's errands to the archive about what is kept: is it still there, and what came back.

**Knows:** which studies are looked for and how often, and that what is wanted again is fetched.
**Does not know:** how an archive is asked (``retrieve``).
"""

from dataclasses import dataclass, field
from itertools import groupby

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration, Preservation
from appliance.errors import OutOfResourcesError
from appliance.hours import Hours
from appliance.ledger import Ledger
from appliance.preservation import Expected, Reconciliation
from appliance.retrieve import Pace
from appliance.retrieve.archive import Archive
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.services.archive_access import retriever, spool_of
from appliance.spool import Spool

FAILURES = (ArchiveUnavailableError, ArchiveRefusalError, OutOfResourcesError)
AFTER_FAILURE_S = 900.0
MOST_TIMEOUTS = 200
"""Time-outs that one study of many series can take; more, and the errand counts as hung."""
NOTHING_S = 60.0
"""Seconds between looks for something to ask for."""
REPORTS = frozenset({"SR", ""})
"""Modalities (0008,0060) of series in which a report may be; archives need not say it."""
_LACKS = AlarmCode.ARCHIVE_LACKS_OBJECTS


def reconciling(configuration: Configuration, ledger: Ledger, clock: Clock) -> "Reconciling | None":
    """The errand; None where no destination is the archive."""
    settings = configuration.preservation
    if not settings.archive_destination or not configuration.archive.host:
        return None
    asked = retriever(configuration, ledger, spool_of(configuration, ledger, clock), clock)
    hours = Hours.from_text(settings.hours)
    return Reconciling(
        settings=settings,
        archive=asked.archive,
        found=Reconciliation(ledger),
        alarms=Alarms(ledger, clock),
        clock=clock,
        pace=Pace(settings.studies_per_min, hours, clock),
        longest_s=MOST_TIMEOUTS * configuration.archive.timeout_s,
    )


@dataclass
class Reconciling:
    """Looks for one study at a time."""

    settings: Preservation
    archive: Archive
    found: Reconciliation
    alarms: Alarms
    clock: Clock
    pace: Pace
    longest_s: float
    name: str = "reconciliation"
    _next_s: float = field(default=-1e9, init=False)

    def work_next(self) -> bool:
        """Look for the next study; False when none is due or it is not the hour."""
        if self.clock.monotonic() < self._next_s or self.pace.wait_s():
            return False
        settings, now = self.settings, self.clock.wall()
        name = settings.archive_destination
        study = self.found.next(name, now, settings.look_for_days, settings.look_again_days)
        if study is None:
            self._rest(NOTHING_S)
            return False
        self.pace.took()
        try:
            self._look(study, name)
        except FAILURES as failure:
            log.warning("archive_failed", reason=failure)
            self._rest(AFTER_FAILURE_S)
            return False
        return True

    def _rest(self, seconds: float) -> None:
        self.archive.rest()
        self._next_s = self.clock.monotonic() + seconds

    def _look(self, study: str, name: str) -> None:
        expected = self.found.expected(study, name)
        missing = {each.sop_instance_uid for each in expected} - self._there(study, expected)
        self.found.note(study, name, len(expected), missing, self.clock.wall())
        lacking = self.found.lacking(name)
        if lacking:
            objects = sum(len(each.missing) for each in lacking)
            self.alarms.raise_(_LACKS, name, f"objects: {objects}, studies: {len(lacking)}")
        else:
            self.alarms.clear(_LACKS, name)
        log.info("study_looked_for", study=study, expected=len(expected), missing=len(missing))

    def _there(self, study: str, expected: list[Expected]) -> set[str]:
        """The objects that the archive lists in the series that count."""
        wanted = {each.series_instance_uid for each in expected}
        found: set[str] = set()
        for series in self.archive.series(study):
            is_known = series.series_instance_uid in wanted
            if is_known or ("" in wanted and series.modality in REPORTS):
                listed = self.archive.instances(study, series.series_instance_uid)
                found |= {each.sop_instance_uid for each in listed}
        return found


def recalling(configuration: Configuration, ledger: Ledger, clock: Clock) -> "Recalling | None":
    """The errand; None without an archive."""
    if not configuration.archive.host:
        return None
    spool = spool_of(configuration, ledger, clock)
    asked = retriever(configuration, ledger, spool, clock)
    longest_s = MOST_TIMEOUTS * configuration.archive.timeout_s
    return Recalling(asked.archive, spool, clock, longest_s)


@dataclass
class Recalling:
    """Fetches what is wanted whole again, a study at a time."""

    archive: Archive
    spool: Spool
    clock: Clock
    longest_s: float
    name: str = "recall"
    _next_s: float = field(default=-1e9, init=False)
    _asked: set[str] = field(default_factory=set, init=False)

    def work_next(self) -> bool:
        """Ask for one study; every study is asked for once, then after a while again."""
        if self.clock.monotonic() < self._next_s:
            return False
        wanted = [each for each in self.spool.reductions.recalled() if each[0] not in self._asked]
        if not wanted:
            self.archive.rest()
            pause_s = AFTER_FAILURE_S if self._asked else NOTHING_S
            self._asked.clear()
            self._next_s = self.clock.monotonic() + pause_s
            return False
        study = wanted[0][0]
        self._asked.add(study)
        return self._fetch(study, [each for each in wanted if each[0] == study])

    def _fetch(self, study: str, wanted: list[tuple[str, str, str]]) -> bool:
        missing = 0
        try:
            for series, objects in groupby(wanted, key=lambda each: each[1]):
                uids = [uid for _, _, uid in objects]
                missing += len(self.archive.fetch(study, series, uids).missing)
        except FAILURES as failure:
            log.warning("archive_failed", reason=failure)
            return False
        log.info("study_recalled", study=study, objects=len(wanted), not_given=missing)
        return True
