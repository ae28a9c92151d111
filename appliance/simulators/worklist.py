"""A RIS that answers worklist questions: a Modality Worklist SCP (PS3.4 Annex K).

**Knows:** the orders of simulated studies, and matching by single value of what is asked for.
**Does not know:** wild cards, ranges of dates, and what becomes of an answer.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityWorklistInformationFind  # type: ignore[attr-defined]

from appliance.simulators.consoles.examination import Identity

_VERIFICATION = "1.2.840.10008.1.1"
_SUCCESS, _PENDING, _UNABLE = 0x0000, 0xFF00, 0xC000
_STEP = "ScheduledProcedureStepSequence"
LOCAL_SCHEME = "99SIM"


def order_for(who: Identity, kind: str) -> Dataset:
    """The order of a simulated study, as a Japanese RIS writes it."""
    order, step = Dataset(), Dataset()
    order.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    order.PatientName, order.PatientID = who.patient_name, who.patient_id
    order.PatientBirthDate, order.PatientSex = who.birth_date, "O"
    order.AccessionNumber = who.accession_number
    order.StudyInstanceUID = who.study_instance_uid
    order.ReferringPhysicianName = "TANAKA^TARO=田中^太郎"
    order.RequestedProcedureID = order.PlacerOrderNumberImagingServiceRequest = who.study_id
    order.RequestedProcedureDescription = "CT検査"
    order.RequestedProcedureCodeSequence = [_code(kind)]
    step.Modality, step.ScheduledProcedureStepID = "CT", who.study_id
    step.ScheduledProcedureStepStartDate = who.study_date
    step.ScheduledProcedureStepStartTime = who.study_time
    step.ScheduledProtocolCodeSequence = [_code(kind)]
    order.ScheduledProcedureStepSequence = [step]
    return order


@contextmanager
def run_worklist(
    orders: Sequence[Dataset],
    host: str = "127.0.0.1",
    port: int = 0,
    ae_title: str = "WORKLIST",
    on_asked: Callable[[int], None] = lambda _: None,
) -> Iterator[int]:
    """Serve while the context lasts; yields the port, a free one when ``port`` is 0.

    ``on_asked`` is called in a network thread with the number of orders that match each question.

    Raises:
        OSError: The address cannot be listened on.
    """

    def answer(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        try:
            asked = event.identifier
        except ValueError:
            yield _UNABLE, None
            return
        found = [order for order in orders if _matches(order, asked)]
        on_asked(len(found))
        for order in found:
            yield _PENDING, order
        yield _SUCCESS, None

    entity = AE(ae_title=ae_title)
    entity.add_supported_context(_VERIFICATION)
    entity.add_supported_context(ModalityWorklistInformationFind)
    server: Any = entity.start_server(
        (host, port), block=False, evt_handlers=[(evt.EVT_C_FIND, answer)]
    )
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def _matches(order: Dataset, asked: Dataset) -> bool:
    """Whether ``order`` has every value that ``asked`` states (PS3.4 C.2.2.2.1)."""
    for element in asked:
        if element.keyword == _STEP:
            steps = zip(order[_STEP].value, element.value, strict=False)
            if not all(_matches(*pair) for pair in steps):
                return False
        elif element.VR != "SQ" and element.value and order.get(element.tag) != element:
            return False
    return True


def _code(kind: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = f"CT-{kind}"[:16], LOCAL_SCHEME
    item.CodeMeaning = f"CT検査 {kind}"
    return item
