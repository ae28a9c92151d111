"""The whole box as it runs in a hospital: each service a process of its own, and an archive."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom import Dataset

from appliance.ledger import open_ledger
from appliance.simulators.ct import send_studies
from tests.destinations.archives import LOOPBACK, a_free_port, is_listening, wait_until

SERVICES = ("receiver", "recogniser", "forwarder")
SUCCESS = 0x0000


@dataclass
class Plant:
    """A box.

    ``settings`` is TOML for the end of the configuration, ``recogniser`` for its table; ``prefix``
    is put before the command of each service. With ``confirm_first`` 0 no person confirms what is
    read.
    """

    folder: Path
    archive_port: int = field(default_factory=a_free_port)
    settle_s: float = 0.5
    confirm_first: int = 0
    recogniser: str = ""
    settings: str = ""
    port: int = field(default_factory=a_free_port)
    prefix: tuple[str, ...] = ()
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def config(self) -> Path:
        return self.folder / "box.toml"

    def write_config(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(
            f'data_dir = "{self.data_dir}"\n'
            f"[receiver]\nport = {self.port}\nmin_free_mib = 1\n"
            f"[recogniser]\nsettle_s = {self.settle_s}\npoll_s = 0.1\n"
            f"confirm_first = {self.confirm_first}\n{self.recogniser}\n"
            f'[[destination]]\nname = "archive"\nhost = "{LOOPBACK}"\nport = {self.archive_port}\n'
            f"retry_first_s = 0.2\nretry_max_s = 1\nconnection_timeout_s = 1\ntimeout_s = 2\n"
            f"{self.settings}",
            encoding="utf-8",
        )

    def start(self, *services: str) -> None:
        """Each of ``services`` (all of them when none is named), and wait for the receiver."""
        self.write_config()
        for service in services or SERVICES:
            self._start(service)
        if "receiver" in (services or SERVICES) or services == ("run",):
            wait_until(lambda: is_listening(self.port))

    def _start(self, service: str) -> None:
        command = [sys.executable, "-m", "appliance", "-c", str(self.config), *service.split()]
        with self.log_file(service).open("ab") as log:
            self.processes[service] = subprocess.Popen(
                [*self.prefix, *command], stdout=log, stderr=log
            )

    def kill(self, service: str) -> None:
        self._end(service, signal.SIGKILL)

    def stop(self, service: str) -> int:
        return self._end(service, signal.SIGTERM)

    def end(self) -> None:
        """End whatever runs, gently and then not."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def _end(self, service: str, number: signal.Signals) -> int:
        process = self.processes.pop(service)
        process.send_signal(number)
        return process.wait(30)

    def log_file(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def log(self, service: str) -> str:
        return self.log_file(service).read_text("utf-8")

    def send(self, *studies: Sequence[Dataset]) -> None:
        statuses = send_studies(studies, LOOPBACK, self.port, "DOSEBOX")
        assert set(statuses) <= {SUCCESS}

    def storescu(self, files: Iterable[Path], *options: str) -> str:
        """dcmtk's sender; everything is acknowledged."""
        command = ["storescu", "-v", *options, LOOPBACK, str(self.port), *map(str, files)]
        ran = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return ran.stdout

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """``appliance`` with this box's configuration."""
        command = [sys.executable, "-m", "appliance", "-c", str(self.config), *arguments]
        environment = os.environ | {"LANG": "C.UTF-8"}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.command("status", "--format", "json").stdout)
        return answer

    def ledger_file(self) -> Path:
        return self.data_dir / "ledger.sqlite"

    def rows(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        file = self.ledger_file()
        if not file.exists():
            return []
        ledger = open_ledger(file, read_only=True)
        try:
            return [dict(row) for row in ledger.rows(sql, *parameters)]
        finally:
            ledger.close()

    def outcome(self, study: str) -> str:
        """``reported``, ``set-aside``, the quarantine's reason, or empty while it waits."""
        rows = self.rows(
            "SELECT outcome, reason FROM decision WHERE study_instance_uid = ?"
            " ORDER BY id DESC LIMIT 1",
            study,
        )
        if not rows or self.is_waiting(study):
            return ""
        quarantined = rows[0]["outcome"] == "quarantined"
        return str(rows[0]["reason" if quarantined else "outcome"])

    def is_waiting(self, study: str) -> bool:
        sql = (
            "SELECT 1 FROM instance LEFT JOIN study_member ON instance_id = instance.id"
            " WHERE decision_id IS NULL AND coalesce(study_instance_uid, ?1) = ?1"
        )
        return bool(self.rows(sql, study))

    def case(self, study: str) -> int:
        """The study's open case."""
        (row,) = self.rows(
            "SELECT id FROM quarantined WHERE study_instance_uid = ? AND closed_at IS NULL", study
        )
        return int(row["id"])

    def alarms(self) -> list[tuple[str, str]]:
        """Those raised, but for what this computer's clock is worth."""
        rows = self.rows("SELECT code, subject FROM alarm WHERE cleared_at IS NULL ORDER BY id")
        return [(row["code"], row["subject"]) for row in rows if row["code"] != "clock-not-set"]

    def wait_for_outcomes(self, studies: Iterable[str], limit_s: float = 60) -> dict[str, str]:
        wanted = list(studies)
        wait_until(lambda: all(self.outcome(study) for study in wanted), limit_s)
        return {study: self.outcome(study) for study in wanted}

    def wait_until_delivered(self, reports: int, limit_s: float = 60) -> None:
        sql = "SELECT count(*) AS n FROM delivery WHERE state = 'delivered'"
        wait_until(lambda: self.rows(sql)[:1] == [{"n": reports}], limit_s)

    def wait_for_log(self, service: str, text: str, limit_s: float = 60) -> None:
        wait_until(lambda: text in self.log(service), limit_s)


MakePlant = Callable[..., Plant]
