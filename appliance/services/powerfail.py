"""The watch over the mains: what was begun is finished, and the box goes off in good time.

**Knows:** what is done when the mains goes, comes back, or stays away.
**Does not know:** when it counts as gone (``frontpanel``), and how the machine is switched off,
which it only asks for: systemd then ends every service, each of which finishes what it has begun,
and unmounts the disk.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK, StateError
from appliance.frontpanel import Subject, Word, tell
from appliance.frontpanel.asking import FOLDER as REQUESTS
from appliance.frontpanel.asking import Request, ask
from appliance.frontpanel.lines import Lines
from appliance.frontpanel.mains import Mains, Turn
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.ledger import open_ledger
from appliance.services import panel_lines
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import Sign, Vital
from appliance.services.watchdog import Watchdog

TICK_S = 0.2


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Watch until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    Ends at once where there is no such line. Raises MissingToolError for one that is not there.
    """
    ended = stop or ended_by_signal()
    inputs = panel_lines.power_fail(configuration.front_panel)
    if not inputs:
        Watchdog(list, clock, os.environ).ready()
        log.info("power_fail_absent")
        return EXIT_OK
    lines = panel_lines.lines_for(configuration.front_panel, (), inputs)
    watch = MainsWatch(configuration, lines, clock)
    watchdog = Watchdog(watch.signs, clock, os.environ)
    watchdog.ready()
    log.info("power_fail_started", pid=os.getpid())
    while not ended.wait(TICK_S):
        watch.tick()
        watchdog.beat("on battery" if watch.mains.is_gone else "mains is there")
    watchdog.stopping()
    lines.close()
    log.info("power_fail_ended")
    return EXIT_OK


@dataclass
class MainsWatch:
    """Goes by ticks; ``sync`` has the kernel write everything to the disks."""

    configuration: Configuration
    lines: Lines
    clock: Clock
    sync: Callable[[], None] = os.sync
    mains: Mains = field(init=False)
    _failing: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """What an earlier process told of the mains may be over."""
        settings = self.configuration.front_panel
        self.mains = Mains(settings.power_fail_holds_s, settings.power_off_after_s)
        self._tell(is_gone=False)

    def tick(self) -> None:
        """Everything that is due at this moment."""
        try:
            failing = self.lines.is_on(panel_lines.POWER_FAIL)
            self._failing = ""
        except OSError as failure:
            self._failing = failure.strerror or repr(failure)
            return
        match self.mains.look(self.clock.monotonic(), failing=failing):
            case None:
                return
            case Turn.GONE:
                log.warning("mains_gone")
                self._tell(is_gone=True)
                self.sync()
            case Turn.BACK:
                log.info("mains_back")
                self._tell(is_gone=False)
            case Turn.OVER:
                log.warning("mains_gone_too_long")
                self.sync()
                self._ask()

    def signs(self) -> list[Sign]:
        """Whether the line can be read."""
        return [Sign(Vital.WORK_GOES_ON, not self._failing, self._failing, "power-fail line")]

    def _tell(self, *, is_gone: bool) -> None:
        panel = self.configuration.run_dir / PANEL
        tell(panel, Subject.SUPPLY, Word.FAILED if is_gone else None)
        if not self.configuration.ledger_path.exists():
            return
        try:
            with closing(open_ledger(self.configuration.ledger_path)) as ledger:
                alarms = Alarms(ledger, self.clock)
                alarms.hold([_CODE], {(_CODE, ""): ""} if is_gone else {})
        except (StateError, sqlite3.Error) as failure:  # the box goes off all the same
            log.error("alarm_not_recorded", reason=failure)

    def _ask(self) -> None:
        try:
            ask(self.configuration.run_dir / REQUESTS, Request.POWER_OFF)
        except OSError as failure:
            log.error("request_not_made", request=Request.POWER_OFF, reason=failure.strerror)


_CODE = AlarmCode.POWER_FAILED
