"""The SCP: admission, the services, and the statuses of storing."""

import socket
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pynetdicom import AE, _config, evt

from appliance import log
from appliance.clock import Clock
from appliance.commissioning.negotiated import negotiated
from appliance.config import Configuration, Receiver
from appliance.errors import OutOfResourcesError
from appliance.receive.arrival import arrival_of
from appliance.receive.callers import Callers
from appliance.receive.commitment import CommitmentSCP, Register
from appliance.receive.contexts import supported_contexts
from appliance.receive.door import Door, Doorkeeper
from appliance.receive.guest import Guest
from appliance.receive.lobby import Welcome
from appliance.receive.notice import Called, Conflict, NoRoom, Notice, Saturated, TurnedAway
from appliance.receive.own_calls import OwnCalls
from appliance.receive.own_reports import OwnReports
from appliance.receive.performed_step import PerformedStepSCP
from appliance.receive.request import AssociationRequest, Rejection
from appliance.receive.statuses import VERIFIED, StoreStatus
from appliance.receive.transport import tls_version
from appliance.spool import Arrival, Kept, Spool, Steps, Verdict

_config.LOG_HANDLER_LEVEL = "none"  # pynetdicom would format a text for every PDU
UNBOUNDED = 1 << 30
"""pynetdicom's own limit on associations; ours decides before."""
GRACE_S = 5.0


class StorageSCP:
    """Receives into ``spool``; ``notify`` is called from association threads.

    ``register`` is for nobody else.
    """

    def __init__(
        self,
        configuration: Configuration,
        spool: Spool,
        clock: Clock,
        notify: Callable[[Notice], None],
        register: Register,
    ) -> None:
        self._spool = spool
        self._clock = clock
        self._notify = notify
        self._callers = Callers(configuration, self.serving)
        self._own_calls = OwnCalls(configuration.receiver.ae_title)
        self._ae = _application_entity(configuration)
        self._own_reports = OwnReports(register.requests, register.lock)
        commitment = CommitmentSCP(configuration, register, self._own_reports, notify)
        self._receiver = configuration.receiver
        self._handlers = [
            (evt.EVT_REQUESTED, self._own_calls.look),
            (evt.EVT_C_ECHO, self._verify),
            (evt.EVT_C_STORE, self._store),
            *PerformedStepSCP(Steps(spool), notify).handlers(),
            *commitment.handlers(),
            (evt.EVT_ACCEPTED, self._log_accepted),
            (evt.EVT_RELEASED, self._log_end, ["association_released"]),
            (evt.EVT_ABORTED, self._log_end, ["association_aborted"]),
        ]
        self._doors: list[Door] = []

    @property
    def ports(self) -> list[int]:
        """The TCP ports it listens on: the plain one, the one for TLS."""
        return [door.port for door in self._doors]

    def start(self, listeners: Mapping[int, socket.socket] = MappingProxyType({})) -> None:
        """Begin to accept, on ``listeners``, by port, which listen already; else it listens itself.

        Raises OSError when it cannot.
        """
        self._doors = list(self._open_doors(self._receiver, listeners))
        self._own_reports.start()
        for door in self._doors:
            door.start()

    def is_healthy(self) -> bool:
        """Whether connections are accepted and admitted."""
        return all(door.is_healthy() for door in self._doors)

    def serving(self) -> list[str]:
        """The address of every association being served; one that only closes is not."""
        return [
            association.requestor.address
            for association in self._ae.active_associations
            if not association.is_released and not association.is_aborted
            if association not in self._own_calls
        ]

    def stop(self) -> None:
        """Accept no more, give associations a moment to end, abort the rest."""
        for door in self._doors:
            door.close()
        deadline_s = self._clock.monotonic() + GRACE_S
        while self.serving() and self._clock.monotonic() < deadline_s:
            self._clock.sleep(0.05)
        self._ae.shutdown()
        self._own_reports.close()

    def _refuse(self, request: AssociationRequest) -> Rejection | None:
        rejection = self._callers.refuse(request)
        if rejection is not None and rejection.is_limit:
            self._notify(Saturated(request.address))
        elif rejection is not None:
            self._notify(TurnedAway(request.address, request.calling_ae, rejection.reason))
        if rejection is not None:
            self._notify(
                Called(
                    address=request.address,
                    calling_ae=request.calling_ae,
                    called_ae=request.called_ae,
                    refused=rejection.reason,
                )
            )
        return rejection

    def _turn_away_unheard(self, address: str, reason: str) -> None:
        """A guest that failed before it said who it is."""
        self._notify(TurnedAway(address, "", reason))
        self._notify(Called(address=address, refused=reason))

    def _open_doors(
        self, receiver: Receiver, listeners: Mapping[int, socket.socket]
    ) -> Iterator[Door]:
        def door(port: int, welcome: Welcome) -> Door:
            return Door(
                self._refuse,
                receiver.acse_timeout_s,
                self._clock,
                welcome,
                self._turn_away_unheard,
                listener=listeners.get(port),
                ae=self._ae,
                address=(receiver.bind, port),
                ae_title=receiver.ae_title,
                contexts=supported_contexts(),
                evt_handlers=self._handlers,
            )

        if not receiver.tls.instead:
            yield door(receiver.port, Guest)
        if receiver.tls.port:
            yield door(receiver.tls.port, Doorkeeper(receiver.tls))

    def _store(self, event: evt.Event) -> int:
        request: Any = event.request
        arrival = _arrival(event)
        try:
            with request.DataSet.getbuffer() as dataset:
                kept = self._spool.keep(arrival, [dataset])
        except OutOfResourcesError as failure:
            self._notify(NoRoom(failure.what))
            return _refused(arrival, StoreStatus.OUT_OF_RESOURCES, failure.what)
        except Exception as failure:  # noqa: BLE001 - pynetdicom would blame the object, unlogged
            return _refused(arrival, StoreStatus.FAILED_HERE, repr(failure))
        self._report(arrival, kept)
        return StoreStatus.SUCCESS

    def _report(self, arrival: Arrival, kept: Kept) -> None:
        if kept.verdict is Verdict.CONFLICT:
            self._notify(Conflict(arrival.sop_instance_uid, arrival.calling_ae))
        log.info(
            "instance_kept",
            id=kept.instance_id,
            verdict=kept.verdict.value,
            sop_instance_uid=arrival.sop_instance_uid,
            calling_ae=arrival.calling_ae,
            address=arrival.address,
        )

    def _verify(self, event: evt.Event) -> int:
        if event.assoc not in self._own_calls:
            _log_caller("connection_verified", event)
            self._notify(_called(event.assoc, is_echo=True))
        return VERIFIED

    def _log_accepted(self, event: evt.Event) -> None:
        if event.assoc in self._own_calls:
            return
        refused = {str(context.abstract_syntax) for context in event.assoc.rejected_contexts}
        accepted = {str(context.abstract_syntax) for context in event.assoc.accepted_contexts}
        _log_caller(
            "association_accepted",
            event,
            classes_refused=",".join(sorted(refused - accepted)) or "none",
            tls=tls_version(event.assoc),
        )
        self._notify(_called(event.assoc))

    def _log_end(self, event: evt.Event, line: str) -> Any:  # noqa: ANN401 - pynetdicom ignores it
        if event.assoc not in self._own_calls:
            _log_caller(line, event)


def _application_entity(configuration: Configuration) -> AE:
    receiver = configuration.receiver
    entity = AE(ae_title=receiver.ae_title)
    entity.maximum_associations = UNBOUNDED
    entity.maximum_pdu_size = receiver.max_pdu_bytes
    entity.acse_timeout = receiver.acse_timeout_s
    entity.dimse_timeout = receiver.dimse_timeout_s
    entity.network_timeout = receiver.network_timeout_s
    return entity


def _arrival(event: evt.Event) -> Arrival:
    request: Any = event.request
    return arrival_of(event, str(request.AffectedSOPClassUID), str(request.AffectedSOPInstanceUID))


def _called(association: Any, *, is_echo: bool = False) -> Called:  # noqa: ANN401 - as of an event
    requestor = association.requestor
    return Called(
        address=requestor.address,
        calling_ae=requestor.ae_title.strip(),
        called_ae=requestor.primitive.called_ae_title.strip(),
        is_echo=is_echo,
        negotiated=negotiated(association).as_json(),
    )


def _refused(arrival: Arrival, status: StoreStatus, reason: str) -> StoreStatus:
    log.error(
        "instance_refused",
        status=f"0x{status:04X}",
        reason=reason,
        sop_instance_uid=arrival.sop_instance_uid,
        calling_ae=arrival.calling_ae,
        address=arrival.address,
    )
    return status


def _log_caller(line: str, event: evt.Event, **more: object) -> None:
    caller = event.assoc.requestor
    log.info(line, calling_ae=caller.ae_title, address=caller.address, **more)
