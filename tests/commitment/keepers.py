"""An archive that is asked to keep objects, and answers as a test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pynetdicom import AE, build_role, evt
from pynetdicom.association import Association

from appliance.association import leave_answers_to_the_asker
from appliance.commitment import Answer, Question
from appliance.commitment.message import (
    PUSH_MODEL,
    PUSH_MODEL_INSTANCE,
    SYNTAXES,
    read_question,
    write_answer,
)
from tests.destinations.archives import LOOPBACK, RDSR, a_free_port

NOBODY = -1
"""In place of a status: the box was not there, or died."""


class Way(Enum):
    """How it answers."""

    NEW = "on a new association"
    SAME = "on the same association"
    NEVER = "never"


@dataclass
class Keeper:
    """Answers on ``way``; of ``verdicts`` the first is taken off for each object, else committed.

    ``statuses`` are what it answers N-ACTION with, in turn, then Success. ``responses`` are the
    statuses that the box gave its reports.
    """

    box_port: int
    way: Way = Way.NEW
    verdicts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    times: int = 1
    port: int = field(default_factory=a_free_port)
    stored: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["Keeper"]:
        entity = AE("ARCHIVE")
        entity.add_supported_context(RDSR)
        entity.add_supported_context(PUSH_MODEL, list(SYNTAXES))
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_N_ACTION, self._keep),
        ]
        server: Any = entity.start_server((LOOPBACK, self.port), block=False, evt_handlers=handlers)
        try:
            yield self
        finally:
            server.shutdown()

    def report(self, answer: Answer) -> int:
        """Report on a new association; the status that the box gives it, or NOBODY."""
        entity = AE("ARCHIVE")
        entity.add_requested_context(PUSH_MODEL, list(SYNTAXES))
        role = build_role(PUSH_MODEL, scp_role=True)
        association = entity.associate(LOOPBACK, self.box_port, ext_neg=[role])
        if not association.is_established:
            return NOBODY
        leave_answers_to_the_asker(association)
        status = self._report_on(association, answer)
        association.release()
        return status

    def _store(self, event: evt.Event) -> int:
        request: Any = event.request
        self.stored.append(str(request.AffectedSOPInstanceUID))
        return 0

    def _keep(self, event: evt.Event) -> tuple[int, None]:
        request: Any = event.request
        information = request.ActionInformation.getvalue()
        question = read_question(information, event.context.transfer_syntax)
        self.asked.append(question)
        status = self.statuses.pop(0) if self.statuses else 0
        verdicts = {
            each: self.verdicts.pop(0) if self.verdicts else 0 for each in question.references
        }
        if status == 0 and self.way is not Way.NEVER:
            answer = Answer(question.transaction_uid, verdicts)
            threading.Thread(target=self._answer, args=(event.assoc, answer)).start()
        return status, None

    def _answer(self, association: Association, answer: Answer) -> None:
        for _ in range(self.times):
            if self.way is Way.SAME:
                self.responses.append(self._report_on(association, answer))
            else:
                self.responses.append(self.report(answer))

    def _report_on(self, association: Association, answer: Answer) -> int:
        response, _ = association.send_n_event_report(
            write_answer(answer), answer.event_type, PUSH_MODEL, PUSH_MODEL_INSTANCE
        )
        return int(response.Status) if "Status" in response else NOBODY
