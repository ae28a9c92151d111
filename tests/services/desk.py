"""A recogniser's bench and what lies around it, with a clock that goes when a test says so."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pydicom import Dataset

from appliance.alarms import Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.dose.plausibility import doubts
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox, Outgoing
from appliance.quarantine import Case, Quarantine
from appliance.services.bench import Bench
from appliance.services.settling import Settling
from appliance.spool import Arrival, Decision, Spool, Verdict
from tests.pipeline.studies import ROOT, encoded

STUDY = f"{ROOT}.1"


@dataclass
class Hands:
    """A clock that goes when a test says so."""

    now: float = 1e9
    passed: float = 0.0

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.passed)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.passed += seconds


@dataclass
class Desk:
    """A bench and what lies around it."""

    folder: Path
    configuration: Configuration
    hands: Hands = field(default_factory=Hands)
    ledger: Ledger = field(init=False)
    bench: Bench = field(init=False)

    def __post_init__(self) -> None:
        self.configuration = replace(self.configuration, data_dir=self.folder)
        self.ledger = open_ledger(self.configuration.ledger_path)
        clock = self.hands.clock
        self.bench = Bench(self.configuration, self.ledger, clock)
        self.spool = Spool(self.configuration.spool_dir, self.ledger, clock)
        self.outbox = Outbox(self.configuration.outbox_dir, self.ledger, clock)
        self.quarantine = Quarantine(self.configuration.quarantine_dir, self.ledger, clock)
        self.settling = Settling(self.quarantine, Journal(self.ledger, clock), self.ledger, doubts)

    def get(self, *objects: Dataset) -> list[Verdict]:
        """Objects arrive; what the spool made of each."""
        return [self.spool.keep(arrival(each), [encoded(each)]).verdict for each in objects]

    def work(self) -> None:
        while self.bench.work_next():
            continue

    def settle(self, *objects: Dataset) -> None:
        """They arrive, and it is quiet for long enough."""
        self.get(*objects)
        self.hands.wait(2 * self.configuration.recogniser.settle_s)
        self.work()

    def decision(self, study: str = STUDY) -> Decision | None:
        waiting = {each.study_instance_uid for each in self.spool.waiting_studies()}
        return None if study in waiting else self.spool.last_decision(study)

    def reason(self, study: str = STUDY) -> str:
        decision = self.decision(study)
        return decision.reason or str(decision.outcome) if decision else "waits"

    def reports(self, study: str = STUDY) -> list[Outgoing]:
        return self.outbox.reports(study)

    def case(self) -> Case:
        (case,) = self.quarantine.cases()
        return case

    def alarms(self) -> list[tuple[str, str]]:
        return [(a.code, a.subject) for a in Alarms(self.ledger, self.hands.clock).raised()]


def arrival(dataset: Dataset) -> Arrival:
    return Arrival(
        sop_class_uid=str(dataset.SOPClassUID),
        sop_instance_uid=str(dataset.SOPInstanceUID),
        transfer_syntax_uid=str(dataset.file_meta.TransferSyntaxUID),
        calling_ae="CT01",
        called_ae="DOSEBOX",
        address="127.0.0.1",
    )
