"""Reports of commitment on the association that asked, while it is open (PS3.4 J.3.3).

What is kept is found out by another process; this thread waits for its finding. When the
association ends first, the report is left to that process and a new association.
"""

import sqlite3
import threading
from typing import Any

from pynetdicom.association import Association

from appliance import log
from appliance.commitment.message import PUSH_MODEL, PUSH_MODEL_INSTANCE, write_answer
from appliance.commitment.requests import Request, Requests, RequestState

OWN_S = 600.0
"""How long a request may be kept from other associations; more only when nobody is left to ask."""
LOOK_S = 0.1


class OwnReports(threading.Thread):
    """Watches the associations that want their report themselves.

    ``requests`` is used under ``lock``.
    """

    def __init__(self, requests: Requests, lock: threading.Lock) -> None:
        super().__init__(name="own-reports", daemon=True)
        self._requests = requests
        self._lock = lock
        self._watched: dict[int, Association] = {}
        self._waking = threading.Condition()
        self._is_closing = False

    def watch(self, request_id: int, association: Association) -> None:
        """Report that request on its association as soon as it is known what is kept."""
        with self._waking:
            self._watched[request_id] = association
            self._waking.notify()

    def close(self) -> None:
        """End the thread; what is not reported is left to others."""
        with self._waking:
            self._is_closing = True
            self._waking.notify()
        self.join()

    def run(self) -> None:
        """Look after the associations until ``close``."""
        while not self._is_closing:
            with self._waking:
                self._waking.wait(LOOK_S if self._watched else None)
                watched = list(self._watched.items())
            try:
                for request_id, association in watched:
                    self._look(request_id, association)
            except sqlite3.OperationalError as failure:  # a full disk: the clerk does it later
                log.error("commitment_not_reported", reason=failure)

    def _look(self, request_id: int, association: Association) -> None:
        with self._lock:
            request = self._requests.request(request_id)
        if request is None or not association.is_established:
            self._leave(request_id)
        elif request.state is RequestState.JUDGED:
            self._report(request, association)

    def _report(self, request: Request, association: Association) -> None:
        with self._lock:
            answer = self._requests.answer(request)
        event_type, information = answer.event_type, write_answer(answer)
        try:
            response, _ = association.send_n_event_report(
                information, event_type, PUSH_MODEL, PUSH_MODEL_INSTANCE
            )
        except (RuntimeError, ValueError):  # it ended just now
            self._leave(request.id)
            return
        if _is_success(response):
            with self._lock:
                self._requests.reported(request)
            log.info(
                "commitment_reported",
                transaction_uid=request.transaction_uid,
                calling_ae=request.calling_ae,
                association="same",
            )
            self._forget(request.id)
        else:
            self._leave(request.id)

    def _leave(self, request_id: int) -> None:
        with self._lock:
            self._requests.leave_to_anybody(request_id)
        self._forget(request_id)

    def _forget(self, request_id: int) -> None:
        with self._waking:
            self._watched.pop(request_id, None)


def _is_success(response: Any) -> bool:  # noqa: ANN401 - a pydicom data set
    return "Status" in response and response.Status == 0
