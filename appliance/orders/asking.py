"""Asking for the order of one study, and judging what is answered.

An answer is used when it is the only one, has the keys that were asked for, says nothing of the
patient or the order that the objects contradict, and is proven to be about this patient.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.orders.inquiry import Inquiry, Question
from appliance.orders.order import Order
from appliance.orders.worklist import TooMany, Unanswered


class Unfit(StrEnum):
    """Why what was answered is not used."""

    SEVERAL_ORDERS = "several-orders"
    TOO_MANY_ANSWERS = "too-many-answers"
    OTHER_PATIENT = "other-patient"
    OTHER_ORDER = "other-order"
    PATIENT_UNPROVEN = "patient-unproven"


@dataclass(frozen=True, slots=True)
class Unused:
    """There were answers, and none of them may be used."""

    reason: Unfit


@dataclass(frozen=True, slots=True)
class NoOrder:
    """The RIS knows no order of this study."""


Finding = Order | NoOrder | Unused | Unanswered


class Finder(Protocol):
    """Who answers questions: a worklist."""

    def find(self, question: Question) -> list[Order] | TooMany | Unanswered:
        """Every order that is answered with."""


def ask(finder: Finder, inquiry: Inquiry, *, by_patient: bool = False) -> Finding:
    """What ``finder`` knows of the order of ``inquiry``; the first key that finds one counts.

    ``by_patient`` as ``Inquiry.questions`` has it.
    """
    for question in inquiry.questions(by_patient=by_patient):
        match finder.find(question):
            case Unanswered() as unanswered:
                return unanswered
            case TooMany():
                return Unused(Unfit.TOO_MANY_ANSWERS)
            case answers:
                mine = [each for each in answers if question.is_answered_by(each)]
        if mine:
            return judge(inquiry, mine)
    return NoOrder()


def judge(inquiry: Inquiry, answers: list[Order]) -> Order | Unused:
    """The one of ``answers``, at least one, that is this study's order."""
    order = _only(inquiry, answers)
    if order is None:
        return Unused(Unfit.SEVERAL_ORDERS)
    contradicted = inquiry.contradictions(order)
    if {"PatientID", "PatientBirthDate"} & set(contradicted):
        return Unused(Unfit.OTHER_PATIENT)
    if contradicted:
        return Unused(Unfit.OTHER_ORDER)
    if not inquiry.proves_patient(order):
        return Unused(Unfit.PATIENT_UNPROVEN)
    return order


def _only(inquiry: Inquiry, answers: list[Order]) -> Order | None:
    """The answer if it is one, however often it came; of several the one with the study's UID."""
    different = set(answers)
    if len(different) > 1:
        uid = inquiry.study_instance_uid
        different = {each for each in different if each.study_instance_uid == uid}
    return different.pop() if len(different) == 1 else None
