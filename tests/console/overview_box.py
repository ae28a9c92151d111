"""A box with a day behind it, and its first page served in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration, parse_configuration
from appliance.console import Person, Section, application
from appliance.console.overview import overview_section, wall_section
from appliance.console.server import Server, listening
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from appliance.services.overview_desk import OverviewDesk

CT_DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67"
SETTINGS = """
data_dir = "{folder}"
[site]
language = "en"
[console]
enabled = true
[[scanner]]
name = "ct-1"
ae_title = "CT1"
[[scanner]]
name = "ct-2"
ae_title = "CT2"
[[destination]]
name = "archive"
host = "127.0.0.1"
port = {port}
[[destination]]
name = "dose-registry"
host = "127.0.0.1"
port = {port}
[[meter]]
name = "ca-vp427a-80001234"
calibrated_until = "2099-03-31"
"""
OUTCOMES = ["reported"] * 11 + ["quarantined", "set-aside", None]


@dataclass
class Viewer:
    """Everybody may see how the box is, and no more, as long as they are logged in."""

    is_logged_in: bool = True

    def person(self, _: HTTPConnection) -> Person | None:
        return Person(name="viewer", rights=ROLES[Role.VIEWER]) if self.is_logged_in else None


def configured(folder: Path, port: int = 1) -> Configuration:
    return parse_configuration(SETTINGS.format(folder=folder, port=port))


def receive(ledger: Ledger, number: int, calling_ae: str, at: float, outcome: str | None) -> str:
    """An object of a study of its own, and how that study ended; its UID."""
    study = f"1.2.826.0.1.{number}"
    ledger.execute(
        "INSERT INTO instance VALUES (?, ?, '', '', ?, 1, ?, ?, 'BOX', '192.0.2.1', ?, 0, NULL)",
        *(number, f"{study}.1", str(number), str(number), calling_ae, at),
    )
    ledger.execute(
        "INSERT INTO study_member (instance_id, study_instance_uid, modality) VALUES (?, ?, 'CT')",
        *(number, study),
    )
    if outcome:
        ledger.execute(
            "INSERT INTO decision (study_instance_uid, last_instance_id, outcome, decided_at)"
            " VALUES (?, ?, ?, ?)",
            *(study, number, outcome, at),
        )
    return study


def a_day(configuration: Configuration, clock: Clock = SYSTEM_CLOCK) -> None:
    """Studies of one scanner, reports to two destinations of which one fails, and alarms."""
    with_ledger = open_ledger(configuration.ledger_path)
    now = clock.wall()
    outbox = Outbox(configuration.outbox_dir, with_ledger, clock)
    for number, outcome in enumerate(OUTCOMES, 1):
        study = receive(with_ledger, number, "CT1", now - 30 + number, outcome)
        if outcome == "reported":
            outbox.put(b"a report", CT_DOSE_SR, f"1.9.{number}", study)
    outbox.plan(["archive", "dose-registry"])
    while delivery := outbox.lease("archive", 60.0):
        outbox.delivered(delivery)
    failed = outbox.lease("dose-registry", 60.0)
    assert failed is not None
    reason = "unreachable (Connection refused by YAMADA^TARO). Check the host."
    outbox.failed(failed, reason, 30.0, 700.0)
    alarms = Alarms(with_ledger, clock)
    alarms.raise_(AlarmCode.DESTINATION_FAILING, "dose-registry", reason)
    alarms.raise_(AlarmCode.STUDY_QUARANTINED, "", "1")
    alarms.raise_(AlarmCode.RECOGNISER_FAILED, "1.2.826.0.1.99", "YAMADA^TARO")
    with_ledger.close()


def a_machine(folder: Path) -> Path:
    """What a box's kernel says of it, below ``folder``: up for ten days, its clock set."""
    said = {
        "proc/uptime": "864000.00 0.00",
        "proc/cmdline": "quiet rauc.slot=a",
        "usr/lib/os-release": "IMAGE_VERSION=2026.11.1",
        "run/systemd/timesync/synchronized": "",
        "sys/class/thermal/thermal_zone0/temp": "51250",
        "sys/class/thermal/thermal_zone0/type": "cpu-thermal",
    }
    for path, text in said.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


class Looked:
    """The first page over a box's folder; ``stop`` and ``start`` are a restart of the process."""

    def __init__(self, configuration: Configuration, root: Path = Path("/")) -> None:
        self.configuration, self._root = configuration, root
        self.port = 0
        self.access = Viewer()
        self.desk: OverviewDesk
        self._ended: threading.Event
        self._thread: threading.Thread

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        self.desk = OverviewDesk(self.configuration, SYSTEM_CLOCK, self._root)
        app = application(self._sections(), self.access)
        listener = listening("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        self._ended = threading.Event()
        server = Server(app, listener, None, self._ended)
        self._thread = threading.Thread(target=server.serve_until_ended)
        self._thread.start()
        return self

    def _sections(self) -> tuple[Section, Section]:
        return overview_section(self.desk), wall_section(self.desk, self.desk.is_on_wall)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


@contextmanager
def looked(configuration: Configuration, root: Path = Path("/")) -> Iterator[Looked]:
    served = Looked(configuration, root).start()
    try:
        yield served
    finally:
        served.stop()
