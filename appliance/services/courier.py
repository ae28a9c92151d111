"""The courier of one destination: takes what is due, sends it, and notes how it ended."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.commitment import Commitments, Reference
from appliance.config.destination import NATIVE_REPORTS, REPORTS
from appliance.destinations import (
    Cause,
    Consignment,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
)
from appliance.outbox import Delivery, Kind, Outbox
from appliance.services.gate import Gate, Session, Window
from appliance.services.preparation import Preparation
from appliance.tunnel import LONGEST_S as TUNNEL_S

SECONDS_PER_HOUR = 3600
MOST_DOUBLINGS = 30
MARGIN_S = 1.0
MOST_ALONE = 100
"""Attempts at one object that fail between others that do not."""
SLOWEST_BYTES_PER_S = 16384
"""A line that carries less is taken for dead."""
_REPORTS = {REPORTS: Kind.REPORT, NATIVE_REPORTS: Kind.NATIVE_REPORT}


def lease_s(settings: config.Destination, size_bytes: int = 0) -> float:
    """Longer than the longest attempt: connect, then associate, store and release.

    Before it the tunnel may have to be brought up, and its handshake waited for.
    """
    attempt_s = settings.connection_timeout_s + 3 * settings.timeout_s + MARGIN_S
    attempt_s += size_bytes / SLOWEST_BYTES_PER_S
    return attempt_s + settings.connection_timeout_s + TUNNEL_S if settings.vpn else attempt_s


def pause_s(settings: config.Destination, failures: int, chance: float) -> float:
    """How long to leave a destination alone after ``failures`` in a row; ``chance`` from 0 to 1.

    It doubles up to the longest pause; from half to all of it, so boxes do not come back at once.
    """
    doubled = settings.retry_first_s * 2.0 ** min(failures - 1, MOST_DOUBLINGS)
    return min(doubled, settings.retry_max_s) * (1 + chance) / 2


def reports_sent(settings: config.Destination) -> set[Kind]:
    """Which reports a destination is sent."""
    return {kind for word, kind in _REPORTS.items() if word in settings.send}


class Courier:
    """Serves one destination, in one thread."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        settings: config.Destination,
        destination: Destination,
        outbox: Outbox,
        alarms: Alarms,
        clock: Clock,
        *,
        preparation: Preparation | None = None,
        commitments: Commitments | None = None,
    ) -> None:
        """Without ``preparation`` every object leaves as it is kept.

        With ``commitments`` the destination is to be asked about each that arrived.
        """
        self._commitments = commitments
        self._settings = settings
        self._destination = destination
        self._outbox = outbox
        self._alarms = alarms
        self._clock = clock
        self._preparation = preparation or Preparation(settings)
        self._session = Session(settings, outbox, clock)
        self._gates: list[Gate] = [Window(settings.hours, clock), self._session]
        self._kinds = reports_sent(settings)
        self._held: str | None = None
        self._failures = 0
        self._worked = False
        self._failed_at = 0.0
        self.patience_s = lease_s(settings)
        """How long the attempt under way may take, in seconds."""

    def deliver_next(self) -> bool:
        """Make one attempt at what is due next; False when nothing is, or nothing may leave."""
        self._outbox.plan([self._settings.name], self._kinds)
        if not self._is_open():
            return False
        delivery = self._outbox.lease(self._settings.name, lease_s(self._settings))
        if delivery is None:
            return False
        started = self._clock.monotonic()
        outcome = self._tried(delivery, self._prepared(delivery))
        if outcome is None:
            self._outbox.put_back(delivery)
            self._end_session()
        else:
            self._note(delivery, outcome, self._clock.monotonic() - started)
        return True

    def rest(self) -> None:
        """Nothing is due: end the connection, and tell what waits for a person."""
        self._destination.close()
        refused = self._outbox.refused_count(self._settings.name)
        if refused:
            self._alarms.raise_(
                AlarmCode.DELIVERY_REFUSED, self._settings.name, f"objects: {refused}"
            )
        else:
            self._alarms.clear(AlarmCode.DELIVERY_REFUSED, self._settings.name)

    def _is_open(self) -> bool:
        """Whether anything may leave now; if not, why not is kept beside what waits."""
        closed = next(_closed(self._gates), None)
        held = closed.text if closed else ""
        if held != self._held:
            self._outbox.hold(self._settings.name, held)
            self._held = held
        return closed is None

    def _prepared(self, delivery: Delivery) -> Consignment | Refused | Retry:
        try:
            prepared = self._preparation.prepared(delivery.outgoing)
            superseded = self._outbox.is_superseded(delivery)
        except Exception as failure:  # noqa: BLE001 - this is the service's loop
            return Retry(Cause.FORWARDER_FAILED, log.place_of(failure))
        if isinstance(prepared, Consignment):
            return replace(prepared, superseded=superseded)
        return prepared

    def _tried(self, delivery: Delivery, prepared: Consignment | Refused | Retry) -> Outcome | None:
        """How it ended; None when it does not fit into the session any more."""
        if not isinstance(prepared, Consignment):
            return prepared
        fits = self._session.fits(len(prepared.content))
        return self._attempt(delivery, prepared) if fits else None

    def _attempt(self, delivery: Delivery, consignment: Consignment) -> Outcome:
        size_bytes = len(consignment.content)
        self.patience_s = lease_s(self._settings, size_bytes)
        try:
            outcome = self._destination.send(consignment)
        except Exception as failure:  # noqa: BLE001 - this is the service's loop
            return Retry(Cause.FORWARDER_FAILED, log.place_of(failure))
        if isinstance(outcome, Delivered):
            self._session.took(size_bytes)
            self._expect_commitment(delivery, consignment)
        return outcome

    def _expect_commitment(self, delivery: Delivery, sent: Consignment) -> None:
        """Before the delivery ends: after a crash in between it is sent, and expected, again."""
        if self._commitments is not None:
            self._commitments.expect(
                self._settings.name,
                delivery.outgoing.sop_instance_uid,
                Reference(sent.sop_class_uid, sent.sop_instance_uid),
                self._settings.commitment.after_s,
            )

    def _end_session(self) -> None:
        self._session.end()
        self._destination.close()

    def _note(self, delivery: Delivery, outcome: Outcome, elapsed_s: float) -> None:
        told = {
            "kind": delivery.outgoing.kind,
            "instance": delivery.outgoing.sop_instance_uid,
            "destination": delivery.destination,
            "attempts": delivery.attempts,
            "elapsed_s": f"{elapsed_s:.3f}",
        }
        match outcome:
            case Delivered(note):
                self._delivered(delivery)
                log.info("object_delivered", **told, answer=note)
            case Retry() if self._is_hopeless(delivery):
                self._outbox.refused(delivery, outcome.text)
                log.error("object_given_up", **told, cause=outcome.cause, detail=outcome.detail)
            case Retry(cause, detail):
                pause = self._failed(delivery, outcome)
                log.warning(
                    "object_not_delivered",
                    **told,
                    cause=cause,
                    detail=detail,
                    pause_s=f"{pause:.1f}",
                )
            case Refused(cause, detail):
                self._outbox.refused(delivery, outcome.text)
                log.error("object_refused", **told, cause=cause, detail=detail)

    def _delivered(self, delivery: Delivery) -> None:
        self._outbox.delivered(delivery)
        self._failures = 0
        self._worked = True
        self._alarms.clear(AlarmCode.DESTINATION_FAILING, self._settings.name)
        if self._session.is_full:
            self._end_session()

    def _is_hopeless(self, delivery: Delivery) -> bool:
        """Whether others arrive and this never does: then it waits for a person, not its study."""
        worked, self._worked = self._worked, False
        return worked and self._outbox.failed_alone(delivery) >= MOST_ALONE

    def _failed(self, delivery: Delivery, outcome: Retry) -> float:
        now = self._clock.monotonic()
        failed_s = now - self._failed_at if self._failures else 0.0
        self._failed_at = now
        self._failures += 1
        pause = pause_s(self._settings, self._failures, random.random())  # noqa: S311 - jitter
        pause = max(pause, outcome.after_s)
        self._destination.close()
        self._outbox.failed(delivery, outcome.text, pause, failed_s)
        self._alarms.raise_(AlarmCode.DESTINATION_FAILING, self._settings.name, outcome.text)
        self._give_up()
        return pause

    def _give_up(self) -> None:
        patience_s = self._settings.give_up_after_h * SECONDS_PER_HOUR
        given_up = self._outbox.give_up(self._settings.name, patience_s)
        if given_up:
            log.error("deliveries_given_up", destination=self._settings.name, objects=given_up)


def _closed(gates: Iterable[Gate]) -> Iterator[Retry]:
    return (closed for gate in gates if (closed := gate.closed()) is not None)
