"""The two dialogues that the box begins (PS3.4 J.3): telling what is kept, and asking for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset
from pydicom.uid import UID
from pynetdicom import build_context, build_role, evt
from pynetdicom.association import Association

from appliance.association import NoAssociation, Peer, associate
from appliance.commitment.message import (
    PUSH_MODEL,
    PUSH_MODEL_INSTANCE,
    REQUEST_COMMITMENT,
    SYNTAXES,
    read_answer,
    write_answer,
    write_question,
)
from appliance.commitment.reference import FailureReason
from appliance.commitment.transaction import ALL_COMMITTED, SOME_FAILED, Answer, Question
from appliance.errors import UnreadableObjectError

SUCCESS = 0x0000
INVALID_ARGUMENT_VALUE = 0x0115


@dataclass(frozen=True, slots=True)
class Unheard:
    """The peer did not take it; ``reason`` names no patient."""

    reason: str


def tell(peer: Peer, answer: Answer) -> Unheard | None:
    """Report ``answer`` on a new association, as SCP by role selection; None when it was taken."""
    role = build_role(PUSH_MODEL, scu_role=False, scp_role=True)
    association = associate(peer, [build_context(PUSH_MODEL, [*SYNTAXES])], [role])
    if isinstance(association, NoAssociation):
        return Unheard(f"{association.hindrance} ({association.detail})")
    try:
        response, _ = association.send_n_event_report(
            write_answer(answer), answer.event_type, PUSH_MODEL, PUSH_MODEL_INSTANCE
        )
        return _unheard(response)
    except (RuntimeError, ValueError):
        return Unheard("the association ended")
    finally:
        _leave(association)


def ask(
    peer: Peer, question: Question, open_s: float, note: Callable[[Answer], bool]
) -> Unheard | None:
    """Ask ``peer`` to keep objects; None when it took the question.

    For ``open_s`` seconds the association stays open for an answer on it, which ``note`` makes
    durable before it is acknowledged; ``note`` is called from another thread, but only before this
    returns.
    """
    ear = _Ear(note)
    context = build_context(PUSH_MODEL, [*SYNTAXES])
    association = associate(peer, [context], handlers=[(evt.EVT_N_EVENT_REPORT, ear.heard)])
    if isinstance(association, NoAssociation):
        return Unheard(f"{association.hindrance} ({association.detail})")
    try:
        response, _ = association.send_n_action(
            write_question(question), REQUEST_COMMITMENT, PUSH_MODEL, PUSH_MODEL_INSTANCE
        )
        unheard = _unheard(response)
        if unheard is None:
            ear.wait(open_s)
    except (RuntimeError, ValueError):
        return Unheard("the association ended")
    finally:
        ear.close()
        _leave(association)
    return unheard


class _Ear:
    """Hears one answer on the association that asked."""

    def __init__(self, note: Callable[[Answer], bool]) -> None:
        self._note = note
        self._lock = threading.Lock()
        self._has_heard = threading.Event()
        self._is_closed = False

    def wait(self, timeout_s: float) -> None:
        """Until an answer was heard, or for so long."""
        self._has_heard.wait(timeout_s)

    def close(self) -> None:
        """Hear no more."""
        with self._lock:
            self._is_closed = True

    def heard(self, event: evt.Event) -> tuple[Dataset, None]:
        """What the peer reports; called from pynetdicom's thread."""
        response = Dataset()
        response.Status = self._status(event)
        self._has_heard.set()
        return response, None

    def _status(self, event: evt.Event) -> int:
        request: Any = event.request
        content = request.EventInformation
        if request.EventTypeID not in (ALL_COMMITTED, SOME_FAILED) or content is None:
            return INVALID_ARGUMENT_VALUE
        try:
            answer = read_answer(content.getvalue(), UID(str(event.context.transfer_syntax)))
        except UnreadableObjectError:
            return INVALID_ARGUMENT_VALUE
        with self._lock:
            is_noted = not self._is_closed and self._note(answer)
        return SUCCESS if is_noted else FailureReason.PROCESSING_FAILURE


def _unheard(response: Dataset) -> Unheard | None:
    if "Status" not in response:
        return Unheard("no answer")
    return None if response.Status == SUCCESS else Unheard(f"status 0x{response.Status:04X}")


def _leave(association: Association) -> None:
    if association.is_established:
        association.release()
