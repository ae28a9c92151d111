"""Vital signs: whether the box could do its work now, each found out by doing a little of it.

The watchdogs of the services and the health of a freshly installed version rest on these. Each is
a function of paths and settings, takes seconds at most, and leaves nothing behind.
"""

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.errors import StateError
from appliance.ledger import open_ledger

SYSTEMCTL_S = 10.0
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
"""Where a listener is called that listens everywhere."""


class Vital(StrEnum):
    """What is looked at."""

    SPOOL_WRITABLE = "spool-writable"
    LEDGER_READABLE = "ledger-readable"
    LISTENER_ANSWERS = "listener-answers"
    PAGE_ANSWERS = "page-answers"
    SERVICE_LIVES = "service-lives"
    WORK_GOES_ON = "work-goes-on"
    UNIT_SOUND = "unit-sound"
    METER_PRESENT = "meter-present"
    TUNNEL_WORKS = "tunnel-works"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return _MEANINGS[self]


_MEANINGS = {
    Vital.SPOOL_WRITABLE: (
        "What is received can be written to the disk",
        "受信したデータをディスクに書き込めます",
    ),
    Vital.LEDGER_READABLE: (
        "The ledger can be read",
        "台帳を読み取れます",
    ),
    Vital.LISTENER_ANSWERS: (
        "The box answers a C-ECHO on its own port",
        "本装置は自身のポートで C-ECHO に応答します",
    ),
    Vital.PAGE_ANSWERS: (
        "The box answers a browser on its own port",
        "本装置は自身のポートでブラウザに応答します",
    ),
    Vital.SERVICE_LIVES: (
        "The service is running",
        "サービスが動作しています",
    ),
    Vital.WORK_GOES_ON: (
        "No piece of work takes longer than it may",
        "処理が想定時間内に進んでいます",
    ),
    Vital.UNIT_SOUND: (
        "No unit of the box has failed",
        "異常終了したサービスはありません",
    ),
    Vital.METER_PRESENT: (
        "A luminance meter is plugged in, as there was one before",
        "以前と同じく輝度計が接続されています",
    ),
    Vital.TUNNEL_WORKS: (
        "The VPN's other end answers, as it did before",
        "以前と同じく VPN の接続先が応答します",
    ),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign. ``subject`` says of what, such as a service; ``detail`` why, for engineers.

    Neither names a patient.
    """

    vital: Vital
    is_well: bool
    detail: str = ""
    subject: str = ""

    def __str__(self) -> str:
        """One line, such as ``spool-writable: Read-only file system``."""
        head = f"{self.vital} {self.subject}".strip()
        return f"{head}: {self.detail}" if self.detail else head


def ledger_readable(ledger_path: Path) -> Sign:
    """Whether the ledger opens and gives its newest object."""
    try:
        ledger = open_ledger(ledger_path, read_only=True)
        try:
            ledger.row("SELECT MAX(id) FROM instance")
        finally:
            ledger.close()
    except (StateError, sqlite3.Error) as failure:
        return Sign(Vital.LEDGER_READABLE, is_well=False, detail=str(failure))
    return Sign(Vital.LEDGER_READABLE, is_well=True)


def services_live(services: Sequence[str]) -> tuple[Sign, ...]:
    """Whether systemd has each of these services running, such as ``receiver``; in their order.

    What its watchdog holds of it is part of that: a service that hangs is ended and started again,
    and meanwhile not running. Nothing where systemd is not asked, as at a desk.
    """
    units = [unit_of(each) for each in services]
    # It would tell systemd of its own end through our socket.
    command = ["systemctl", "show", "--property=SubState,StatusText", *units]
    try:
        asked = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=SYSTEMCTL_S,
            env={name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"},
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    told = asked.stdout.decode("utf-8", "replace").strip("\n").split("\n\n")
    return tuple(map(_life, services, told))


def unit_of(service: str) -> str:
    """The unit's name."""
    return f"dose-appliance-{service}.service"


def _life(service: str, told: str) -> Sign:
    properties = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    state = properties.get("SubState", "unknown")
    status = properties.get("StatusText", "")
    detail = f"{state}; {status}" if status else state
    return Sign(Vital.SERVICE_LIVES, state == "running", detail, service)
