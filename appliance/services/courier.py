"""The courier of one destination: takes what is due, sends it, and notes how it ended."""

import hashlib
import random
from pathlib import Path, PurePosixPath

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.destinations import (
    Cause,
    Consignment,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
)
from appliance.outbox import Delivery, Outbox, Report
from appliance.tunnel import LONGEST_S as TUNNEL_S

SECONDS_PER_HOUR = 3600
MOST_DOUBLINGS = 30
MARGIN_S = 1.0


def lease_s(settings: config.Destination) -> float:
    """Longer than the longest attempt: connect, then associate, store and release.

    Before it the tunnel may have to be brought up, and its handshake waited for.
    """
    attempt_s = settings.connection_timeout_s + 3 * settings.timeout_s + MARGIN_S
    return attempt_s + settings.connection_timeout_s + TUNNEL_S if settings.vpn else attempt_s


def pause_s(settings: config.Destination, failures: int, chance: float) -> float:
    """How long to leave a destination alone after ``failures`` in a row; ``chance`` from 0 to 1.

    It doubles up to the longest pause; from half to all of it, so boxes do not come back at once.
    """
    doubled = settings.retry_first_s * 2.0 ** min(failures - 1, MOST_DOUBLINGS)
    return min(doubled, settings.retry_max_s) * (1 + chance) / 2


class Courier:
    """Serves one destination, in one thread."""

    def __init__(
        self,
        settings: config.Destination,
        destination: Destination,
        outbox: Outbox,
        alarms: Alarms,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._destination = destination
        self._outbox = outbox
        self._alarms = alarms
        self._clock = clock
        self._failures = 0
        self._failed_at = 0.0

    def deliver_next(self) -> bool:
        """Make one attempt at what is due next; False when nothing is."""
        self._outbox.plan([self._settings.name])
        delivery = self._outbox.lease(self._settings.name, lease_s(self._settings))
        if delivery is None:
            return False
        started = self._clock.monotonic()
        outcome = self._attempt(delivery)
        self._note(delivery, outcome, self._clock.monotonic() - started)
        return True

    def rest(self) -> None:
        """Nothing is due: end the connection, and tell what waits for a person."""
        self._destination.close()
        refused = self._outbox.refused_count(self._settings.name)
        if refused:
            self._alarms.raise_(
                AlarmCode.DELIVERY_REFUSED, self._settings.name, f"reports: {refused}"
            )
        else:
            self._alarms.clear(AlarmCode.DELIVERY_REFUSED, self._settings.name)

    def _attempt(self, delivery: Delivery) -> Outcome:
        content = _read(delivery.report.path)
        if hashlib.sha256(content).hexdigest() != delivery.report.sha256:
            return Refused(Cause.REPORT_DAMAGED, delivery.report.path.name)
        try:
            return self._destination.send(_consignment(content, delivery.report))
        except Exception as failure:  # noqa: BLE001 - this is the service's loop
            return Retry(Cause.FORWARDER_FAILED, log.place_of(failure))

    def _note(self, delivery: Delivery, outcome: Outcome, elapsed_s: float) -> None:
        told = {
            "report": delivery.report.sop_instance_uid,
            "destination": delivery.destination,
            "attempts": delivery.attempts,
            "elapsed_s": f"{elapsed_s:.3f}",
        }
        match outcome:
            case Delivered(note):
                self._delivered(delivery)
                log.info("report_delivered", **told, answer=note)
            case Retry(cause, detail):
                pause = self._failed(delivery, outcome)
                log.warning(
                    "report_not_delivered",
                    **told,
                    cause=cause,
                    detail=detail,
                    pause_s=f"{pause:.1f}",
                )
            case Refused(cause, detail):
                self._outbox.refused(delivery, outcome.text)
                log.error("report_refused", **told, cause=cause, detail=detail)

    def _delivered(self, delivery: Delivery) -> None:
        self._outbox.delivered(delivery)
        self._failures = 0
        self._alarms.clear(AlarmCode.DESTINATION_FAILING, self._settings.name)

    def _failed(self, delivery: Delivery, outcome: Retry) -> float:
        now = self._clock.monotonic()
        failed_s = now - self._failed_at if self._failures else 0.0
        self._failed_at = now
        self._failures += 1
        pause = pause_s(self._settings, self._failures, random.random())  # noqa: S311 - jitter
        self._destination.close()
        self._outbox.failed(delivery, outcome.text, pause, failed_s)
        self._alarms.raise_(AlarmCode.DESTINATION_FAILING, self._settings.name, outcome.text)
        self._give_up()
        return pause

    def _give_up(self) -> None:
        patience_s = self._settings.give_up_after_h * SECONDS_PER_HOUR
        given_up = self._outbox.give_up(self._settings.name, patience_s)
        if given_up:
            log.error("reports_given_up", destination=self._settings.name, reports=given_up)


def _consignment(content: bytes, report: Report) -> Consignment:
    return Consignment(
        content=content,
        sop_class_uid=report.sop_class_uid,
        sop_instance_uid=report.sop_instance_uid,
        name=PurePosixPath(report.path.name),
    )


def _read(path: Path) -> bytes:
    """The file's bytes; none when it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
