"""The Modality Performed Procedure Step SCP: N-CREATE and N-SET (PS3.4 F.7), and their statuses.

What is said of a step is durable before it is acknowledged, in the order it came. A message that
came before, byte for byte, is acknowledged again and changes nothing, even where the standard has
a step that is there or has ended refuse it: the sender may not have heard the first answer.
"""

from collections.abc import Callable
from typing import Any

from pydicom import Dataset
from pynetdicom import evt

from appliance import log
from appliance.errors import OutOfResourcesError
from appliance.receive.arrival import arrival_of
from appliance.receive.notice import NoRoom, Notice
from appliance.receive.statuses import MAY_NO_LONGER_BE_UPDATED, StepStatus
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import Arrival, StepKept, Steps, StepVerdict
from appliance.uids import derived_uid

STATUSES: dict[StepVerdict, StepStatus] = {
    StepVerdict.NEW: StepStatus.SUCCESS,
    StepVerdict.REPEAT: StepStatus.SUCCESS,
    StepVerdict.DUPLICATE: StepStatus.DUPLICATE_SOP_INSTANCE,
    StepVerdict.UNKNOWN: StepStatus.NO_SUCH_SOP_INSTANCE,
    StepVerdict.ENDED: StepStatus.PROCESSING_FAILURE,
    StepVerdict.STATE_MISSING: StepStatus.MISSING_ATTRIBUTE,
    StepVerdict.STATE_EMPTY: StepStatus.MISSING_ATTRIBUTE_VALUE,
    StepVerdict.STATE_WRONG: StepStatus.INVALID_ATTRIBUTE_VALUE,
    StepVerdict.STUDY_MISSING: StepStatus.MISSING_ATTRIBUTE,
    StepVerdict.STUDY_EMPTY: StepStatus.MISSING_ATTRIBUTE_VALUE,
    StepVerdict.UNREADABLE: StepStatus.PROCESSING_FAILURE,
}
Answer = tuple[Dataset, Dataset | None]


class PerformedStepSCP:
    """Answers N-CREATE and N-SET; ``notify`` is called from association threads."""

    def __init__(self, steps: Steps, notify: Callable[[Notice], None]) -> None:
        self._steps = steps
        self._notify = notify

    def handlers(self) -> list[tuple[Any, Callable[[evt.Event], Any]]]:
        """What an association server is to call."""
        return [
            (evt.EVT_N_CREATE, self._create),
            (evt.EVT_N_SET, self._set),
            (evt.EVT_N_GET, _refuse),
        ]

    def _create(self, event: evt.Event) -> Answer:
        request: Any = event.request
        given = str(request.AffectedSOPInstanceUID or "")
        dataset = _bytes(request.AttributeList)
        uid = given or _assigned_uid(event, dataset)
        arrival = arrival_of(event, str(request.AffectedSOPClassUID), uid)
        answer = self._answer(
            "N-CREATE", event, arrival, lambda: self._steps.create(arrival, [dataset])
        )
        if given or answer.Status != StepStatus.SUCCESS:
            return answer, None
        said = Dataset()
        said.AffectedSOPInstanceUID = uid
        return answer, said

    def _set(self, event: evt.Event) -> Answer:
        request: Any = event.request
        uid = str(request.RequestedSOPInstanceUID)
        arrival = arrival_of(event, str(request.RequestedSOPClassUID), uid)
        dataset = _bytes(request.ModificationList)
        answer = self._answer(
            "N-SET", event, arrival, lambda: self._steps.update(arrival, [dataset])
        )
        return answer, None

    def _answer(
        self, operation: str, event: evt.Event, arrival: Arrival, keep: Callable[[], StepKept]
    ) -> Dataset:
        if event.context.abstract_syntax != PERFORMED_PROCEDURE_STEP:
            return _refused(operation, arrival, StepStatus.NO_SUCH_SOP_CLASS, "another context")
        try:
            kept = keep()
        except OutOfResourcesError as failure:
            self._notify(NoRoom(failure.what))
            return _refused(operation, arrival, StepStatus.RESOURCE_LIMITATION, failure.what)
        except Exception as failure:  # noqa: BLE001 - pynetdicom would log it with what was sent
            place = log.place_of(failure)
            return _refused(operation, arrival, StepStatus.PROCESSING_FAILURE, place)
        status = STATUSES[kept.verdict]
        if status is not StepStatus.SUCCESS:
            return _refused(operation, arrival, status, kept.verdict.value, kept.verdict)
        _log_kept(operation, arrival, kept)
        return _status(status)


def _refuse(event: evt.Event) -> Answer:
    """N-GET is of another SOP class (PS3.4 F.8), which is not offered."""
    request: Any = event.request
    uid = str(request.RequestedSOPInstanceUID)
    arrival = arrival_of(event, str(request.RequestedSOPClassUID), uid)
    return _refused("N-GET", arrival, StepStatus.UNRECOGNIZED_OPERATION, "not offered"), None


def _bytes(stream: Any) -> bytes:  # noqa: ANN401 - a BytesIO, or None for no data set
    return bytes(stream.getvalue()) if stream is not None else b""


def _assigned_uid(event: evt.Event, dataset: bytes) -> str:
    """A UID for a step that comes without one; the same when it is sent again."""
    calling_ae = str(event.assoc.requestor.ae_title)
    return str(derived_uid("performed procedure step", calling_ae, dataset.hex()))


def _status(status: StepStatus) -> Dataset:
    answer = Dataset()
    answer.Status = status
    return answer


def _log_kept(operation: str, arrival: Arrival, kept: StepKept) -> None:
    log.info(
        "step_kept",
        id=kept.instance_id,
        verdict=kept.verdict.value,
        operation=operation,
        state=kept.state.replace(" ", "-").lower() or "unchanged",
        sop_instance_uid=arrival.sop_instance_uid,
        calling_ae=arrival.calling_ae,
        address=arrival.address,
    )


def _refused(
    operation: str,
    arrival: Arrival,
    status: StepStatus,
    reason: str,
    verdict: StepVerdict | None = None,
) -> Dataset:
    log.error(
        "step_refused",
        status=f"0x{status:04X}",
        reason=reason,
        operation=operation,
        sop_instance_uid=arrival.sop_instance_uid,
        calling_ae=arrival.calling_ae,
        address=arrival.address,
    )
    answer = _status(status)
    if verdict is StepVerdict.ENDED:
        answer.ErrorID = MAY_NO_LONGER_BE_UPDATED
    return answer
