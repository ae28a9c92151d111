"""The forwarder: from the outbox to every destination.

Each destination has a thread, a ledger connection and a courier of its own, so that one that is
slow, dead or hostile never holds another one up.
"""

import os
import threading

import sdnotify

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Destination, open_destination
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.courier import Courier, lease_s
from appliance.services.signals import ended_by_signal
from appliance.services.tunnelled import Tunnelled, in_use, watch_tunnel
from appliance.tunnel import Tunnel

LOOK_S = 0.5
"""Seconds between looks for something due; also between two beats of a healthy lane."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Deliver until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    What is being sent when it stops is finished first. Raises StateError when the data directory
    cannot be used.
    """
    ended = stop or ended_by_signal()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    _forget_former_destinations(configuration, clock)
    tunnel = Tunnel(configuration.vpn, SYSTEM_CLOCK)
    watch_tunnel(configuration, tunnel, ended)
    lanes = [
        _Lane(configuration, settings, tunnel, clock, ended)
        for settings in configuration.destination
    ]
    for lane in lanes:
        lane.start()
    log.info("forwarder_started", destinations=len(lanes), pid=os.getpid())
    _watch(lanes, ended)
    for lane in lanes:
        lane.join()
    log.info("forwarder_ended")
    return EXIT_OK


class _Lane(threading.Thread):
    """One destination's thread."""

    def __init__(
        self,
        configuration: Configuration,
        settings: config.Destination,
        tunnel: Tunnel,
        clock: Clock,
        ended: threading.Event,
    ) -> None:
        super().__init__(name=f"lane-{settings.name}", daemon=True)
        self._configuration = configuration
        self._settings = settings
        self._tunnel = tunnel
        self._clock = clock
        self._ended = ended
        self._beat_at = clock.monotonic()

    def is_healthy(self) -> bool:
        """Whether it is at work, and no attempt takes longer than the longest can."""
        silent_s = self._clock.monotonic() - self._beat_at
        return self.is_alive() and silent_s < lease_s(self._settings) + LOOK_S

    def run(self) -> None:
        """Deliver whatever is due, until the end."""
        ledger = open_ledger(self._configuration.ledger_path)
        alarms = Alarms(ledger, self._clock)
        courier = Courier(
            self._settings,
            self._destination(alarms),
            Outbox(self._configuration.outbox_dir, ledger, self._clock),
            alarms,
            self._clock,
        )
        while not self._ended.is_set():
            self._beat_at = self._clock.monotonic()
            if not self._deliver_next(courier):
                self._ended.wait(LOOK_S)
        courier.rest()
        ledger.close()

    def _destination(self, alarms: Alarms) -> Destination:
        ae_title = self._configuration.receiver.ae_title
        if not self._settings.vpn:
            return open_destination(self._settings, Caller(ae_title, ANY_DEVICE))
        inside = open_destination(self._settings, Caller(ae_title, self._tunnel.interface))
        return Tunnelled(self._settings, inside, self._tunnel, alarms)

    def _deliver_next(self, courier: Courier) -> bool:
        try:
            if courier.deliver_next():
                return True
            courier.rest()
        except Exception as failure:  # noqa: BLE001 - the loop goes on: the disk may be full
            log.error("lane_failed", destination=self._settings.name, reason=log.place_of(failure))
        return False


def _watch(lanes: list[_Lane], ended: threading.Event) -> None:
    """Tell systemd READY, and WATCHDOG as long as every lane is healthy."""
    notifier = sdnotify.SystemdNotifier()
    notifier.notify("READY=1")
    while not ended.wait(LOOK_S):
        if all(lane.is_healthy() for lane in lanes):
            notifier.notify("WATCHDOG=1")
    notifier.notify("STOPPING=1")


def _forget_former_destinations(configuration: Configuration, clock: Clock) -> None:
    """Clear the alarms of destinations that are no longer configured."""
    ledger = open_ledger(configuration.ledger_path)
    alarms = Alarms(ledger, clock)
    names = {settings.name for settings in configuration.destination}
    for alarm in alarms.raised():
        of_destination = alarm.code in (AlarmCode.DESTINATION_FAILING, AlarmCode.DELIVERY_REFUSED)
        if of_destination and alarm.subject not in names:
            alarms.clear(alarm.code, alarm.subject)
        if alarm.code is AlarmCode.TUNNEL_DOWN and not in_use(configuration, alarm.subject):
            alarms.clear(alarm.code, alarm.subject)
    ledger.close()
