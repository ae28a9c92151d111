"""Errands: what a process does again and again, each in a thread with a ledger of its own.

**Knows:** that an errand may fail without harm to the others, and that one that hangs ends the
process, which is then started again.
**Does not know:** what any of them does.
"""

import os
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK, ApplianceError
from appliance.ledger import Ledger, open_ledger
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import ledger_readable
from appliance.services.watchdog import Watchdog

LOOK_S = 0.5
"""Seconds between looks for something to do; also between two beats of a healthy errand."""


class Errand(Protocol):
    """Something to do, again and again; one thread runs it.

    Attributes:
        name: For logs.
        longest_s: Seconds that one piece of work can take at most; after more it counts as hung.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see the class
    @property
    def longest_s(self) -> float: ...  # noqa: D102 - see the class

    def work_next(self) -> bool:
        """Do the next piece of work; False when there is none now."""


MakeErrand = Callable[[Configuration, Ledger, Clock], Errand | None]
"""An errand for a thread that owns the ledger; None when nothing of the kind is configured."""


def run_errands(
    process: str,
    makers: Sequence[MakeErrand],
    configuration: Configuration,
    clock: Clock,
    stop: threading.Event | None = None,
) -> int:
    """Run every errand until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    What is being done when it stops is finished first. Exit code 1 when an errand hangs. Raises
    StateError when the data directory cannot be used.
    """
    ended = stop or ended_by_signal()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    made = [(each, open_ledger(configuration.ledger_path)) for each in makers]
    errands = [(make(configuration, ledger, clock), ledger) for make, ledger in made]
    desks = [_Desk(errand, ledger, clock, ended) for errand, ledger in errands if errand]
    for desk in desks:
        desk.start()
    log.info(f"{process}_started", errands=len(desks), pid=os.getpid())
    path = configuration.ledger_path
    watchdog = Watchdog(lambda: [ledger_readable(path)], clock, os.environ)
    if hung := _watch(desks, ended, watchdog):
        log.error("errand_hung", errand=hung)
        return ApplianceError.exit_code
    for desk in desks:
        desk.join()
    for _, ledger in errands:
        ledger.close()
    log.info(f"{process}_ended")
    return EXIT_OK


class _Desk(threading.Thread):
    """One errand's thread."""

    def __init__(
        self, errand: Errand, ledger: Ledger, clock: Clock, ended: threading.Event
    ) -> None:
        super().__init__(name=f"errand-{errand.name}", daemon=True)
        self._errand = errand
        self._ledger = ledger
        self._clock = clock
        self._ended = ended
        self._beat_at = clock.monotonic()

    @property
    def errand_name(self) -> str:
        """What it is for."""
        return self._errand.name

    def is_healthy(self) -> bool:
        """Whether it is at work, and no piece of work takes longer than the longest can."""
        silent_s = self._clock.monotonic() - self._beat_at
        return self.is_alive() and silent_s < self._errand.longest_s + LOOK_S

    def run(self) -> None:
        """Work until the end."""
        while not self._ended.is_set():
            self._beat_at = self._clock.monotonic()
            if not self._work_next():
                self._ended.wait(LOOK_S)

    def _work_next(self) -> bool:
        try:
            return self._errand.work_next()
        except Exception as failure:  # noqa: BLE001 - the loop goes on: the disk may be full
            log.error("errand_failed", errand=self._errand.name, reason=log.place_of(failure))
            return False


def _watch(desks: list[_Desk], ended: threading.Event, watchdog: Watchdog) -> str:
    """Have the watchdog fed until the end; the name of an errand that hung before it.

    Nothing can be done about a thread that hangs in a library but to end the process, which is then
    started again.
    """
    watchdog.ready()
    while not ended.wait(LOOK_S):
        for desk in desks:
            if not desk.is_healthy():
                return desk.errand_name
        watchdog.beat(f"errands: {len(desks)}")
    watchdog.stopping()
    return ""
