"""A box with an audit repository, its clerk's errand, and a clock that a test sets."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from pydicom import Dataset

from appliance.config import Audit, Configuration, Destination, Worklist
from appliance.config.audit import AuditTls
from appliance.services.audit_trail import AuditTrail, audit_trail
from tests.audit.repositories import Rsyslog
from tests.destinations.authority import Authority
from tests.services.desk import Desk


@dataclass
class Trail:
    """Everything of the box that has something to tell; ``settings`` are of ``[audit]``."""

    folder: Path
    destinations: tuple[Destination, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)
    worklist: Worklist = field(default_factory=Worklist)

    def __post_init__(self) -> None:
        self.authority = Authority(self.folder / "authority")
        self.taker = Rsyslog(self.folder / "taker", self.authority)
        shown = self.authority.client()
        tls = AuditTls(
            ca_file=str(self.authority.certificate),
            certificate_file=str(shown.certificate),
            private_key_file=str(shown.private_key),
        )
        told: dict[str, object] = {"host": "127.0.0.1", "port": self.taker.port, "tls": tls}
        audit = Audit(**told | self.settings)  # type: ignore[arg-type]
        data_dir = self.folder / "data"
        data_dir.mkdir()
        configuration = Configuration(
            audit=audit, destination=self.destinations, worklist=self.worklist
        )
        self.desk = Desk(data_dir, configuration)
        self.errand = self.made()
        self.work()

    def made(self) -> AuditTrail:
        """The errand as a clerk makes it that begins anew."""
        desk = self.desk
        errand = audit_trail(desk.configuration, desk.ledger, desk.hands.clock)
        assert errand is not None
        return errand

    def work(self) -> None:
        """Do all there is to do, once whatever came has been quiet for long enough."""
        self.desk.hands.wait(400.0)
        while self.errand.work_next():
            continue

    def get(self, *objects: Dataset) -> None:
        """Objects arrive, and it is known of which study."""
        self.desk.get(*objects)
        self.desk.spool.index_arrivals()

    def messages(self) -> list[ET.Element]:
        """Those that wait."""
        waiting = self.errand.queue.waiting(1_000_000)
        return [ET.fromstring(each.xml) for each in waiting]  # noqa: S314 - ours

    def events(self) -> list[str]:
        """What those that wait are about, by their EventID."""
        return [event_of(each) for each in self.messages()]


def event_of(message: ET.Element) -> str:
    """The meaning of its EventID."""
    found = message.find("EventIdentification/EventID")
    assert found is not None
    return found.attrib["originalText"]


def subjects(message: ET.Element) -> list[str]:
    """The identifiers of what it is about."""
    found = message.findall("ParticipantObjectIdentification")
    return [each.attrib["ParticipantObjectID"] for each in found]


def users(message: ET.Element) -> list[str]:
    """Who took part."""
    return [each.attrib["UserID"] for each in message.findall("ActiveParticipant")]
