"""How systemd, or a person at a terminal, ends a service."""

import signal
import threading


def ended_by_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set. Only for the main thread."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended
