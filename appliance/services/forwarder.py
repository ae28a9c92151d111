"""The forwarder: from the outbox to every destination.

Each destination has a thread, a ledger connection and a courier of its own, so that one that is
slow, dead or hostile never holds another one up. One more thread routes what has arrived.
"""

import os
import threading
from collections.abc import Iterator, Sequence

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.config.destination import MEDIUM
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.lane import LOOK_S, Lane, RoutingDesk, Worker
from appliance.services.signals import ended_by_signal
from appliance.services.tunnelled import in_use, watch_tunnel
from appliance.services.vitals import Sign, Vital, ledger_readable
from appliance.services.watchdog import Watchdog
from appliance.tunnel import Tunnel


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
    workers: list[Worker] = [
        RoutingDesk(configuration, clock, ended),
        *(Lane(configuration, each, tunnel, clock, ended) for each in _sent_to(configuration)),
    ]
    for worker in workers:
        worker.start()
    log.info("forwarder_started", destinations=len(workers) - 1, pid=os.getpid())
    path = configuration.ledger_path
    watchdog = Watchdog(lambda: [ledger_readable(path), *_progress(workers)], clock, os.environ)
    _watch(workers, ended, watchdog)
    for worker in workers:
        worker.join()
    log.info("forwarder_ended")
    return EXIT_OK


_OF_DESTINATIONS = (
    AlarmCode.DESTINATION_FAILING,
    AlarmCode.DELIVERY_REFUSED,
    AlarmCode.MEDIUM_FAILED,
)


def _sent_to(configuration: Configuration) -> list[config.Destination]:
    """Every destination but those that wait for somebody with a stick."""
    return [each for each in configuration.destination if each.kind != MEDIUM]


def _progress(workers: Sequence[Worker]) -> Iterator[Sign]:
    for worker in workers:
        yield Sign(Vital.WORK_GOES_ON, worker.is_healthy(), subject=worker.name)


def _watch(workers: Sequence[Worker], ended: threading.Event, watchdog: Watchdog) -> None:
    """Have the watchdog fed until the end."""
    watchdog.ready()
    while not ended.wait(LOOK_S):
        watchdog.beat(f"destinations: {len(workers) - 1}")
    watchdog.stopping()


def _forget_former_destinations(configuration: Configuration, clock: Clock) -> None:
    """Clear the alarms of destinations that are no longer configured; tell what they never got."""
    ledger = open_ledger(configuration.ledger_path)
    alarms = Alarms(ledger, clock)
    names = {settings.name for settings in configuration.destination}
    left = Outbox(configuration.outbox_dir, ledger, clock).left_behind(names)
    for alarm in alarms.raised():
        is_former = alarm.code in _OF_DESTINATIONS and alarm.subject not in names
        if is_former and not (alarm.code is AlarmCode.DELIVERY_REFUSED and alarm.subject in left):
            alarms.clear(alarm.code, alarm.subject)
        if alarm.code is AlarmCode.TUNNEL_DOWN and not in_use(configuration, alarm.subject):
            alarms.clear(alarm.code, alarm.subject)
    for name, objects in left.items():
        detail = f"objects: {objects}, and it is not in the configuration any more"
        alarms.raise_(AlarmCode.DELIVERY_REFUSED, name, detail)
        log.error("objects_left_behind", destination=name, objects=objects)
    ledger.close()
