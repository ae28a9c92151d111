"""The front panel: lights for what the box does and needs, and what its button asks for.

**Knows:** where it is told what is to be shown, and what is done about a press.
**Does not know:** how a light goes and what a press means (``frontpanel``); how the machine is shut
down, which it only asks for.
"""

import os
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance import log
from appliance.alarms import Alarms, Severity
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK, StateError
from appliance.frontpanel import Subject, Word, tell, told
from appliance.frontpanel.asking import FOLDER as REQUESTS
from appliance.frontpanel.asking import Request, ask
from appliance.frontpanel.button import Asked, Button
from appliance.frontpanel.lines import Lines
from appliance.frontpanel.patterns import Light, table
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.ledger import open_ledger
from appliance.services import panel_lines
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import Sign, Vital
from appliance.services.watchdog import Watchdog

TICK_S = 0.05
"""A light blinks in no less than twice this, and no press is shorter."""
LOOK_S = 1.0
LAMPS_S = 2.0
ARRIVING_S = 3.0
"""An object is shown for so long."""
FORGOTTEN = {
    Subject.STICK: (Word.DONE, Word.FAILED),
    Subject.BACKUP: (Word.DONE, Word.FAILED),
    Subject.UPDATE: (Word.FAILED,),
}
"""What a short press has seen."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Show and listen until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    Ends at once where there is no front panel. Raises MissingToolError for a line that is none.
    """
    ended = stop or ended_by_signal()
    settings = configuration.front_panel
    if not settings.enabled:
        Watchdog(list, clock, os.environ).ready()
        log.info("frontpanel_absent")
        return EXIT_OK
    outputs, inputs = panel_lines.lights(settings), panel_lines.button(settings)
    lines = panel_lines.lines_for(settings, outputs, inputs)
    panel = Panel(configuration, lines, clock, {each.use for each in (*outputs, *inputs)})
    watchdog = Watchdog(panel.signs, clock, os.environ)
    watchdog.ready()
    log.info("frontpanel_started", lines=len(outputs) + len(inputs), pid=os.getpid())
    while not ended.wait(TICK_S):
        panel.tick()
        watchdog.beat(panel.doing)
    watchdog.stopping()
    lines.close()
    log.info("frontpanel_ended")
    return EXIT_OK


@dataclass
class Panel:
    """Goes by ticks; looks around once a second. ``uses`` are the lines that there are."""

    configuration: Configuration
    lines: Lines
    clock: Clock
    uses: set[str]
    doing: str = ""
    _button: Button = field(default_factory=Button, init=False)
    _look_at_s: float = field(default=float("-inf"), init=False)
    _lamps_until_s: float = field(default=float("-inf"), init=False)
    _arriving_until_s: float = field(default=float("-inf"), init=False)
    _newest: int | None = field(default=None, init=False)
    _worst: Severity | None = field(default=None, init=False)
    _asked: set[str] = field(default_factory=set, init=False)
    _failing: str = field(default="", init=False)

    def tick(self) -> None:
        """Everything that is due at this moment."""
        now = self.clock.monotonic()
        if now >= self._look_at_s:
            self._look_at_s = now + LOOK_S
            self._look_at_ledger(now)
        try:
            self._listen(now)
            self._show(now)
            self._failing = ""
        except OSError as failure:
            self._failing = failure.strerror or repr(failure)

    def signs(self) -> list[Sign]:
        """Whether the lines can be used."""
        return [Sign(Vital.WORK_GOES_ON, not self._failing, self._failing, "lines")]

    def holding(self, now: float) -> set[str]:
        """What holds at the moment, as the table of messages has it."""
        holds = {f"{subject}={word}" for subject, word in told(self._panel).items()}
        holds |= {"box=runs", *self._asked}
        if self._worst is not None:
            holds.add(f"alarm={self._worst}")
        if now < self._arriving_until_s:
            holds.add("objects=arriving")
        return holds

    @property
    def _panel(self) -> Path:
        return self.configuration.run_dir / PANEL

    def _show(self, now: float) -> None:
        holding = self.holding(now)
        shown = table().shown(holding)
        for light in Light:
            if light in self.uses:
                lit = now < self._lamps_until_s or shown[light].is_lit(now)
                self.lines.switch(light, on=lit)
        self.doing = " ".join(sorted(holding))

    def _listen(self, now: float) -> None:
        if panel_lines.BUTTON not in self.uses:
            return
        is_down = self.lines.is_on(panel_lines.BUTTON)
        asked = self._button.look(now, is_down=is_down)
        if asked is not None:
            log.info("button_pressed", asked=asked)
            self._do(asked, now)

    def _do(self, asked: Asked, now: float) -> None:
        match asked:
            case Asked.LAMPS:
                self._lamps_until_s = now + LAMPS_S
                self._forget()
            case Asked.SHUTDOWN:
                self._ask(Request.POWER_OFF)
            case Asked.ARM:
                tell(self._panel, Subject.RESET, Word.ARMED)
            case Asked.DISARM:
                tell(self._panel, Subject.RESET, None)
            case Asked.RESET:
                tell(self._panel, Subject.RESET, None)
                self._ask(Request.FACTORY_RESET)

    def _ask(self, request: Request) -> None:
        try:
            ask(self.configuration.run_dir / REQUESTS, request)
            self._asked.add("button=shutdown")
        except OSError as failure:
            log.error("request_not_made", request=request, reason=failure.strerror)

    def _forget(self) -> None:
        for subject, word in told(self._panel).items():
            if word in FORGOTTEN.get(subject, ()):
                tell(self._panel, subject, None)

    def _look_at_ledger(self, now: float) -> None:
        """The worst alarm, and whether objects came; both are as before where it cannot be read."""
        path = self.configuration.ledger_path
        if not path.exists():
            return
        try:
            with closing(open_ledger(path, read_only=True)) as ledger:
                raised = {alarm.code.severity for alarm in Alarms(ledger, self.clock).raised()}
                (newest,) = ledger.rows("SELECT COALESCE(MAX(id), 0) FROM instance")[0]
        except (StateError, sqlite3.Error) as failure:
            log.warning("ledger_not_read", reason=failure)
            return
        self._worst = next((each for each in Severity if each in raised), None)
        if self._newest is not None and newest > self._newest:
            self._arriving_until_s = now + ARRIVING_S
        self._newest = newest
