"""Keeping every service running, for a desk or a demonstration; systemd does it on a box.

**Knows:** processes: started, ready, died, restarted, ended.
**Does not know:** what any of them does.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import sdnotify

from appliance import log
from appliance.errors import EXIT_OK

FIRST_RESTART_S = 0.5
LONGEST_RESTART_S = 60.0
STEADY_S = 60.0
"""A service that lived this long is restarted at once when it dies."""
GRACE_S = 15.0
"""How long a service may take to end before it is killed."""
ENDS_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")
"""util-linux: the kernel ends the service when the supervisor is gone, however it went."""


@dataclass(frozen=True, slots=True)
class Service:
    """A name for the log, and the command that runs it in the foreground."""

    name: str
    command: tuple[str, ...]


def supervise(services: Sequence[Service]) -> int:
    """Run ``services`` until SIGTERM or SIGINT; tells systemd READY when all of them are."""
    asyncio.run(_supervise(services))
    return EXIT_OK


async def _supervise(services: Sequence[Service]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    readiness = _Readiness({service.name for service in services})
    async with asyncio.TaskGroup() as group:
        for service in services:
            group.create_task(_keep_running(service, stop, readiness))
    log.info("supervisor_ended")


@dataclass
class _Readiness:
    """Which services have not yet said that they are ready (sd_notify)."""

    missing: set[str]
    notifier: sdnotify.SystemdNotifier = field(default_factory=sdnotify.SystemdNotifier)

    def listen(self, name: str) -> socket.socket:
        """A socket to give the service ``name`` as NOTIFY_SOCKET; bound to an abstract name."""
        inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        inbox.bind("")
        asyncio.get_running_loop().add_reader(inbox, self._receive, inbox, name)
        return inbox

    def _receive(self, inbox: socket.socket, name: str) -> None:
        if b"READY=1" not in inbox.recv(4096).splitlines() or name not in self.missing:
            return
        self.missing.discard(name)
        if not self.missing:
            self.notifier.notify("READY=1")
            log.info("services_ready")


async def _keep_running(service: Service, stop: asyncio.Event, readiness: _Readiness) -> None:
    inbox = readiness.listen(service.name)
    environment = _environment(inbox)
    delay_s = FIRST_RESTART_S
    while not stop.is_set():
        started_s = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *ENDS_WITH_PARENT, *service.command, env=environment
        )
        log.info("service_started", service=service.name, pid=process.pid)
        if await _ended_first(process, stop):
            if time.monotonic() - started_s > STEADY_S:
                delay_s = FIRST_RESTART_S
            code = process.returncode
            log.error("service_died", service=service.name, code=code, restart_in_s=delay_s)
            await _wait(stop, delay_s)
            delay_s = min(2 * delay_s, LONGEST_RESTART_S)
        else:
            await _end(process)
            log.info("service_ended", service=service.name, code=process.returncode)
    asyncio.get_running_loop().remove_reader(inbox)
    inbox.close()


def _environment(inbox: socket.socket) -> dict[str, str]:
    """Ours, with the service's own notify socket and without systemd's watchdog on us."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATCHDOG_")}
    return kept | {"NOTIFY_SOCKET": "@" + inbox.getsockname()[1:].decode("ascii")}


async def _ended_first(process: asyncio.subprocess.Process, stop: asyncio.Event) -> bool:
    """Wait for either; True when the process ended by itself."""
    ended = asyncio.ensure_future(process.wait())
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for future in (ended, stopped):
        future.cancel()
    return process.returncode is not None


async def _wait(stop: asyncio.Event, timeout_s: float) -> None:
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({stopped}, timeout=timeout_s)
    stopped.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    ended = asyncio.ensure_future(process.wait())
    await asyncio.wait({ended}, timeout=GRACE_S)
    if process.returncode is None:
        process.kill()
    await ended
