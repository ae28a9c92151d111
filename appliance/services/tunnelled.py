"""A destination that is reached through the tunnel only, and what is seen of the tunnel."""

import threading
from pathlib import Path

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.destinations import Cause, Consignment, Destination, Outcome, Retry
from appliance.tunnel import Absence, Handshake, NoTunnel, ToolFailure, Tunnel, note_sighting

SIGHTING_S = 60.0
"""Seconds between looks at the tunnel for the status; each may be a line in the log of sudo."""

_CAUSES = {
    Absence.NO_DEVICE: Cause.TUNNEL_DOWN,
    Absence.NO_HANDSHAKE: Cause.TUNNEL_DOWN,
    Absence.TOOL_FAILED: Cause.TUNNEL_TOOL_FAILED,
}


class Tunnelled:
    """Sends nothing before the tunnel's other end has proved who it is."""

    def __init__(
        self, settings: config.Destination, destination: Destination, tunnel: Tunnel, alarms: Alarms
    ) -> None:
        self._settings = settings
        self._destination = destination
        self._tunnel = tunnel
        self._alarms = alarms

    def send(self, consignment: Consignment) -> Outcome:
        """Deliver one object once there is a fresh handshake; else it has to wait."""
        match self._tunnel.enter(self._settings.name, self._settings.connection_timeout_s):
            case NoTunnel(absence, detail):
                told = f"{absence}: {detail}"
                self._alarms.raise_(AlarmCode.TUNNEL_DOWN, self._tunnel.interface, told)
                return Retry(_CAUSES[absence], told)
            case Handshake():
                self._alarms.clear(AlarmCode.TUNNEL_DOWN, self._tunnel.interface)
                return self._destination.send(consignment)

    def close(self) -> None:
        """Nothing more is due: an on-demand tunnel goes down when no other destination uses it."""
        self._destination.close()
        _leave(self._tunnel, self._settings.name)


def in_use(configuration: config.Configuration, interface: str) -> bool:
    """Whether some destination is reached through the tunnel ``interface`` only."""
    demanded = any(settings.vpn for settings in configuration.destination)
    return demanded and configuration.vpn.interface == interface


def watch_tunnel(
    configuration: config.Configuration, tunnel: Tunnel, ended: threading.Event
) -> None:
    """Note what is seen of the tunnel until the end; one that was left up on demand goes down."""
    if not tunnel.interface:
        return
    _leave(tunnel, user="")
    _Watch(configuration.data_dir, tunnel, ended).start()


class _Watch(threading.Thread):
    """Notes for the status, now and then, what is seen of the tunnel."""

    def __init__(self, folder: Path, tunnel: Tunnel, ended: threading.Event) -> None:
        super().__init__(name="tunnel-watch", daemon=True)
        self._folder = folder
        self._tunnel = tunnel
        self._ended = ended

    def run(self) -> None:
        """Look until the end."""
        self._look()
        while not self._ended.wait(SIGHTING_S):
            self._look()

    def _look(self) -> None:
        try:
            note_sighting(self._folder, self._tunnel.sighting())
        except OSError as failure:  # the disk may be full; the next look is soon
            log.warning("tunnel_not_noted", reason=type(failure).__name__)


def _leave(tunnel: Tunnel, user: str) -> None:
    try:
        tunnel.leave(user)
    except ToolFailure as failure:
        log.warning("tunnel_not_lowered", device=tunnel.interface, reason=failure.detail)
