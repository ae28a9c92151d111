"""Associations that the box asks for (PS3.8 7.1), as SCU of whatever service.

**Knows:** how a peer is called, with or without TLS, what its time-outs are, that no end of the
line waits for an acknowledgement, and why an association did not come to be.
**Does not know:** services and their statuses; what a caller does about a peer that is not there.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, cast

from pydicom import Dataset
from pynetdicom import AE, _config, evt
from pynetdicom.association import Association
from pynetdicom.events import Event, EventHandlerType
from pynetdicom.pdu_primitives import A_ASSOCIATE, SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AssociationSocket

from appliance.connection import ANY_DEVICE, hold
from appliance.tls import Credentials, Secured, client_context

_config.LOG_REQUEST_IDENTIFIERS = False
_config.LOG_RESPONSE_IDENTIFIERS = False
"""pynetdicom would decode what answers say to print it, and its warnings would quote whom."""
MAX_PDU_BYTES = 131072
Asked = Callable[[str, Dataset], None]
"""Is told of a query before it is asked: its SOP class, and its identifier."""


class Addressed(Protocol):
    """Settings that say how a peer is called."""

    @property
    def ae_title(self) -> str: ...  # noqa: D102 - as of Peer
    @property
    def host(self) -> str: ...  # noqa: D102
    @property
    def port(self) -> int: ...  # noqa: D102
    @property
    def calling_ae_title(self) -> str: ...  # noqa: D102
    @property
    def connection_timeout_s(self) -> float: ...  # noqa: D102
    @property
    def timeout_s(self) -> float: ...  # noqa: D102
    @property
    def tls(self) -> Secured: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom to call, as whom, and how long to wait; without ``credentials`` not by TLS."""

    ae_title: str
    host: str
    port: int
    calling_ae_title: str
    connection_timeout_s: float
    timeout_s: float
    device: str = ANY_DEVICE
    credentials: Credentials | None = None

    @classmethod
    def of(cls, settings: Addressed, ae_title: str, device: str = ANY_DEVICE) -> "Peer":
        """As configured; ``ae_title`` is the box's own, if ``settings`` name none to call with.

        ``device`` is the network device that the association is held to.
        """
        return cls(
            ae_title=settings.ae_title,
            host=settings.host,
            port=settings.port,
            calling_ae_title=settings.calling_ae_title or ae_title,
            connection_timeout_s=settings.connection_timeout_s,
            timeout_s=settings.timeout_s,
            device=device,
            credentials=Credentials.of(settings.tls) if settings.tls.enabled else None,
        )

    @property
    def address(self) -> str:
        """``host:port``, for people."""
        return f"{self.host}:{self.port}"


class Hindrance(StrEnum):
    """Why there is no association."""

    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls-failed"
    REJECTED = "association-rejected"
    CONTEXTS_REFUSED = "contexts-refused"
    ENDED = "association-ended"


@dataclass(frozen=True, slots=True)
class NoAssociation:
    """The association did not come to be; ``detail`` names no patient."""

    hindrance: Hindrance
    detail: str


def associate(
    peer: Peer,
    contexts: Sequence[PresentationContext],
    roles: Iterable[SCP_SCU_RoleSelectionNegotiation] = (),
    handlers: Iterable[EventHandlerType] = (),
) -> Association | NoAssociation:
    """An established association with ``peer``, or why there is none.

    ``contexts`` are at most 128 (PS3.8 9.3.2.2); of an association that is established at least
    one was accepted. ``roles`` are role selections (PS3.7 D.3.3.4).
    """
    try:
        secured = _secured(peer)
    except OSError as failure:
        reason = getattr(failure, "reason", None) or failure.strerror or "unusable"
        return NoAssociation(Hindrance.TLS_FAILED, f"the box's own certificate files: {reason}")
    line = _Line()
    try:
        association = _application_entity(peer).associate(
            peer.host,
            peer.port,
            list(contexts),
            peer.ae_title,
            MAX_PDU_BYTES,
            ext_neg=list(roles),
            tls_args=(secured, peer.host) if secured else None,
            evt_handlers=[*line.handlers(), *handlers],
        )
    except OSError as failure:  # the host's name is not known, or the device is not there
        return NoAssociation(Hindrance.UNREACHABLE, f"{peer.host}: {failure.strerror}")
    if not association.is_established:
        if secured is not None and secured.failure:
            return NoAssociation(Hindrance.TLS_FAILED, f"{peer.address}: {secured.failure}")
        return _why_not(association, line, peer)
    leave_answers_to_the_asker(association)
    return association


class _Secured(ssl.SSLContext):
    """A context that remembers why its connection failed; pynetdicom would only log it."""

    failure: str = ""


class _SecuredSocket(ssl.SSLSocket):
    def shutdown(self, how: int) -> None:
        # pynetdicom closes only what it could shut down before.
        with suppress(OSError):
            super().shutdown(how)

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as SSLSocket
        with _remembering(self.context):
            super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        # With TLS 1.3 a peer that refuses our certificate says so after our handshake ended.
        with _remembering(self.context):
            return super().recv(buflen, flags)


@contextmanager
def _remembering(context: ssl.SSLContext) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as failure:
        if isinstance(context, _Secured):
            context.failure = getattr(failure, "verify_message", "") or str(failure.reason)
        raise


def _secured(peer: Peer) -> _Secured | None:
    if peer.credentials is None:
        return None
    context = client_context(peer.credentials, _Secured)
    context.sslsocket_class = _SecuredSocket
    assert isinstance(context, _Secured)  # noqa: S101 - it was made so
    return context


def leave_answers_to_the_asker(association: Association) -> None:
    """Keep pynetdicom's reactor from taking answers off the queue.

    It stops while a request is under way, but now and then takes one message more, which pynetdicom
    3.0.4 drops as unexpected: a match of a query would be missing, and nobody told. Here the box
    only asks, so nothing but the asker, who waits for it, takes a message; what a peer reports
    (N-EVENT-REPORT) pynetdicom never puts on that queue.
    """
    take = association.dimse.get_msg

    def get_msg(block: bool = False) -> tuple[Any, Any]:  # noqa: FBT001, FBT002 - pynetdicom's
        taken: tuple[Any, Any] = take(block=True) if block else (None, None)
        return taken

    provider: Any = association.dimse
    provider.get_msg = get_msg


class _Entity(AE):
    """An application entity whose connections are held to a network device."""

    def __init__(self, peer: Peer) -> None:
        super().__init__(peer.calling_ae_title)
        self._device = peer.device

    def _create_socket(self, *of_association: Any) -> AssociationSocket:  # noqa: ANN401 - pynetdicom's
        made = super()._create_socket(*of_association)
        hold(cast("socket.socket", made.socket), self._device)  # not yet connected
        return made


def _application_entity(peer: Peer) -> AE:
    entity = _Entity(peer)
    entity.connection_timeout = peer.connection_timeout_s
    entity.acse_timeout = peer.timeout_s
    entity.dimse_timeout = peer.timeout_s
    entity.network_timeout = peer.timeout_s
    return entity


def _why_not(association: Association, line: "_Line", peer: Peer) -> NoAssociation:
    answer = association.acceptor.primitive
    if not line.is_open:
        return NoAssociation(Hindrance.UNREACHABLE, peer.address)
    if association.is_rejected and answer is not None:
        return NoAssociation(Hindrance.REJECTED, _rejection(answer))
    if association.rejected_contexts:
        names = {str(context.abstract_syntax) for context in association.rejected_contexts}
        return NoAssociation(Hindrance.CONTEXTS_REFUSED, ", ".join(sorted(names)))
    return NoAssociation(Hindrance.ENDED, "no answer to the association request")


class _Line:
    """The TCP connection: whether there is one, and no waiting on it.

    Archives write an answer in two pieces and keep the second until the first is acknowledged;
    Linux acknowledges after 40 ms unless told otherwise for what comes next.
    """

    def __init__(self) -> None:
        self.is_open = False

    def handlers(self) -> list[EventHandlerType]:
        """To be bound to the association."""
        return [
            (evt.EVT_CONN_OPEN, self._opened),
            (evt.EVT_DATA_SENT, _acknowledge),
            (evt.EVT_DATA_RECV, _acknowledge),
        ]

    def _opened(self, event: Event) -> None:
        self.is_open = True
        _set_option(event.assoc, socket.TCP_NODELAY)


def _acknowledge(event: Event) -> None:
    _set_option(event.assoc, socket.TCP_QUICKACK)


def _set_option(association: Association, option: int) -> None:
    connection = association.dul.socket
    if connection is not None and connection.socket is not None:
        connection.socket.setsockopt(socket.IPPROTO_TCP, option, 1)


def _rejection(answer: A_ASSOCIATE) -> str:
    """PS3.8 9.3.4: result, source and reason."""
    return f"{answer.result_str}, {answer.source_str}: {answer.reason_str}"


def untold(_sop_class: str, _identifier: Dataset) -> None:
    """Nobody wants to know what is asked."""
