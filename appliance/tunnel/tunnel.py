"""Whether something may leave through the tunnel now."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from appliance import connection
from appliance.clock import Clock
from appliance.config.vpn import ON_DEMAND, Vpn
from appliance.tunnel.sighting import Sighting
from appliance.tunnel.tools import COMMAND_S, ToolFailure, bring_down, bring_up, newest_handshake

LOOK_S = 0.1
"""Seconds between looks for a handshake that was asked for."""
LOWER_AGAIN_S = 60.0
"""Seconds before a device that could not be taken away is taken away again."""
LONGEST_S = 3 * COMMAND_S
"""More than ``Tunnel.enter`` may take on top of the time it is given to wait."""


class Absence(StrEnum):
    """Why nothing may leave through the tunnel."""

    NO_DEVICE = "no-device"
    NO_HANDSHAKE = "no-handshake"
    TOOL_FAILED = "tool-failed"


@dataclass(frozen=True, slots=True)
class Handshake:
    """The tunnel's other end has proved who it is, ``age_s`` seconds ago."""

    age_s: float


@dataclass(frozen=True, slots=True)
class NoTunnel:
    """Nothing may leave; ``detail`` is for people."""

    absence: Absence
    detail: str


class Tunnel:
    """One tunnel, for many threads that use it at the same time; each goes by a name.

    ``clock`` is the system's own: WireGuard dates its handshakes by that.
    """

    def __init__(self, settings: Vpn, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._users: set[str] = set()
        self._change = threading.Lock()
        self._fresh_until = 0.0
        self._lower_from = 0.0
        self._handshake_at: float | None = None

    @property
    def interface(self) -> str:
        """The network device that connections have to be held to."""
        return self._settings.interface

    def enter(self, user: str, wait_s: float) -> Handshake | NoTunnel:
        """Have the tunnel ready for ``user``, waiting at most ``wait_s`` for a handshake.

        An on-demand tunnel is brought up, and stays up until its last user has left. A handshake
        that was seen fresh counts until it is too old or a user leaves.
        """
        try:
            self._admit(user)
            return self._fresh_handshake(wait_s)
        except ToolFailure as failure:
            return NoTunnel(Absence.TOOL_FAILED, failure.detail)

    def leave(self, user: str) -> None:
        """``user`` is done. An on-demand tunnel goes down with the last; raises ToolFailure."""
        with self._change:
            self._users.discard(user)
            self._fresh_until = 0.0
            if not self._users:
                self._lower()

    def sighting(self) -> Sighting:
        """What is seen of the tunnel now, and the newest handshake that was ever seen."""
        with suppress(ToolFailure):  # then there is no more to see
            if _is_there(self.interface):
                self._newest_handshake()
        return Sighting(
            interface=self.interface,
            seen_at=self._clock.wall(),
            is_up=_is_there(self.interface),
            handshake_at=self._handshake_at,
        )

    def _admit(self, user: str) -> None:
        with self._change:
            self._users.add(user)
            if self._settings.mode == ON_DEMAND and not _is_there(self.interface):
                bring_up(self._settings)

    def _lower(self) -> None:
        now = self._clock.monotonic()
        if self._settings.mode != ON_DEMAND or now < self._lower_from:
            return
        if _is_there(self.interface):
            self._lower_from = now + LOWER_AGAIN_S
            bring_down(self._settings)
        self._lower_from = 0.0

    def _fresh_handshake(self, wait_s: float) -> Handshake | NoTunnel:
        max_age_s = self._settings.handshake_max_age_s
        end = self._clock.monotonic() + wait_s
        while _is_there(self.interface):
            now = self._clock.monotonic()
            if now < self._fresh_until:
                return Handshake(max_age_s - (self._fresh_until - now))
            age_s = self._age_s()
            if age_s is not None and age_s <= max_age_s:
                self._fresh_until = now + max_age_s - age_s
                return Handshake(age_s)
            if now >= end:
                return NoTunnel(Absence.NO_HANDSHAKE, _told(age_s))
            connection.nudge(self._settings.inner_address, device=self.interface)
            self._clock.sleep(LOOK_S)
        return NoTunnel(Absence.NO_DEVICE, self.interface)

    def _age_s(self) -> float | None:
        """Seconds since the newest handshake; None without one.

        One of the future, as after the clock was set back, tells nothing.
        """
        at = self._newest_handshake()
        age_s = None if at is None else self._clock.wall() - at
        return age_s if age_s is None or age_s >= 0 else None

    def _newest_handshake(self) -> float | None:
        at = newest_handshake(self._settings)
        self._handshake_at = at or self._handshake_at
        return at


def _told(age_s: float | None) -> str:
    return "no handshake yet" if age_s is None else f"the last handshake was {age_s:.0f} s ago"


def _is_there(interface: str) -> bool:
    return interface in {name for _, name in socket.if_nameindex()}
