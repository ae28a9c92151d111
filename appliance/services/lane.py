"""The forwarder's threads: one a destination, and one that routes what has arrived."""

import threading

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.commitment import Commitments
from appliance.config import Configuration
from appliance.config.destination import MEDIUM
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Cause, Destination, Retry, open_destination
from appliance.errors import StateError
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from appliance.retrieve.retrievals import Retrievals
from appliance.services.courier import Courier, reports_sent
from appliance.services.preparation import Cleaning, Preparation
from appliance.services.routing import Router
from appliance.services.tunnelled import Tunnelled
from appliance.spool import Spool
from appliance.tunnel import Tunnel

LOOK_S = 0.5
"""Seconds between looks for something due; also between two beats of a healthy thread."""
MOST_DOUBLINGS = 6
LONGEST_LOOK_S = 120.0
"""Seconds that routing a batch of objects may take."""


class Worker(threading.Thread):
    """A thread that works off what is due, looks again soon, and tells that it lives."""

    def __init__(self, name: str, clock: Clock, ended: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.clock = clock
        self.ended = ended
        self._beat_at = clock.monotonic()
        self._failures = 0

    @property
    def patience_s(self) -> float:
        """How long one piece of work may take, in seconds."""
        return LONGEST_LOOK_S

    def is_healthy(self) -> bool:
        """Whether it is at work, and no piece of work takes longer than the longest can."""
        silent_s = self.clock.monotonic() - self._beat_at
        return self.is_alive() and silent_s < self.patience_s + LOOK_S

    def work(self) -> None:
        """Do what is due, again and again, until the end."""
        while not self.ended.is_set():
            self._beat_at = self.clock.monotonic()
            if not self._done_one():
                self.ended.wait(min(LOOK_S * 2**self._failures, self.patience_s / 2))

    def do_next(self) -> bool:
        """Do one piece of work; False when there is none."""
        raise NotImplementedError

    def _done_one(self) -> bool:
        try:
            done = self.do_next()
        except Exception as failure:  # noqa: BLE001 - the loop goes on: the disk may be full
            log.error("worker_failed", worker=self.name, reason=log.place_of(failure))
            self._failures = min(self._failures + 1, MOST_DOUBLINGS)
            return False
        self._failures = 0
        return done


class Lane(Worker):
    """One destination's thread, with a ledger connection and a courier of its own."""

    def __init__(
        self,
        configuration: Configuration,
        settings: config.Destination,
        tunnel: Tunnel,
        clock: Clock,
        ended: threading.Event,
    ) -> None:
        super().__init__(f"lane-{settings.name}", clock, ended)
        self._configuration = configuration
        self._settings = settings
        self._tunnel = tunnel
        self._courier: Courier | None = None

    @property
    def patience_s(self) -> float:
        """As the attempt under way has it."""
        return self._courier.patience_s if self._courier else LONGEST_LOOK_S

    def run(self) -> None:
        """Deliver whatever is due, until the end."""
        self._ledger = open_ledger(self._configuration.ledger_path)
        self.work()
        if self._courier is not None:
            self._courier.rest()
        self._ledger.close()

    def do_next(self) -> bool:
        """One attempt at a delivery."""
        if self._courier is None:
            self._courier = self._open_courier(self._ledger)
        if self._courier.deliver_next():
            return True
        self._courier.rest()
        return False

    def _open_courier(self, ledger: Ledger) -> Courier:
        paths, settings = self._configuration, self._settings
        alarms = Alarms(ledger, self.clock)
        try:
            cleaning = _cleaning(settings, paths)
        except StateError as failure:
            unusable = Retry(Cause.CREDENTIAL_UNUSABLE, failure.what)
            alarms.raise_(AlarmCode.DESTINATION_FAILING, settings.name, unusable.text)
            raise
        return Courier(
            settings,
            self._destination(alarms),
            Outbox(paths.outbox_dir, ledger, self.clock, paths.spool_dir),
            alarms,
            self.clock,
            preparation=Preparation(settings, cleaning),
            commitments=Commitments(ledger, self.clock) if settings.commitment.ask else None,
        )

    def _destination(self, alarms: Alarms) -> Destination:
        ae_title = self._configuration.receiver.ae_title
        if not self._settings.vpn:
            return open_destination(self._settings, Caller(ae_title, ANY_DEVICE))
        inside = open_destination(self._settings, Caller(ae_title, self._tunnel.interface))
        return Tunnelled(self._settings, inside, self._tunnel, alarms)


def _cleaning(settings: config.Destination, configuration: Configuration) -> Cleaning | None:
    """Loads what reads pixels, twice the process: only who de-identifies pays."""
    if settings.deidentify == "none":
        return None
    from appliance.services.cleaning import cleaning_for  # noqa: PLC0415

    return cleaning_for(settings, configuration)


class RoutingDesk(Worker):
    """Routes what has arrived."""

    def __init__(self, configuration: Configuration, clock: Clock, ended: threading.Event) -> None:
        super().__init__("routing-desk", clock, ended)
        self._configuration = configuration
        self._router: Router | None = None
        self._outbox: Outbox | None = None

    def run(self) -> None:
        """Route whatever arrives, until the end."""
        paths = self._configuration
        ledger = open_ledger(paths.ledger_path)
        spool = Spool(paths.spool_dir, ledger, self.clock)
        outbox = Outbox(paths.outbox_dir, ledger, self.clock, paths.spool_dir)
        retrievals = Retrievals(ledger, self.clock)
        self._router = Router(paths, spool, outbox, retrievals, ledger)
        self._outbox = outbox
        self.work()
        ledger.close()

    def do_next(self) -> bool:
        """Route one batch; queue the reports that no lane does, for they wait for a stick."""
        assert self._router and self._outbox  # noqa: S101, PT018 - run() opened them
        for settings in self._configuration.destination:
            if settings.kind == MEDIUM:
                self._outbox.plan([settings.name], reports_sent(settings))
        return bool(self._router.route_next())
