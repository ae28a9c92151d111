"""A forwarder in a process of its own, as systemd runs it, and the outbox it empties."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.alarms import Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Backlog, Outbox
from tests.destinations.archives import LOOPBACK, RDSR, a_report

QUICK = "timeout_s = 1\nconnection_timeout_s = 1\nretry_first_s = 0.1\nretry_max_s = 0.4\n"


@dataclass
class Forwarding:
    """``ports`` gives each destination's name and port, ``more`` further settings of each."""

    folder: Path
    ports: dict[str, int]
    more: str = ""
    rules: str = ""
    process: "subprocess.Popen[bytes] | None" = None
    ledger: Ledger = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        data_dir = self.folder / "data"
        data_dir.mkdir()
        self.ledger = open_ledger(data_dir / "ledger.sqlite")
        self.outbox = Outbox(data_dir / "outbox", self.ledger, SYSTEM_CLOCK)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    @property
    def alarms(self) -> Alarms:
        return Alarms(self.ledger, SYSTEM_CLOCK)

    def raised(self) -> list[tuple[str, str]]:
        return [(str(alarm.code), alarm.subject) for alarm in self.alarms.raised()]

    def put(self, *uids: str) -> dict[str, bytes]:
        reports = {uid: a_report(uid) for uid in uids}
        for uid, report in reports.items():
            self.outbox.put(report, RDSR, uid, f"9.{uid}")
        return reports

    def start(self, environment: dict[str, str] | None = None) -> None:
        config = self.folder / "box.toml"
        destinations = "".join(
            f'[[destination]]\nname = "{name}"\nhost = "{LOOPBACK}"\nport = {port}\n'
            f"{QUICK}{self.more}"
            for name, port in self.ports.items()
        )
        config.write_text(
            f'data_dir = "{self.folder / "data"}"\n{destinations}{self.rules}', encoding="utf-8"
        )
        command = [sys.executable, "-m", "appliance", "--config", str(config), "forwarder"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, env=environment)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def delivered(self, destination: str) -> int:
        return sum(each.delivered for each in self._backlog(destination))

    def refused(self, destination: str) -> int:
        return sum(each.refused for each in self._backlog(destination))

    def last_error(self, destination: str) -> str:
        return "".join(each.last_error for each in self._backlog(destination))

    def everything_written(self) -> str:
        """The log, every text in the ledger, and every file name."""
        with closing(sqlite3.connect(self.ledger.path)) as connection:
            dump = "\n".join(connection.iterdump())
        names = "\n".join(str(path) for path in self.folder.rglob("*"))
        return f"{self.log}\n{dump}\n{names}"

    def _backlog(self, destination: str) -> list[Backlog]:
        return [each for each in self.outbox.backlog() if each.destination == destination]

    def _end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)
