"""One study: what of it goes now, and when to look at it again."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.config import Configuration, Retention
from appliance.errors import UnreadableObjectError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.retention.due import Due, Held, Step, due_steps, next_moment
from appliance.retention.holds import Holds
from appliance.retention.kind import kind_of
from appliance.spool import Reduction, Remains, Spool, Why
from appliance.spool.reduction import instance_of

LOOK_AGAIN_S = 3600.0
"""After which what was held back is looked at again."""
NEVER_S = 4e9
"""In place of a moment that does not come."""
JOURNAL_KINDS = {Step.DROP_PIXELS: "pixels-dropped", Step.REMOVE: "objects-removed"}

_HELD = """
SELECT i.*, d.decided_at, r.remains, u.keep_days, c.came_at,
  EXISTS (SELECT 1 FROM image_reading e WHERE e.instance_id = i.id) AS was_read
FROM study_member m JOIN instance i ON i.id = m.instance_id
JOIN (SELECT max(decided_at) AS decided_at FROM decision WHERE study_instance_uid = ?1) d
LEFT JOIN reduction r ON r.instance_id = i.id
LEFT JOIN routed u ON u.instance_id = i.id
LEFT JOIN recall c ON c.instance_id = i.id
WHERE m.study_instance_uid = ?1 ORDER BY i.id
"""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a look at a study came to.

    ``look_at_s`` is when to look again, seconds since the epoch; ``has_pixels`` whether it has
    images that are whole.
    """

    objects: int
    size_bytes: int
    look_at_s: float
    has_pixels: bool


class Removal:
    """Makes studies smaller, journalled; files are done after the rows (``Reductions``)."""

    def __init__(
        self, configuration: Configuration, ledger: Ledger, spool: Spool, clock: Clock
    ) -> None:
        self._settings: Retention = configuration.retention
        self._ledger = ledger
        self._spool = spool
        self._clock = clock
        self._holds = Holds(ledger, configuration)
        self._journal = Journal(ledger, clock)
        self._stays: set[int] = set()
        """Objects that cannot be made smaller: deflated, without pixels, or damaged."""

    def work(self, study: str, *, for_room: bool = False) -> Freed:
        """Do what is due of a study; ``for_room``: drop pixels whose days are not over, too.

        Raises OSError; what is written down then is carried out later.
        """
        now = self._clock.wall()
        steps = list(self._due(study, now, for_room=for_room))
        ready = [self._reduction(each) for each in self._one_step(steps)]
        done = [each for each in ready if each is not None]
        with self._ledger.transaction():
            done = self._may_still(study, done)
            self._write_down(study, done, now)
        self._spool.reductions.carry_out()
        return self._freed(study, done, now)

    def held(self, study: str) -> list[Held]:
        """Every object of the study."""
        return [
            Held(
                instance=instance_of(row),
                kind=kind_of(row["sop_class_uid"], was_read=bool(row["was_read"])),
                remains=Remains(row["remains"]) if row["remains"] else None,
                counts_from_s=max(row["decided_at"], row["came_at"] or 0.0),
                keep_days=row["keep_days"],
            )
            for row in self._ledger.rows(_HELD, study)
            if row["decided_at"] is not None
        ]

    def _due(self, study: str, now: float, *, for_room: bool) -> Iterator[Due]:
        if self._holds.of_study(study):
            return
        stays = self._holds.objects(study, now)
        for held in self.held(study):
            if held.instance.id in stays:
                continue
            steps = self._steps(held)
            ready = [each for each in steps if each.at_s <= now]
            yield from ready[-1:]
            if for_room and not ready and steps and _may_go_early(steps[0]):
                yield replace(steps[0], at_s=now, why=Why.ROOM)

    def _steps(self, held: Held) -> list[Due]:
        steps = due_steps(held, self._settings)
        stays = held.instance.id in self._stays
        return [each for each in steps if not (stays and each.step is Step.DROP_PIXELS)]

    @staticmethod
    def _one_step(steps: Sequence[Due]) -> Iterator[Due]:
        """Those of the first kind of step and reason; the others come with the next look."""
        for each in steps:
            if (each.step, each.why) == (steps[0].step, steps[0].why):
                yield each

    def _reduction(self, due: Due) -> tuple[Due, Reduction] | None:
        instance = due.held.instance
        if due.step is Step.REMOVE:
            return due, Reduction(instance, Remains.NOTHING)
        try:
            header = self._spool.to_header(instance)
        except UnreadableObjectError:
            header = None
        if header is None:
            self._stays.add(instance.id)
            return None
        return due, header

    def _may_still(
        self, study: str, done: list[tuple[Due, Reduction]]
    ) -> list[tuple[Due, Reduction]]:
        """Those that nothing has come to hold since the files were read."""
        if self._holds.of_study(study):
            return []
        stays = self._holds.objects(study, self._clock.wall())
        return [each for each in done if each[1].instance.id not in stays]

    def _write_down(self, study: str, done: Sequence[tuple[Due, Reduction]], now: float) -> None:
        if not done:
            return
        due = done[0][0]
        reductions = [each for _, each in done]
        self._spool.reductions.plan(reductions, due.why, now)
        kinds = Counter(str(each.held.kind) for each, _ in done)
        self._journal.append(
            JOURNAL_KINDS[due.step],
            {
                "study_instance_uid": study,
                "objects": dict(kinds),
                "why": due.why,
                "digest": _digest(reductions),
            },
        )

    def _freed(self, study: str, done: Sequence[tuple[Due, Reduction]], now: float) -> Freed:
        held = self.held(study)
        steps = [step for each in held for step in self._steps(each)]
        at_s = next_moment(steps)
        if at_s is not None and at_s <= now:  # the next step, or what held it back goes away
            at_s = now if done else now + LOOK_AGAIN_S
        whole = any(each.step is Step.DROP_PIXELS for each in steps)
        size_bytes = sum(each.freed_bytes for _, each in done)
        return Freed(len(done), size_bytes, NEVER_S if at_s is None else at_s, whole)


def _may_go_early(due: Due) -> bool:
    """Pixels alone; not those of which a rule says how long they are kept, whatever the room."""
    return due.step is Step.DROP_PIXELS and due.why is Why.AGE


def _digest(reductions: Iterable[Reduction]) -> str:
    """SHA-256 of the digests of what was whole, a line each, in order."""
    lines = sorted(each.instance.sha256 for each in reductions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
