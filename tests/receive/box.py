"""A receiver in a process of its own, as systemd runs it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.ledger import open_ledger

ON_A_SMALL_DISK = (
    "unshare",
    "--mount",
    "--map-root-user",
    "sh",
    "-c",
    'mkdir -p "$0" && mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"',
)
"""A mount namespace of its own: the disk goes when the process goes."""


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Box:
    """``settings`` is TOML that follows the [receiver] keys every box has."""

    folder: Path
    settings: str = ""
    receiver: str = "min_free_mib = 1"
    prefix: tuple[str, ...] = ()
    port: int = field(default_factory=a_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def start(self) -> None:
        config = self.folder / "box.toml"
        config.write_text(
            f'data_dir = "{self.data_dir}"\n'
            f"[receiver]\nport = {self.port}\n{self.receiver}\n{self.settings}",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "appliance", "--config", str(config), "receiver"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*self.prefix, *command], stderr=log)
        self._wait_until_listening()

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def rows(self, sql: str) -> list[dict[str, object]]:
        ledger = open_ledger(self.data_dir / "ledger.sqlite", read_only=True)
        try:
            return [dict(row) for row in ledger.rows(sql)]
        finally:
            ledger.close()

    def execute(self, sql: str) -> None:
        """Change the ledger behind the receiver's back, while it does not run."""
        ledger = open_ledger(self.data_dir / "ledger.sqlite")
        ledger.execute(sql)
        ledger.close()

    def stored(self) -> dict[str, list[bytes]]:
        """Per SOP Instance UID, the data sets that the ledger says are there, from their files."""
        found: dict[str, list[bytes]] = {}
        for row in self.rows("SELECT * FROM instance ORDER BY id"):
            content = (self.data_dir / "spool" / str(row["path"])).read_bytes()
            dataset = content[-int(str(row["size_bytes"])) :]
            found.setdefault(str(row["sop_instance_uid"]), []).append(dataset)
        return found

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    def _wait_until_listening(self) -> None:
        assert self.process is not None
        for _ in range(400):
            assert self.process.poll() is None, self.log
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log)


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def wait_for(box: Box, text: str) -> None:
    """Until the log has ``text``."""
    wait_until(lambda: text in box.log)
