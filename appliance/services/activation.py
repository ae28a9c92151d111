"""Listening sockets that systemd made before this process, so that it needs no privilege for them.

**Knows:** systemd's side (sd_listen_fds): the sockets begin at descriptor 3.
**Does not know:** who accepts on them.
"""

import os
import socket
from collections.abc import Iterable, MutableMapping

from appliance import log

FIRST = 3


def inherited_listeners(environment: MutableMapping[str, str]) -> dict[int, socket.socket]:
    """The listening TCP sockets that this process was given, by port; taken out of the environment.

    None where it was given none, or another process was.
    """
    count, pid = (environment.pop(f"LISTEN_{name}", "") for name in ("FDS", "PID"))
    environment.pop("LISTEN_FDNAMES", None)
    if not count.isdigit() or pid != str(os.getpid()):
        return {}
    listeners = [socket.socket(fileno=number) for number in range(FIRST, FIRST + int(count))]
    for each in listeners:
        each.set_inheritable(False)
    return {int(each.getsockname()[1]): each for each in listeners}


def close_unused(listeners: dict[int, socket.socket], used: Iterable[int]) -> None:
    """Close what nobody accepts on, else its callers would wait for ever; the log has its port."""
    for port in listeners.keys() - set(used):
        log.warning("listener_not_used", port=port)
        listeners[port].close()
