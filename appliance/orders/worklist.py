"""The SCU of Modality Worklist (PS3.4 Annex K): one question, one association.

An answer counts only when all of them are there: a RIS that dies in the middle has answered
nothing.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import cast

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import ModalityWorklistInformationFind  # type: ignore[attr-defined]

from appliance import config
from appliance.association import Asked, Hindrance, NoAssociation, Peer, associate, untold
from appliance.errors import UnreadableObjectError
from appliance.orders.inquiry import Question
from appliance.orders.order import KEYWORDS, STEP_KEYWORDS, Order, order_of, without_undeclared
from appliance.spool.dataset import converted

SUCCESS = 0x0000
PENDING = frozenset({0xFF00, 0xFF01})
"""PS3.4 K.4.1.1.4; 0xFF01: some optional key was not supported."""
ESCAPE = b"\x1b"
_ESCAPED = convert_encodings(["", "ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 13"])
"""Character sets that escape sequences name by themselves, declared or not (PS3.5 6.1.2.5)."""
CODES = ("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodeMeaning")
_CONTEXT = build_context(
    ModalityWorklistInformationFind, [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """There was no whole answer; ``detail`` names no patient."""

    detail: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """The RIS had more to say than anybody asked; it was broken off."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """A worklist SCP, by its ``settings``; ``ae_title`` is the box's own.

    ``asked`` is told of each question.
    """

    settings: config.Worklist
    ae_title: str
    asked: Asked = untold

    def find(self, question: Question) -> list[Order] | TooMany | Unanswered:
        """Every order that the RIS answers with, whether it has the keys or not."""
        match associate(Peer.of(self.settings, self.ae_title), [_CONTEXT]):
            case NoAssociation(hindrance, detail):
                return Unanswered(f"{hindrance}: {detail}")
            case association:
                return self._ask(association, question)

    def _ask(
        self, association: Association, question: Question
    ) -> list[Order] | TooMany | Unanswered:
        query = identifier(question)
        self.asked(ModalityWorklistInformationFind, query)
        try:
            answers = association.send_c_find(query, ModalityWorklistInformationFind)
        except RuntimeError:  # it ended before it was asked
            return Unanswered(Hindrance.ENDED)
        # Closed before anything else: pynetdicom holds its lock over an answer it cannot decode.
        with closing(cast("Generator[tuple[Dataset, Dataset | None]]", answers)):
            outcome = self._gathered(answers)
        if isinstance(outcome, list):
            association.release()
        else:
            association.abort()
        return outcome

    def _gathered(
        self, answers: Iterable[tuple[Dataset, Dataset | None]]
    ) -> list[Order] | TooMany | Unanswered:
        orders: list[Order] = []
        for status, answer in answers:
            code = status.get("Status")
            if code == SUCCESS:
                return orders
            if code not in PENDING:
                return Unanswered("no answer" if code is None else f"status 0x{code:04X}")
            order = None if answer is None else self._order(answer)
            if order is None:
                return Unanswered("an answer that cannot be read")
            orders.append(order)
            if len(orders) > self.settings.most_answers:
                return TooMany()
        return Unanswered("no answer")

    def _order(self, answer: Dataset) -> Order | None:
        """What an answer says; text that nothing tells the encoding of is left out."""
        declared = answer.get_item("SpecificCharacterSet")
        is_told = bool(self.settings.character_set or (declared is not None and declared.value))
        if not is_told and _has_escapes(answer):
            _declare(answer, _ESCAPED)
        try:
            order = order_of(converted(answer, self.settings.character_set))
        except UnreadableObjectError:
            return None
        return order if is_told else without_undeclared(order)


def identifier(question: Question) -> Dataset:
    """The identifier of the request: keys that must match, and those to be returned."""
    asked, step = Dataset(), Dataset()
    for keyword in KEYWORDS.values():
        setattr(asked, keyword, None)
    for keyword in STEP_KEYWORDS.values():
        setattr(step, keyword, None)
    asked.AccessionNumber = question.accession_number
    asked.StudyInstanceUID = question.study_instance_uid
    asked.PatientID = question.patient_id
    asked.RequestedProcedureCodeSequence = [_codes()]
    step.ScheduledProcedureStepStartDate = question.date
    step.ScheduledProtocolCodeSequence = [_codes()]
    asked.ScheduledProcedureStepSequence = [step]
    return asked


def _codes() -> Dataset:
    item = Dataset()
    for keyword in CODES:
        setattr(item, keyword, None)
    return item


def _has_escapes(dataset: Dataset) -> bool:
    for tag in dataset.keys():  # noqa: SIM118 - iterating would decode
        value = dataset.get_item(tag).value
        if isinstance(value, bytes) and ESCAPE in value:
            return True
        if not isinstance(value, bytes | str) and any(map(_has_escapes, value or ())):
            return True
    return False


def _declare(dataset: Dataset, encodings: list[str]) -> None:
    implicit, little_endian = dataset.original_encoding
    dataset.set_original_encoding(implicit, little_endian, encodings)
    for tag in dataset.keys():  # noqa: SIM118 - iterating would decode
        element = dataset.get_item(tag)
        if element.VR == "SQ" and not isinstance(element.value, bytes):
            for item in element.value or ():
                _declare(item, encodings)
