"""A service's watchdog: fed only while the service's own signs of life are well.

**Knows:** systemd's side of it: READY, STATUS, WATCHDOG and STOPPING, and how often.
**Does not know:** what a service looks at; its signs are an argument.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import sdnotify

from appliance import log
from appliance.clock import Clock
from appliance.services.companion import companion
from appliance.services.vitals import Sign, Vital

LOOKS = 3
"""In the time after which systemd ends a service that was not heard of."""
BEAT_S = 0.5

Look = Callable[[], Iterable[Sign]]


class Watchdog:
    """Tells systemd of this process; where systemd does not watch it, nothing is looked at.

    ``look`` gives the signs of life, and may take a few seconds.
    """

    def __init__(self, look: Look, clock: Clock, environment: Mapping[str, str]) -> None:
        self._look = look
        self._clock = clock
        self._every_s = seconds_between_looks(environment)
        self._next_s = clock.monotonic()
        self._notifier = sdnotify.SystemdNotifier()
        self._ill = ""
        self._told = ""

    def ready(self) -> None:
        """The service does its work from now on."""
        self._notifier.notify("READY=1")

    def beat(self, doing: str = "") -> None:
        """To be called again and again by who works, with what the service does, in words."""
        self._look_if_due()
        self._tell(f"unwell: {self._ill}" if self._ill else doing)

    def stopping(self) -> None:
        """The service ends what it has begun."""
        self._notifier.notify("STOPPING=1")

    def _look_if_due(self) -> None:
        now = self._clock.monotonic()
        if self._every_s is None or now < self._next_s:
            return
        self._next_s = now + self._every_s
        ill = "; ".join(str(sign) for sign in self._look() if not sign.is_well)
        if ill and ill != self._ill:
            log.error("service_unwell", reason=ill)
        self._ill = ill
        if not ill:
            self._notifier.notify("WATCHDOG=1")

    def _tell(self, status: str) -> None:
        if status != self._told:
            self._told = status
            self._notifier.notify(f"STATUS={status}")


def seconds_between_looks(environment: Mapping[str, str]) -> float | None:
    """How often the service is to look at itself (sd_watchdog_enabled); None: nobody asks."""
    usec = environment.get("WATCHDOG_USEC", "")
    if not usec.isdigit() or environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(usec) / 1e6 / LOOKS


class Pulse:
    """Beats whenever work has gone on by one piece, which may take ``longest_s`` seconds."""

    def __init__(self, clock: Clock, longest_s: float) -> None:
        self._clock = clock
        self._longest_s = longest_s
        self._beat_at = clock.monotonic()

    def __call__(self) -> None:
        """One more piece is done, or begun."""
        self._beat_at = self._clock.monotonic()

    def sign(self) -> Sign:
        """Whether no piece takes longer than it may."""
        silent_s = self._clock.monotonic() - self._beat_at
        is_well = silent_s < self._longest_s
        detail = "" if is_well else f"nothing was done for {silent_s:.0f} s"
        return Sign(Vital.WORK_GOES_ON, is_well, detail)


@contextmanager
def attended(watchdog: Watchdog, doing: Callable[[], str]) -> Iterator[None]:
    """A thread that beats, for a service whose main thread is long at one piece of work."""

    def attend(over: threading.Event) -> None:
        while not over.wait(BEAT_S):
            watchdog.beat(doing())

    watchdog.ready()
    try:
        with companion("watchdog", attend):
            yield
    finally:
        watchdog.stopping()
