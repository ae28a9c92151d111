"""Reading years of an archive: find, fetch, read, end, and go on where it was interrupted.

One thread asks the archive and ends studies, many hands read. What is read goes the way of whatever
the box receives: spool, ledger, outbox or quarantine. A study is taken from *found* to *ended* in
steps that are each durable, and each of which may be done twice.

**Knows:** the order of the steps, and what happens when the archive, a reader or this process dies.
**Does not know:** how an archive is asked (``retrieve``), how a study is read (``crew``).
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration, scanner_for
from appliance.dose.doubt import Reason
from appliance.dosescreen.scanner import Scanner, scanner_of
from appliance.errors import RefusedError, StateError, UnreadableObjectError
from appliance.retrieve import Kind, Pace, Progress, Span, State, StudyProgress, Turn
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.retrieve.series import Selection
from appliance.retrieve.study import StudyRetriever
from appliance.services.bench import Bench, reason_of
from appliance.services.crew import Crew, Errand, ObjectFile
from appliance.services.ending import OvertakenError
from appliance.services.estimate import Estimate
from appliance.services.study_reading import StudyReading
from appliance.spool import Decision, Instance, Outcome, Spool

TO_DO = (State.FOUND, State.FETCHED)
AT_ONCE = 2000
"""Studies that are taken from the ledger at a time."""
MOST_ATTEMPTS = 3
"""An archive that fails at a study so often is asked for the others."""
MOST_REFUSALS = 10
"""So many refusals in a row are not about a study."""
MOST_DEATHS = 2
"""A study that so many readers died of, alone the last time, is left to a person."""
SCANNER_ATTRIBUTES = (
    "Manufacturer",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "StationName",
)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 900.0
"""Between two looks whether an archive that was not there is there again."""
LOOK_S = 0.5
TURN_S = 5.0
HELD_BACK = "held back by the backfill"
"""Why a study is set aside until others of its kind are settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done."""

    span: Span
    again: bool = False
    most_cases: int = 5
    images: bool = True


@dataclass(slots=True)
class _Reading:
    """A study that is being read; ``deaths`` are readers that died meanwhile."""

    progress: StudyProgress
    deaths: int = 0
    has_images: bool = False


@dataclass(slots=True)
class Backfill:
    """One run; ``tell`` hears of every study that is done."""

    configuration: Configuration
    order: Order
    bench: Bench
    retriever: StudyRetriever
    progress: Progress
    crew: Crew
    pace: Pace
    clock: Clock
    stopping: threading.Event
    tell: Callable[[Estimate], None]
    _reading: "dict[Future[StudyReading], _Reading]" = field(default_factory=dict)
    _suspects: list[_Reading] = field(default_factory=list)
    _refusals: int = 0
    _estimate: Estimate = field(init=False)

    def run(self) -> None:
        """List, fetch, read and end, until all is done or ``stopping`` is set.

        Raises ArchiveRefusalError when the archive does nothing of it, OutOfResourcesError when
        there is no room, StateError when a reader lacks something; what was done stays done.
        """
        self._take_up_again()
        try:
            self._list()
            self._estimate = Estimate.of(self.progress.count(self.order.span, *TO_DO), self.clock)
            while self._goes_on():
                found = self.progress.studies(self.order.span, *TO_DO, most=AT_ONCE)
                if not found:
                    break
                self._read_all(found)
        finally:
            self.retriever.archive.rest()
            self.crew.dismiss()

    def _goes_on(self) -> bool:
        return not self.stopping.is_set()

    def _take_up_again(self) -> None:
        """What failed, and as much of what was held back as persons can look at now."""
        span = self.order.span
        states = [State.FAILED, *([State.NOTHING, State.HELD] if self.order.again else [])]
        self.progress.again(span, states)
        for kind in self.progress.held(span):
            self.progress.release(span, kind, max(self._room(kind), 0))

    def _room(self, kind: Kind) -> int:
        """How many more studies of a kind may be put before a person."""
        waiting = self.bench.quarantine.open_studies() & self.progress.ended(kind)
        return self.order.most_cases - len(waiting)

    # Listing

    def _list(self) -> None:
        span = self.order.span
        for day in self.progress.unlisted(span, again=self.order.again):
            is_listed = False
            while not is_listed and self.pace.wait(self._goes_on):
                self.pace.took()
                with self._patience():
                    studies = self.retriever.archive.studies(day, span.modality)
                    self.progress.listed(span, day, [each.study_instance_uid for each in studies])
                    log.info("day_listed", day=day, studies=len(studies))
                    is_listed = True

    # Fetching

    def _read_all(self, found: list[StudyProgress]) -> None:
        for study in found:
            self._make_room()
            if not self._may_go_on():
                break
            with self._patience(study):
                self._take(study)
            self._estimate = self._estimate.one_more(self.clock, self.pace.share_of_day)
            self.tell(self._estimate)
        self._finish()

    def _may_go_on(self) -> bool:
        """Wait for the archive's hours and the pace; studies are ended meanwhile."""
        if self.pace.wait_s() > LOOK_S:
            self.retriever.archive.rest()
        while self._goes_on() and self.pace.wait_s() and self._reading:
            self._end_some(LOOK_S)
        return self.pace.wait(self._goes_on)

    def _take(self, study: StudyProgress) -> None:
        """Fetch what says something of a study's dose, and have it read."""
        uid = study.study_instance_uid
        self.pace.took()
        selected = self.retriever.look(uid, self.order.span.modality)
        if not selected:
            self.progress.move(uid, State.NOTHING)
            return
        self.progress.move(uid, State.FETCHED, study.kind)
        if self._fetch(study, selected):
            self._begin(_Reading(study))

    def _fetch(self, study: StudyProgress, selected: list[Selection]) -> bool:
        """Bring it here; False when there is nothing to read then."""
        uid = study.study_instance_uid
        missing = self.retriever.fetch(uid, selected)
        while self.spool.index_arrivals():
            continue
        if missing:
            self._failed(study, f"{len(missing)} objects did not come")
            return False
        self._refusals = 0
        if not self.spool.instances(uid):
            self._failed(study, "its objects are of another study")
            return False
        before = self.spool.last_decision(uid)
        if before is None or before.reason == HELD_BACK:
            return True
        # It was read before it was noted so, or received in its time; what is new about it goes
        # the way of whatever is received.
        self.progress.move(uid, State.ENDED, study.kind)
        return False

    @contextmanager
    def _patience(self, study: StudyProgress | None = None) -> Iterator[None]:
        """Wait while the archive is not there; what it fails at, being there, is counted."""
        try:
            yield
        except ArchiveUnavailableError as failure:
            log.warning("archive_failed", reason=failure)
            self._wait_for_archive()
            if study is not None:
                self._failed(study, failure.what)
        except ArchiveRefusalError as failure:
            self._refusals += 1
            if study is None or self._refusals >= MOST_REFUSALS:
                raise
            self.progress.failed(study.study_instance_uid, failure.what, 1)

    def _wait_for_archive(self) -> None:
        pause_s = FIRST_PAUSE_S
        while self._goes_on():
            self._pause(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            try:
                self.retriever.archive.call()
            except ArchiveUnavailableError as failure:
                log.warning("archive_still_failing", reason=failure, again_in_s=f"{pause_s:.0f}")
            else:
                return

    def _pause(self, seconds: float) -> None:
        end_s = self.clock.monotonic() + seconds
        while self._goes_on() and self.clock.monotonic() < end_s:
            if self._reading:
                self._end_some(LOOK_S)
            else:
                self.clock.sleep(min(LOOK_S, seconds))

    def _failed(self, study: StudyProgress, reason: str) -> None:
        log.warning("study_not_fetched", study=study.study_instance_uid, reason=reason)
        self.progress.failed(study.study_instance_uid, reason, MOST_ATTEMPTS)

    # Reading

    @property
    def spool(self) -> Spool:
        """Where objects are kept."""
        return self.retriever.spool

    def _begin(self, reading: _Reading) -> None:
        errand = self._errand(reading.progress.study_instance_uid)
        try:
            self._reading[self.crew.submit(errand)] = reading
        except BrokenExecutor:
            self._bury([reading])

    def _errand(self, study: str) -> Errand:
        instances = self.spool.instances(study)
        files = tuple(
            ObjectFile(self.spool.file(each), None, self._character_set(each)) for each in instances
        )
        shelf = self.bench.study_work.learning.shelf
        scanners = {each.identifier for each in map(self._scanner, instances) if each}
        return Errand(study, files, {name: shelf[name] for name in scanners if name in shelf})

    def _character_set(self, instance: Instance) -> str:
        scanner = scanner_for(self.configuration, instance.calling_ae, instance.address)
        return scanner.character_set if scanner else ""

    def _scanner(self, instance: Instance) -> Scanner | None:
        """Whose atlas may help to read an object."""
        try:
            return scanner_of(self.spool.open_attributes(instance, SCANNER_ATTRIBUTES))
        except UnreadableObjectError:
            return None

    def _make_room(self) -> None:
        """Let no more be read at a time than there are hands, and a few that wait for them."""
        while len(self._reading) >= 2 * self.crew.size:
            self._end_some(None)

    def _finish(self) -> None:
        """End whatever is being read, and read alone what others may have died of."""
        while self._reading or (self._suspects and self._goes_on()):
            if not self._reading:
                self._begin(self._suspects.pop())
            self._end_some(None)

    def _end_some(self, timeout_s: float | None) -> None:
        done, _ = wait(self._reading, timeout_s, "FIRST_COMPLETED")
        dead: list[_Reading] = []
        for future in done:
            reading = self._reading.pop(future)
            if future.cancelled():
                raise StateError("whoever read has gone", remedy="start the backfill again")
            failure = future.exception()
            if isinstance(failure, BrokenExecutor):
                dead.append(reading)
            elif isinstance(failure, StateError):
                raise failure
            elif failure is not None:
                assert isinstance(failure, Exception)  # noqa: S101 - futures keep no others
                self._leave_to_a_person(reading, reason_of(failure))
            else:
                self._end(reading, future.result())
        if dead:
            self._bury(dead)

    def _bury(self, dead: list[_Reading]) -> None:
        """Readers died: whoever was being read is read again, alone."""
        dead += self._reading.values()
        self._reading.clear()
        self.crew.renew()
        log.warning("readers_died", studies=len(dead))
        for reading in dead:
            reading.deaths += 1
            if reading.deaths >= MOST_DEATHS and len(dead) == 1:
                self._leave_to_a_person(reading, "its reader died of it")
            else:
                self._suspects.append(reading)

    # Ending

    def _end(self, reading: _Reading, read: StudyReading) -> None:
        uid = reading.progress.study_instance_uid
        instances = self.spool.instances(uid)
        judged = self.bench.study_work.judged(read, instances)
        reason = judged.reason or ""
        if reason == Reason.PHANTOM_UNKNOWN and self._with_images(reading):
            return
        kind = Kind(described(judged), judged.record.layout if judged.record else "", reason)
        if reason and self._room(kind) <= 0:
            self._hold_back(uid, instances[-1].id, kind)
            return
        try:
            self.bench.study_work.end(judged, instances)
        except OvertakenError:
            log.info("study_overtaken", study=uid)
        self.progress.move(uid, State.ENDED, kind)
        if not reason and reading.progress.was_held:
            self.progress.release(self.order.span, reading.progress.kind)

    def _with_images(self, reading: _Reading) -> bool:
        """Whether one image of each series has come, so that the study is read again."""
        if not self.order.images or reading.has_images or not self._goes_on():
            return False
        uid = reading.progress.study_instance_uid
        if self.pace.is_closed:  # it is read again when the archive may be asked
            self.progress.move(uid, State.FOUND, reading.progress.kind)
            return True
        reading.has_images = True
        try:
            came = self.retriever.fetch_images(uid)
        except (ArchiveUnavailableError, ArchiveRefusalError) as failure:
            log.warning("images_not_fetched", study=uid, reason=failure)
            return False
        while self.spool.index_arrivals():
            continue
        if came:
            self._begin(reading)
        return bool(came)

    def _hold_back(self, study: str, last_instance_id: int, kind: Kind) -> None:
        self.spool.decide(
            Decision(
                study_instance_uid=study,
                last_instance_id=last_instance_id,
                outcome=Outcome.SET_ASIDE,
                decided_at=self.clock.wall(),
                reason=HELD_BACK,
            )
        )
        self.progress.move(study, State.HELD, kind)
        log.info("study_held_back", study=study, reason=kind.reason)

    def _leave_to_a_person(self, reading: _Reading, detail: str) -> None:
        uid = reading.progress.study_instance_uid
        self.bench.study_work.fail(uid, detail)
        self.progress.move(uid, State.ENDED, Kind(reason=Reason.RECOGNISER_FAILED))


def described(reading: StudyReading) -> str:
    """The scanner of a study's dose screens, for people: maker, model, and which one it is."""
    scanner = next(filter(None, map(scanner_of, reading.evidence)), None)
    return f"{scanner.manufacturer} {scanner.model_name} {scanner.device}" if scanner else ""


@contextmanager
def our_turn(turn: Turn) -> Iterator[None]:
    """For the whole of a backfill. Raises RefusedError when another one runs."""
    with turn.taken(TURN_S) as mine:
        if not mine:
            raise RefusedError("another backfill works on this data folder")
        yield
