"""The keeper's errand of retention: what is needed no more goes, and room is made in time.

**Knows:** the order: what is due, the longest due first; under the mark, pixels before their days
are over, those of the study decided first; and when the clock is not believed.
**Does not know:** what may go (``retention``).
"""

from dataclasses import dataclass, field

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.ledger import Ledger
from appliance.retention import Freed, KeptStudies, Leftovers, Removal
from appliance.services.receiver import DISK, MIB
from appliance.spool import Spool

LEFTOVERS_S = 3600.0
"""Seconds between two looks for reports and pictures that are left."""
DAY_S = 86400.0
JUMP_S = 2 * DAY_S
"""A clock that went so far between two looks may have been set wrong."""
GRACE_S = DAY_S
"""For so long nothing goes by its age then: a time server, or a person, may set it right."""
NOTE_S = 3600.0
"""The time is written down so often."""
LONGEST_S = 3600.0
"""One study of some thousand slices, on a slow card."""
NEVER_S = -1e9


def keeping(configuration: Configuration, ledger: Ledger, clock: Clock) -> "Keeping":
    """The errand; whatever an earlier process had begun is ended first."""
    spool = Spool(configuration.spool_dir, ledger, clock)
    kept = KeptStudies(ledger)
    settings = (configuration.retention, [each.name for each in configuration.destination])
    kept.begin(repr(settings), clock.wall())
    return Keeping(
        mark_bytes=_mark_bytes(configuration),
        spool=spool,
        kept=kept,
        removal=Removal(configuration, ledger, spool, clock),
        leftovers=Leftovers(configuration, ledger, clock),
        alarms=Alarms(ledger, clock),
        clock=clock,
    )


def _mark_bytes(configuration: Configuration) -> int:
    early = configuration.retention.early_mib
    return (configuration.receiver.min_free_mib + early) * MIB if early else 0


@dataclass
class Keeping:
    """One look at one study at a time."""

    mark_bytes: int
    spool: Spool
    kept: KeptStudies
    removal: Removal
    leftovers: Leftovers
    alarms: Alarms
    clock: Clock
    name: str = "retention"
    longest_s: float = LONGEST_S
    _trusted_from: float = field(default=NEVER_S, init=False)
    _doubted: float | None = field(default=None, init=False)
    _followed_at: float = field(default=NEVER_S, init=False)
    _looked_for_leftovers: float = field(default=NEVER_S, init=False)
    _after: tuple[float, str] = field(default=(0.0, ""), init=False)
    _is_exhausted: bool = field(default=False, init=False)

    def work_next(self) -> bool:
        """Look at one study; False when there is nothing to do now."""
        self.spool.reductions.carry_out()
        self.leftovers.carry_out()
        now = self.clock.wall()
        self._note_clock(now)
        followed = self._followed(now)
        believed = self._is_believed()
        if believed and (study := self.kept.due(now)):
            self._look(study, for_room=False)
            return True
        if self._makes_room():
            return True
        return bool(followed) or (believed and self._remove_leftovers())

    def _look(self, study: str, *, for_room: bool) -> Freed:
        freed = self.removal.work(study, for_room=for_room)
        self.kept.look_again(study, freed.look_at_s, has_pixels=freed.has_pixels)
        if freed.objects:
            log.info(
                "objects_reduced",
                study=study,
                objects=freed.objects,
                freed_bytes=freed.size_bytes,
                for_room=for_room,
            )
        return freed

    def _makes_room(self) -> bool:
        """Drop pixels of one study early if the disk is under the mark; tell when none are left."""
        if self.spool.free_bytes() >= self.mark_bytes:
            self._after, self._is_exhausted = (0.0, ""), False
            self.alarms.clear(AlarmCode.DISK_FILLING, DISK)
            return False
        if self._is_exhausted:
            return False
        found = self.kept.with_pixels(self._after)
        if found is None:
            self._is_exhausted = True
            log.warning("disk_filling", free_mib=self.spool.free_bytes() // MIB)
            self.alarms.raise_(AlarmCode.DISK_FILLING, DISK, "no pixels are left that may go")
            return False
        self._after = found
        self._look(found[1], for_room=True)
        return True

    def _remove_leftovers(self) -> bool:
        if self.clock.monotonic() < self._looked_for_leftovers + LEFTOVERS_S:
            return False
        removed = self.leftovers.work()
        if not removed:
            self._looked_for_leftovers = self.clock.monotonic()
            self._is_exhausted = False  # what was held back may be free by now
            self._after = (0.0, "")
        return bool(removed)

    def _note_clock(self, now: float) -> None:
        """Keep the time, and for a while believe no clock that jumped, in the next process either.

        A time that is not believed is not written down; one that was put right is at once.
        """
        before = self.kept.looked_at() or now
        if abs(now - before) <= JUMP_S:
            self._doubted = None
        else:
            self._doubt(now, before)
        if not self._is_believed():
            return
        self._doubted = None
        if abs(now - before) >= NOTE_S:
            self.kept.note_look(now)

    def _doubt(self, now: float, before: float) -> None:
        """It begins to be believed a day after it jumped the last time."""
        if self._doubted is None or abs(now - self._doubted) > JUMP_S:
            self._trusted_from = self.clock.monotonic() + GRACE_S
            log.warning("clock_jumped", days=f"{(now - before) / DAY_S:.1f}")
        self._doubted = now

    def _is_believed(self) -> bool:
        return self._doubted is None or self.clock.monotonic() >= self._trusted_from

    def _followed(self, now: float) -> int:
        """Take in what was decided or came back since the last look; from the start, all."""
        since = min(self._followed_at, now)
        self._followed_at = now
        return self.kept.follow(since)
