"""Vital signs: whether the box could do its work now, each found out by doing a little of it.

The watchdogs of the services and the health of a freshly installed version rest on these. Each is
a function of paths and settings, takes seconds at most, and leaves nothing behind.
"""

import os
import secrets
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined] # made at run time

from appliance.association import Hindrance, NoAssociation, Peer, associate
from appliance.config import Receiver
from appliance.errors import StateError
from appliance.ledger import open_ledger
from appliance.ledger.durable import FILE_MODE, PART_SUFFIX
from appliance.spool.folder import INCOMING
from appliance.tls import Credentials

PROBE_BYTES = 4096
ANSWER_S = 10.0
"""How long the own listener may take for each answer."""
SYSTEMCTL_S = 10.0
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
"""Where a listener is called that listens everywhere."""
SUCCESS = 0x0000


class Vital(StrEnum):
    """What is looked at."""

    SPOOL_WRITABLE = "spool-writable"
    LEDGER_READABLE = "ledger-readable"
    LISTENER_ANSWERS = "listener-answers"
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


def spool_writable(spool_dir: Path) -> Sign:
    """Whether a file can be written there and made durable; it is gone when this returns.

    It goes where objects go first, so one that a power cut leaves is swept like theirs.
    """
    probe = spool_dir / INCOMING / f"{secrets.token_hex(8)}{PART_SUFFIX}"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            os.write(descriptor, bytes(PROBE_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink(missing_ok=True)
    except OSError as failure:
        detail = failure.strerror or repr(failure)
        return Sign(Vital.SPOOL_WRITABLE, is_well=False, detail=detail)
    return Sign(Vital.SPOOL_WRITABLE, is_well=True)


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


def listener_answers(receiver: Receiver) -> Sign:
    """Whether the box's own port answers, as which the box calls itself; by TLS if only by TLS.

    A refusal is an answer as well: who has no association left to give is busy, not hung; that
    a certificate has expired, or is not one that the box would accept of a caller, is no hanging
    either. The receiver knows this call by its AE
    title and the address, which is its own; it counts it nowhere and allows it nothing else.
    """
    association = associate(_itself(receiver), [build_context(Verification)])
    if isinstance(association, NoAssociation):
        answered = association.hindrance not in (Hindrance.UNREACHABLE, Hindrance.ENDED)
        told = f"{association.hindrance}: {association.detail}"
        return Sign(Vital.LISTENER_ANSWERS, answered, told)
    status = association.send_c_echo().get("Status")
    association.release()
    told = "" if status == SUCCESS else "no answer to the C-ECHO"
    return Sign(Vital.LISTENER_ANSWERS, status == SUCCESS, told)


def _itself(receiver: Receiver) -> Peer:
    tls = receiver.tls
    shown = tls.client_certificate == "required"
    own = Credentials(
        profile=tls.profile,
        ca_file=tls.certificate_file,
        certificate_file=tls.certificate_file if shown else "",
        private_key_file=tls.private_key_file if shown else "",
        check_host_name=False,
    )
    return Peer(
        ae_title=receiver.ae_title,
        host=EVERY_ADDRESS.get(receiver.bind, receiver.bind),
        port=tls.port if tls.instead else receiver.port,
        calling_ae_title=receiver.ae_title,
        connection_timeout_s=ANSWER_S,
        timeout_s=ANSWER_S,
        credentials=own if tls.instead else None,
    )


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
