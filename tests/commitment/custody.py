"""A receiver and a clerk in one process, and a modality that asks them to keep objects."""

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association

from appliance.alarms import Alarms
from appliance.association import leave_answers_to_the_asker
from appliance.clock import SYSTEM_CLOCK
from appliance.commitment import Answer, Question, Reference
from appliance.commitment.message import (
    PUSH_MODEL,
    PUSH_MODEL_INSTANCE,
    SYNTAXES,
    read_answer,
    write_question,
)
from appliance.config import Configuration, parse_configuration
from appliance.ledger import Ledger, open_ledger
from appliance.services import clerk, receiver
from tests.destinations.archives import is_listening
from tests.receive.box import a_free_port, wait_until
from tests.receive.raw_scu import IMPLICIT_LE, RawSCU
from tests.receive.test_storing import CT

LOOPBACK = "127.0.0.1"
MR = "1.2.840.10008.5.1.4.1.1.4"
QUICK = "[commitment]\nretry_first_s = 0.1\nretry_max_s = 0.2\n"


@dataclass
class Custody:
    """``settings`` is TOML behind the receiver's."""

    folder: Path
    settings: str
    port: int = field(default_factory=a_free_port)

    @property
    def text(self) -> str:
        return (
            f'data_dir = "{self.folder / "data"}"\n'
            f"[receiver]\nport = {self.port}\nmin_free_mib = 1\n{self.settings}"
        )

    @property
    def configuration(self) -> Configuration:
        return parse_configuration(self.text)

    @property
    def ledger(self) -> Ledger:
        return open_ledger(self.configuration.ledger_path)

    @contextmanager
    def running(self, *services: Callable[..., int]) -> Iterator[None]:
        """The receiver and the clerk, or only those; ended as by a signal."""
        stop, configuration = threading.Event(), self.configuration
        threads = [
            threading.Thread(target=each, args=(configuration, SYSTEM_CLOCK, stop))
            for each in services or (receiver.run, clerk.run)
        ]
        for thread in threads:
            thread.start()
        try:
            if receiver.run in (services or (receiver.run,)):
                wait_until(lambda: is_listening(self.port))
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def store(self, *uids: str) -> None:
        with RawSCU(self.port, [(CT, IMPLICIT_LE)], calling="CT1") as scu:
            for uid in uids:
                assert scu.store(uid, b"dose") == 0

    def alarms(self) -> list[tuple[str, str]]:
        return [(str(a.code), a.subject) for a in Alarms(self.ledger, SYSTEM_CLOCK).raised()]

    def states(self) -> list[str]:
        rows = self.ledger.rows("SELECT state FROM commitment_request ORDER BY id")
        return [str(row["state"]) for row in rows]

    def is_postponed(self) -> bool:
        """Whether the last request was looked at, and is to be looked at again."""
        sql = "SELECT due_at > requested_at FROM commitment_request ORDER BY id DESC"
        return bool(self.ledger.rows(sql)[0][0])


def question(transaction_uid: str, *uids: str, sop_class: str = CT) -> Question:
    return Question(transaction_uid, tuple(Reference(sop_class, uid) for uid in uids))


@dataclass
class Modality:
    """Asks to keep, as SCU; hears reports on ``port`` and on its own associations.

    ``statuses`` are what it answers reports with, in turn, then Success.
    """

    box_port: int
    ae_title: str = "CT1"
    port: int = field(default_factory=a_free_port)
    statuses: list[int] = field(default_factory=list)
    wants_roles: bool = True
    secured: ssl.SSLContext | None = None
    heard: list[Answer] = field(default_factory=list)
    on_own: list[bool] = field(default_factory=list)

    def associate(self) -> Association:
        entity = AE(self.ae_title)
        entity.add_requested_context(PUSH_MODEL, list(SYNTAXES))
        association = entity.associate(
            LOOPBACK, self.box_port, evt_handlers=[(evt.EVT_N_EVENT_REPORT, self._told_on_own)]
        )
        assert association.is_established
        leave_answers_to_the_asker(association)
        return association

    def ask(self, asked: Question, action: int = 1, instance: str = PUSH_MODEL_INSTANCE) -> int:
        """The status of the N-ACTION."""
        association = self.associate()
        status = self.ask_on(association, asked, action, instance)
        association.release()
        return status

    def try_to_ask(self, asked: Question) -> int | None:
        """The same; None when there was no answer."""
        association = self.associate()
        status, _ = association.send_n_action(
            write_question(asked), 1, PUSH_MODEL, PUSH_MODEL_INSTANCE
        )
        return int(status.Status) if "Status" in status else None

    def ask_on(
        self,
        association: Association,
        asked: Question,
        action: int = 1,
        instance: str = PUSH_MODEL_INSTANCE,
    ) -> int:
        status, _ = association.send_n_action(write_question(asked), action, PUSH_MODEL, instance)
        return int(status.Status)

    @contextmanager
    def listening(self) -> Iterator["Modality"]:
        entity = AE(self.ae_title)
        roles = {"scu_role": False, "scp_role": True} if self.wants_roles else {}
        entity.add_supported_context(PUSH_MODEL, list(SYNTAXES), **roles)
        handlers: list[Any] = [(evt.EVT_N_EVENT_REPORT, self._told)]
        server: Any = entity.start_server(
            (LOOPBACK, self.port), block=False, evt_handlers=handlers, ssl_context=self.secured
        )
        try:
            yield self
        finally:
            server.shutdown()

    @property
    def committed(self) -> list[list[str]]:
        """Of each report the objects that are committed."""
        return [_uids(answer, lambda verdict: verdict == 0) for answer in self.heard]

    def reasons(self) -> Sequence[dict[str, int]]:
        """Of each report why objects are not."""
        return [
            {ref.sop_instance_uid: verdict for ref, verdict in each.verdicts.items() if verdict}
            for each in self.heard
        ]

    def _told(self, event: evt.Event) -> tuple[Dataset, None]:
        return self._take(event, is_own=False)

    def _told_on_own(self, event: evt.Event) -> tuple[Dataset, None]:
        return self._take(event, is_own=True)

    def _take(self, event: evt.Event, *, is_own: bool) -> tuple[Dataset, None]:
        response = Dataset()
        response.Status = self.statuses.pop(0) if self.statuses else 0
        if response.Status == 0:
            request: Any = event.request
            content = request.EventInformation.getvalue()
            answer = read_answer(content, event.context.transfer_syntax)
            assert request.EventTypeID == answer.event_type
            self.on_own.append(is_own)
            self.heard.append(answer)
        return response, None


def _uids(answer: Answer, which: Callable[[int], bool]) -> list[str]:
    return [ref.sop_instance_uid for ref, verdict in answer.verdicts.items() if which(verdict)]
