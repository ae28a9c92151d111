"""The site's WireGuard tunnel, for destinations that may be reached through nothing else.

A route says nothing about who is at its other end; a handshake does: only the holder of the peer's
key can complete one. So what may leave through the tunnel waits for a handshake, a fresh one.

**Knows:** ``wg`` and ``wg-quick``, with which privileges they run, how old a handshake is, and who
uses the tunnel at the moment.
**Does not know:** destinations and deliveries, and how a connection is held to the device
(``connection``).
"""

from appliance.tunnel.sighting import Sighting, last_sighting, note_sighting
from appliance.tunnel.tools import ToolFailure
from appliance.tunnel.tunnel import LONGEST_S, Absence, Handshake, NoTunnel, Tunnel

__all__ = [
    "LONGEST_S",
    "Absence",
    "Handshake",
    "NoTunnel",
    "Sighting",
    "ToolFailure",
    "Tunnel",
    "last_sighting",
    "note_sighting",
]
