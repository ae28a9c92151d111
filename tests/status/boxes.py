"""A box that tells a broker: its ledger, and the status process in a thread or of its own."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration, parse_configuration
from appliance.ledger import Ledger, open_ledger
from appliance.services.status import run
from tests.destinations.archives import LOOPBACK

SETTINGS = """data_dir = "{folder}"
{more}
[mqtt]
enabled = true
host = "{host}"
port = {port}
site = "north"
device = "box1"
every_s = 5
keepalive_s = 10
offline_after_s = 0
connection_timeout_s = {patience_s}
answer_timeout_s = {patience_s}
retry_first_s = 0.3
retry_max_s = 1
{mqtt}
"""


@dataclass
class Box:
    """Its folder, and the port of its broker; ``mqtt`` ends its table, ``more`` is TOML before."""

    folder: Path
    port: int
    mqtt: str = ""
    more: str = ""
    clock: Clock = field(default_factory=Clock)
    host: str = LOOPBACK
    patience_s: float = 20.0

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)

    @property
    def text(self) -> str:
        return SETTINGS.format(
            folder=self.folder,
            port=self.port,
            host=self.host,
            mqtt=self.mqtt,
            more=self.more,
            patience_s=self.patience_s,
        )

    @property
    def configuration(self) -> Configuration:
        return parse_configuration(self.text)

    @property
    def ledger(self) -> Ledger:
        return open_ledger(self.folder / "ledger.sqlite")

    def raise_(self, code: AlarmCode, subject: str = "", detail: str = "") -> None:
        ledger = self.ledger
        Alarms(ledger, self.clock).raise_(code, subject, detail)
        ledger.close()

    def clear(self, code: AlarmCode, subject: str = "") -> None:
        ledger = self.ledger
        assert Alarms(ledger, self.clock).clear(code, subject)
        ledger.close()

    def is_raised(self, code: AlarmCode) -> bool:
        ledger = self.ledger
        try:
            return code in {each.code for each in Alarms(ledger, self.clock).raised()}
        finally:
            ledger.close()

    @contextmanager
    def telling(self) -> Iterator[None]:
        """The process in a thread; ended in order."""
        ended = threading.Event()
        thread = threading.Thread(target=run, args=(self.configuration, self.clock, ended))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(240)
            assert not thread.is_alive()

    def process(self) -> "subprocess.Popen[bytes]":
        """The process as it is on a box; its log is `status.log` in the folder."""
        file = self.folder / "box.toml"
        file.write_text(self.text, encoding="utf-8")
        command = [sys.executable, "-m", "appliance", "-c", str(file), "status", "serve"]
        with (self.folder / "status.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)
