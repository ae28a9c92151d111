"""The Display System SCP: N-GET (PS3.4 EE.2), one application entity a workstation.

The instance is well-known and one an application entity, so who is asked about is who is called: an
AE title that is no workstation's is rejected. What is told is an argument, made anew for each
request.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from pydicom import Dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID
from pynetdicom import AE, evt
from pynetdicom.presentation import PresentationContext, build_context

from appliance import log
from appliance.clock import Clock
from appliance.receive.contexts import VERIFICATION
from appliance.receive.door import Door
from appliance.receive.request import AssociationRequest, Rejection
from appliance.receive.statuses import VERIFIED, DisplayStatus
from appliance.sop_classes import DISPLAY_SYSTEM, NATIVE_SYNTAXES

INSTANCE = UID("1.2.840.10008.5.1.1.40.1")
MOST_ASSOCIATIONS = 10
TIMEOUT_S = 30.0
UNBOUNDED = 1 << 30
"""pynetdicom's own limit on associations; ours decides before."""
ALWAYS = ("SpecificCharacterSet",)
"""Told whatever was asked for: without it no text can be read."""
Describe = Callable[[str], Dataset]
"""The Display System of the workstation with that AE title."""
Answer = tuple[Dataset, Dataset | None]


class DisplaySystemSCP:
    """Listens on an address; port 0 is one that is free.

    ``describe`` is called from association threads with an AE title of ``titles``; ``attributes``
    are the keywords that the class has.
    """

    def __init__(
        self,
        address: tuple[str, int],
        titles: Collection[str],
        describe: Describe,
        attributes: Iterable[str],
        clock: Clock,
    ) -> None:
        self._titles = frozenset(titles)
        self._describe = describe
        self._attributes = frozenset(map(Tag, attributes))
        self._ae = _application_entity()
        self._door = Door(
            self._refuse,
            TIMEOUT_S,
            clock,
            ae=self._ae,
            address=address,
            ae_title=next(iter(titles), "DISPLAYS"),
            contexts=display_contexts(),
            evt_handlers=[(evt.EVT_C_ECHO, _verify), (evt.EVT_N_GET, self._get)],
        )

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return self._door.port

    def start(self) -> None:
        """Begin to accept."""
        self._door.start()

    def is_healthy(self) -> bool:
        """Whether connections are accepted and admitted."""
        return self._door.is_healthy()

    def stop(self) -> None:
        """Accept no more, and abort what goes on."""
        self._door.close()
        self._ae.shutdown()

    def _refuse(self, request: AssociationRequest) -> Rejection | None:
        if request.called_ae not in self._titles:
            return Rejection.CALLED_AE_UNKNOWN
        if len(self._ae.active_associations) >= MOST_ASSOCIATIONS:
            return Rejection.TOO_MANY_ASSOCIATIONS
        return None

    def _get(self, event: evt.Event) -> Answer:
        request: Any = event.request
        if (status := _misaddressed(event)) is not None:
            return _answered(event, status, None)
        try:
            told = self._describe(_called_ae(event))
        except Exception as failure:  # noqa: BLE001 - pynetdicom would log it with what was told
            log.error("display_system_failed", reason=log.place_of(failure))
            return _answered(event, DisplayStatus.PROCESSING_FAILURE, None)
        asked = _tags(request.AttributeIdentifierList)
        is_known = all(each in self._attributes for each in asked)
        status = DisplayStatus.SUCCESS if is_known else DisplayStatus.ATTRIBUTE_LIST_ERROR
        return _answered(event, status, self._of(told, asked))

    def _of(self, told: Dataset, asked: list[BaseTag]) -> Dataset:
        """What was asked for, or everything when nothing was named (PS3.7 10.1.2.1.5)."""
        wanted = {*asked, *map(Tag, ALWAYS)} if asked else self._attributes
        answer = Dataset()
        for each in sorted(wanted & self._attributes):
            if each in told:
                answer[each] = told[each]
        return answer


def display_contexts() -> list[PresentationContext]:
    """What is accepted by the AE title of a workstation."""
    return [build_context(each, [*NATIVE_SYNTAXES]) for each in (VERIFICATION, DISPLAY_SYSTEM)]


def _application_entity() -> AE:
    entity = AE()
    entity.maximum_associations = UNBOUNDED
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = TIMEOUT_S
    return entity


def _misaddressed(event: evt.Event) -> DisplayStatus | None:
    request: Any = event.request
    if DISPLAY_SYSTEM not in {event.context.abstract_syntax} & {request.RequestedSOPClassUID}:
        return DisplayStatus.NO_SUCH_SOP_CLASS
    return (
        None
        if request.RequestedSOPInstanceUID == INSTANCE
        else (DisplayStatus.NO_SUCH_SOP_INSTANCE)
    )


def _tags(named: Any) -> list[BaseTag]:  # noqa: ANN401 - pynetdicom gives a list, one tag, or None
    return [named] if isinstance(named, BaseTag) else list(map(Tag, named or ()))


def _verify(event: evt.Event) -> int:
    requestor = event.assoc.requestor
    log.info("connection_verified", calling_ae=requestor.ae_title, address=requestor.address)
    return VERIFIED


def _called_ae(event: evt.Event) -> str:
    requestor: Any = event.assoc.requestor
    return str(requestor.primitive.called_ae_title).strip()


def _answered(event: evt.Event, status: DisplayStatus, told: Dataset | None) -> Answer:
    requestor: Any = event.assoc.requestor
    write = log.error if told is None else log.info
    write(
        "display_system_told",
        status=f"0x{status:04X}",
        called_ae=_called_ae(event),
        calling_ae=str(requestor.ae_title).strip(),
        address=requestor.address,
        attributes=0 if told is None else len(told),
    )
    answer = Dataset()
    answer.Status = status
    return answer, told
