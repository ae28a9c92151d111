"""What the pages of commissioning ask: the tries under way, their results, and the protocols.

**Knows:** which tries run, and that a step has one at a time.
**Does not know:** what a page looks like (``console.commissioning``), how anything is tried.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from appliance import log
from appliance.commissioning import (
    Calls,
    Commissioning,
    Commissionings,
    Outcome,
    Protocol,
    Result,
    Step,
    newest,
)
from appliance.commissioning.arrivals import Arrived, arrived, newest_instance
from appliance.config import scanner_for
from appliance.console.commissioning import desk
from appliance.console.commissioning.desk import (
    Confirming,
    Destination,
    Ending,
    Lines,
    Own,
    Running,
    Scanner,
    Seen,
)
from appliance.console.settings.desk import Unreadable
from appliance.errors import ApplianceError, ConfigurationError, NotFoundError, RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Confirmations, Quarantine
from appliance.services.commissioning_ending import ProtocolMaking, folder_of
from appliance.services.commissioning_lines import lines_for
from appliance.services.commissioning_record import own_addresses
from appliance.services.commissioning_screens import confirmed
from appliance.services.commissioning_trials import MOST_STUDIES, Trials
from appliance.services.commissioning_work import Work

MOST_THREADS = 8
"""Tries of which something still goes on; a ninth waits."""
MOST_SHOWN = 30
END_S = 3.0
Key = tuple[Step, str]
Enter = Callable[[str, Mapping[str, str]], None]
"""Writes a ``[[scanner]]`` into the settings that a person is writing."""


@dataclass
class CommissioningDesk:
    """One a process; every call may come from any thread."""

    trials: Trials
    entering: Enter | None = None
    _works: dict[Key, Work] = field(default_factory=dict)
    _left: list[Work] = field(default_factory=list)
    _making: ProtocolMaking | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        """See ``Desk``."""
        return self.trials.clock.wall()

    def current(self) -> Commissioning | None:
        """See ``Desk``."""
        with self._register() as register:
            return register.current()

    def commissioning(self, number: int) -> Commissioning:
        """See ``Desk``."""
        with self._register() as register:
            return register.commissioning(number)

    def former(self, most: int, before: int) -> Sequence[Commissioning]:
        """See ``Desk``."""
        with self._register() as register:
            return register.all(most, before)

    def results(self, number: int) -> Sequence[Result]:
        """See ``Desk``."""
        with self._register() as register:
            return register.results(number)

    def subjects(self, step: Step) -> Sequence[str]:
        """See ``Desk``."""
        return self.trials.subjects(step)

    def running(self) -> Mapping[Key, Running]:
        """See ``Desk``."""
        with self._lock:
            works = [each for each in self._works.values() if each.is_running]
        return {
            (each.step, each.subject): Running(
                by=each.by, began_at=each.began_at, findings=tuple(each.findings)
            )
            for each in works
        }

    def begin(self, title: str, by: str) -> Commissioning:
        """See ``Desk``."""
        with self._ledger() as ledger:
            register = Commissionings(ledger, self.trials.clock)
            return register.begin(title, by, newest_instance(ledger))

    def attempt(self, step: Step, subject: str, answers: Mapping[str, str], by: str) -> None:
        """See ``Desk``."""
        of = self._open()
        trial = self.trials.trial(of, step, subject, answers)
        with self._lock:
            present = self._works.get((step, subject))
            if present is not None and present.is_running:
                return
            self._left = [each for each in self._left if each.holds_a_thread]
            if len(self._left) >= MOST_THREADS:
                raise RefusedError("earlier tries have not ended", "commissioning", "wait")
            work = Work(
                step,
                subject,
                by,
                trial,
                lambda result: self._keep(of.number, result),
                self.trials.clock,
                note=_note(answers),
            )
            self._works[step, subject] = work
            self._left.append(work)
            work.start()

    def cancel(self, step: Step, subject: str) -> None:
        """See ``Desk``."""
        work = self._works.get((step, subject))
        if work is not None:
            work.cancel()

    def leave_out(self, step: Step, subject: str, why: str, by: str) -> None:
        """See ``Desk``."""
        of, now = self._open(), self.now()
        if subject not in self.subjects(step):
            raise NotFoundError("there is nothing of that name to try", subject)
        if not why.strip():
            raise RefusedError("there is no reason", "commissioning", "say why")
        self.cancel(step, subject)
        result = Result(
            step=step,
            subject=subject,
            outcome=Outcome.LEFT_OUT,
            by=by,
            began_at=now,
            ended_at=now,
            note=why.strip(),
        )
        with self._register() as register:
            register.add(of.number, result)

    def end(self, by: str) -> None:
        """See ``Desk``."""
        of = self._open()
        results = self.results(of.number)
        if self.running() or self._is_anything_open(results):
            raise RefusedError("not every step was tried or left out", "commissioning")
        with self._lock:
            if self._making is not None and self._making.is_alive():
                return
            self._making = ProtocolMaking(self.trials, of, by)
            self._making.start()

    def ending(self) -> Ending:
        """See ``Desk``."""
        making = self._making
        if making is None:
            return Ending(is_running=False, failure="")
        return Ending(is_running=making.is_alive(), failure=making.failure)

    def protocols(self, number: int) -> Sequence[Protocol]:
        """See ``Desk``."""
        with self._register() as register:
            return register.protocols(number)

    def file(self, protocol: int, name: str) -> bytes:
        """See ``Desk``."""
        with self._register() as register:
            known = register.protocol(protocol)
        if name not in known.files:
            raise NotFoundError("the protocol has no such file", name)
        try:
            return (folder_of(self.trials.configuration) / name).read_bytes()
        except OSError as gone:
            raise NotFoundError("the file is not there any more", name) from gone

    def own(self) -> Own:
        """See ``Desk``."""
        receiver = self.trials.configuration.receiver
        plain = () if receiver.tls.instead else (receiver.port,)
        secured = (receiver.tls.port,) if receiver.tls.port else ()
        return Own(
            ae_title=receiver.ae_title,
            ports=plain + secured,
            addresses=own_addresses(self.trials.root),
        )

    def scanners(self) -> Sequence[Scanner]:
        """See ``Desk``."""
        return [
            Scanner(
                name=each.name,
                ae_title=each.ae_title.strip(),
                address=each.address,
                host=each.commitment.host or _single(each.address),
                port=each.commitment.port or 104,
            )
            for each in self.trials.configuration.scanner
        ]

    def destinations(self) -> Sequence[Destination]:
        """See ``Desk``."""
        return [
            Destination(
                name=each.name,
                kind=each.kind,
                address=f"{each.host}:{each.port}" if each.host else each.folder.path,
                may_store=each.test_object,
            )
            for each in self.trials.configuration.destination
        ]

    def callers(self) -> Sequence[Seen]:
        """See ``Desk``."""
        with self._ledger() as ledger:
            of = Commissionings(ledger, self.trials.clock).current()
            known = Calls(ledger).since(self.trials.since(of)) if of else []
        configuration = self.trials.configuration
        found = [
            (each, scanner_for(configuration, each.calling_ae, each.address)) for each in known
        ]
        return [
            Seen(caller=each, name=scanner.name if scanner else "")
            for each, scanner in found[:MOST_SHOWN]
        ]

    def arrivals(self) -> Sequence[Arrived]:
        """See ``Desk``."""
        with self._ledger() as ledger:
            return self._arrivals(ledger)[:MOST_SHOWN]

    def confirming(self) -> Sequence[Confirming]:
        """See ``Desk``."""
        configuration, clock = self.trials.configuration, self.trials.clock
        with self._ledger() as ledger:
            quarantine = Quarantine(configuration.quarantine_dir, ledger, clock)
            known = confirmed(
                configuration, self._arrivals(ledger), quarantine, Confirmations(ledger)
            )
        return [
            Confirming(
                scanner=each.scanner, layout=each.layout, count=each.count, wanted=each.wanted
            )
            for each in known
        ]

    def lines(self, name: str, calling_ae: str, address: str) -> Lines:
        """See ``Desk``."""
        return lines_for(name, calling_ae, address)

    def enter(self, name: str, calling_ae: str, address: str, by: str) -> bool:
        """See ``Desk``."""
        if self.entering is None or not lines_for(name, calling_ae, address).toml:
            return False
        try:
            self.entering(by, {"name": name, "ae_title": calling_ae, "address": address})
        except (ConfigurationError, Unreadable) as refused:
            log.warning("caller_not_entered", reason=type(refused).__name__)
            return False
        return True

    def close(self) -> None:
        """Cancel every try, and wait a little for what they still do."""
        for work in self._works.values():
            work.cancel()
        for work in self._left:
            work.join(END_S)

    def _arrivals(self, ledger: Ledger) -> list[Arrived]:
        of = Commissionings(ledger, self.trials.clock).current()
        return arrived(ledger, of.after_instance, MOST_STUDIES) if of else []

    def _open(self) -> Commissioning:
        of = self.current()
        if of is None:
            raise RefusedError("nothing is open", "commissioning", "begin one")
        return of

    def _is_anything_open(self, results: Sequence[Result]) -> bool:
        for step in Step:
            settled = {name for name, each in newest(results, step).items() if _is_settled(each)}
            if not settled >= set(self.subjects(step)):
                return True
        return False

    def _keep(self, number: int, result: Result) -> None:
        try:
            with self._register() as register:
                register.add(number, result)
        except (ApplianceError, sqlite3.Error) as failure:  # it ended meanwhile; the disk is full
            reason = type(failure).__name__
            log.error("commissioning_result_lost", step=result.step, reason=reason)

    def _ledger(self) -> closing[Ledger]:
        return closing(open_ledger(self.trials.configuration.ledger_path))

    @contextmanager
    def _register(self) -> Iterator[Commissionings]:
        with self._ledger() as ledger:
            yield Commissionings(ledger, self.trials.clock)


def _is_settled(result: Result) -> bool:
    return result.outcome.is_settled


def _note(answers: Mapping[str, str]) -> str:
    """What was asked with, for the record: whom, and where."""
    parts = [answers.get(name, "").strip() for name in ("ae", "host", "port")]
    return " ".join(filter(None, parts))


def _single(address: str) -> str:
    """An address that is no network."""
    return "" if "/" in address else address


def offered(made: CommissioningDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
