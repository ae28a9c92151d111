"""The recogniser's bench: studies are worked on here, one after the other.

**Knows:** what is due, and whose fault a failure is: a study's own puts it into quarantine, the
box's makes it wait; the others go on.
**Does not know:** what is done about a study (``study_work``); signals and systemd.
"""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence

from appliance import log
from appliance.alarms import Alarms
from appliance.atlases import Atlases
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, StateError
from appliance.ledger import Ledger
from appliance.outbox import Outbox
from appliance.preservation import Damages
from appliance.quarantine import Confirmations, Quarantine, Settlement
from appliance.retrieve import Progress, Turn
from appliance.retrieve.retrievals import Retrievals
from appliance.services import recogniser_alarms
from appliance.services.attempts import Attempts
from appliance.services.confirmation import Confirming
from appliance.services.ending import Ending, OvertakenError
from appliance.services.learning import Learning, Reexamination
from appliance.services.ordering import Ordering
from appliance.services.perspective import perspective
from appliance.services.shelf import LedgerShelf
from appliance.services.study_work import StudyWork, brings_screens
from appliance.services.understanding import understander
from appliance.spool import Spool, WaitingStudy
from appliance.spool.rereadings import Rereadings

MOST_ATTEMPTS = 5
"""Work on a study that ended this many processes is not begun again."""
PAUSE_POLLS = 10
"""A study that could not be worked on is tried again after so many polls."""
HINDRANCES = (StateError, OSError, sqlite3.OperationalError)
"""The box's own troubles, no study's: a full or failing disk, a missing tool."""

IDLE, READING = "waiting for studies", "reading a study"

Task = Settlement | Reexamination | WaitingStudy


class Bench:
    """Where studies are worked on; ``stopping`` is set when the process is to end.

    ``pulse`` is called with every object; ``doing`` says what is done now, in words.
    """

    def __init__(
        self,
        configuration: Configuration,
        ledger: Ledger,
        clock: Clock,
        stopping: threading.Event | None = None,
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        self.doing = IDLE
        self._pulse = pulse
        self._settings = configuration.recogniser
        self._clock = clock
        self._stopping = stopping or threading.Event()
        self._spool = Spool(configuration.spool_dir, ledger, clock)
        self._outbox = Outbox(configuration.outbox_dir, ledger, clock)
        self._quarantine = Quarantine(configuration.quarantine_dir, ledger, clock)
        self._alarms = Alarms(ledger, clock)
        self._attempts = Attempts(ledger)
        self._confirming = Confirming(self._settings, Confirmations(ledger))
        self._progress = Progress(ledger, clock)
        self._turn = Turn(configuration.data_dir)
        self._damages = Damages(ledger)
        self._rereadings = Rereadings(ledger, clock)
        self._looked_at: dict[str, float] = {}
        atlases = Atlases(ledger, clock)
        self._learning = Learning(LedgerShelf(ledger, atlases), atlases, clock)
        self._ordering = Ordering(configuration, ledger, clock)
        self._study_work = self._put_together(configuration, ledger, clock)
        self._seen: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}
        self._awaits: dict[str, tuple[int, float]] = {}
        self._hindrances: dict[str, str] = {}
        self._alarms_are_right = False
        self._withdrawn: dict[str, str] = {}
        self._may_release = True

    def _put_together(
        self, configuration: Configuration, ledger: Ledger, clock: Clock
    ) -> StudyWork:
        box = understander(configuration)
        ending = Ending(
            ledger,
            clock,
            self._spool,
            self._outbox,
            self._quarantine,
            self._confirming,
            perspective(configuration, ledger, clock),
            box.recogniser.atlas_version,
        )
        return StudyWork(
            configuration,
            self._spool,
            box,
            ending,
            self._confirming,
            self._learning,
            self._ordering,
            Retrievals(ledger, clock),
            self._stopping,
            self._pulse,
        )

    def recover(self) -> None:
        """Remove what an earlier run left half done; not while a backfill may be at it."""
        with self._turn.taken() as mine:
            if mine:
                reports, cases = self._outbox.recover(), self._quarantine.recover()
                log.info("recogniser_recovered", reports=reports, cases=cases)

    @property
    def study_work(self) -> StudyWork:
        """What is done about one study."""
        return self._study_work

    @property
    def quarantine(self) -> Quarantine:
        """Where studies wait for a person."""
        return self._quarantine

    def work_next(self) -> bool:
        """Work on what is due first; False when nothing is.

        A person's decision goes first, then a report that rests on what was withdrawn, then the
        study that has been quiet for longest.
        """
        while self._spool.index_arrivals():
            self._pulse()
        task = next(self._due(), None)
        if task is not None:
            self._alarms_are_right = False
            self.doing = READING
            self._attempt(task)
        else:
            self.doing = IDLE
        self._tell()
        return task is not None

    def _tell(self) -> None:
        """Put the alarms right, if anything has changed."""
        withdrawn = self._learning.withdrawn()
        if not self._alarms_are_right or withdrawn != self._withdrawn:
            cases = self._quarantine.cases()
            waiting = recogniser_alarms.studies_in_conflict(cases)
            conflicts = self._spool.undecided_conflicts(waiting)
            hindrances = self._hindrances.values()
            recogniser_alarms.update(self._alarms, cases, hindrances, withdrawn, conflicts)
            self._alarms_are_right, self._withdrawn = True, withdrawn

    def _due(self) -> Iterator[Task]:
        now = self._clock.monotonic()
        settlements, studies = (
            self._quarantine.unapplied_settlements(),
            self._not_being_read(self._spool.waiting_studies()),
        )
        again = self._learning.due()
        known = {each.study_instance_uid for each in studies}
        answered = [e for e in self._ordering.answered() if e.study_instance_uid not in known]
        released = [
            *self._released(studies),
            *self._to_be_made_again(known),
            *self._wanted(known),
        ]
        tasks: list[Task] = [*settlements, *again, *studies, *released, *answered]
        for task in tasks:
            if self._rests_until.get(task.study_instance_uid, now) <= now and self._is_due(task):
                yield task

    def _not_being_read(self, studies: list[WaitingStudy]) -> list[WaitingStudy]:
        """Without those that a backfill fetches and reads; it ends them, or leaves them to us."""
        read = self._progress.being_read() if studies else set()
        if not read or not self._turn.is_taken():
            return studies
        return [each for each in studies if each.study_instance_uid not in read]

    def _released(self, waiting: Sequence[WaitingStudy]) -> list[WaitingStudy]:
        """Studies that waited for their scanner to be confirmed alone, when it has been."""
        if not self._may_release:
            return []
        known = {each.study_instance_uid for each in waiting}
        cases = self._confirming.released(self._quarantine.cases())
        studies = {case.study_instance_uid for case in cases} - known
        self._may_release = bool(studies)
        return [WaitingStudy(study, 0, newest_received_at=0.0) for study in sorted(studies)]

    def _to_be_made_again(self, waiting: Collection[str]) -> list[WaitingStudy]:
        """Studies whose report was found damaged since they were looked at last."""
        found = self._damages.reported_studies()
        studies = {uid for uid, at in found.items() if at > self._looked_at.get(uid, 0.0)}
        return [WaitingStudy(each, 0, newest_received_at=0.0) for each in studies - set(waiting)]

    def _wanted(self, waiting: Collection[str]) -> list[WaitingStudy]:
        """Studies that a person wants read again."""
        wanted = [each for each in self._rereadings.wanted() if each not in waiting]
        return [WaitingStudy(each, 0, newest_received_at=0.0) for each in wanted]

    def _is_due(self, task: Task) -> bool:
        if not isinstance(task, WaitingStudy):
            return True
        if self._awaits_more(task) or self._ordering.is_awaited(task):
            return False
        if not self._is_early(task):
            return True
        return not task.in_progress and self._shows_more(task)

    def _awaits_more(self, study: WaitingStudy) -> bool:
        """Whether nothing came since a look that is not to be repeated before a moment."""
        seen, until = self._awaits.get(study.study_instance_uid, (0, 0.0))
        return seen == study.last_instance_id and self._clock.monotonic() < until

    def _is_early(self, study: WaitingStudy) -> bool:
        """Whether more may be on its way; a clock set far back makes nothing wait.

        While the CT says that the examination goes on, a pause is no end.
        """
        quiet_s = self._settings.settle_s
        if study.in_progress:
            quiet_s = max(quiet_s, self._settings.settle_in_progress_s)
        return abs(self._clock.wall() - study.newest_received_at) < quiet_s

    def _shows_more(self, study: WaitingStudy) -> bool:
        """Whether a screen came since the last look at it: its pages may be complete now."""
        uid = study.study_instance_uid
        seen = self._seen.get(uid, 0)
        if seen == study.last_instance_id:
            return False
        self._seen[uid] = study.last_instance_id
        decision = self._spool.last_decision(uid)
        known = max(seen, decision.last_instance_id if decision else 0)
        return brings_screens(self._spool.instances(uid), known)

    def _attempt(self, task: Task) -> None:
        study = task.study_instance_uid
        try:
            if self._attempts.begin(study) > MOST_ATTEMPTS:
                self._fail(task, f"work on it ended {MOST_ATTEMPTS} processes")
            else:
                self._work(task)
            self._attempts.end(study)
            self._hindrances.pop(study, None)
        except OvertakenError:
            log.info("study_overtaken", study=study)
        except Exception as failure:  # noqa: BLE001 - a study's own failure does not get this far
            self._postpone(study, reason_of(failure))

    def _work(self, task: Task) -> None:
        try:
            if isinstance(task, Settlement):
                self._study_work.settle(task)
                self._may_release = True
            elif isinstance(task, Reexamination):
                self._study_work.look_again(task.study_instance_uid)
            else:
                self._look(task)
        except (OvertakenError, *HINDRANCES):
            raise
        except Exception as failure:  # noqa: BLE001 - the loop of a service: nothing may stop it
            if not self._stopping.is_set():  # what stops us may have stopped a tool as well
                self._fail(task, reason_of(failure))

    def _look(self, study: WaitingStudy) -> None:
        uid, begun = study.study_instance_uid, self._clock.monotonic()
        self._looked_at[uid] = self._clock.wall()
        answer = self._ordering.answer(uid)
        rest_s = self._study_work.look(study, early=self._is_early(study))
        now = self._clock.monotonic()
        if rest_s is None:
            self._ordering.taken(uid, answer)
            self._seen.pop(uid, None)
            self._rests_until.pop(uid, None)
            self._awaits.pop(uid, None)
            self._rereadings.end(uid)
        else:
            self._rest(uid, now - begun)  # the others get half of the time
            self._awaits[uid] = study.last_instance_id, now + rest_s

    def _fail(self, task: Task, detail: str) -> None:
        log.error("study_failed", study=task.study_instance_uid, reason=detail)
        settlement = task if isinstance(task, Settlement) else None
        self._study_work.fail(task.study_instance_uid, detail, settlement)
        self._rereadings.end(task.study_instance_uid)

    def _postpone(self, study: str, reason: str) -> None:
        pause_s = PAUSE_POLLS * self._settings.poll_s
        log.error("study_postponed", study=study, reason=reason, again_in_s=pause_s)
        self._hindrances[study] = reason
        self._seen.pop(study, None)
        self._rest(study, pause_s)

    def _rest(self, study: str, seconds: float) -> None:
        self._rests_until[study] = self._clock.monotonic() + seconds


def reason_of(failure: Exception) -> str:
    """What may be said of a failure; where its message may quote an object, only the place."""
    match failure:
        case ApplianceError():
            return str(failure)
        case OSError(strerror=str(reason)):
            return reason
        case sqlite3.OperationalError():
            return str(failure)
        case _:
            return log.place_of(failure)
