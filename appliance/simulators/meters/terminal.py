"""A simulated meter at a pseudo-terminal: other programs open its path as they would a port."""

import os
import pty
import select
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from appliance.simulators.meters.body import Body
from appliance.simulators.meters.cable import Cable

WAIT_S = 0.2


@contextmanager
def plugged(body: Body, cable: Cable | None = None, pause_s: float = 0) -> Iterator[str]:
    """The path of the meter's port while the block runs; then it is unplugged.

    ``pause_s`` between every two bytes of an answer; 0: all at once.
    """
    meter, host = pty.openpty()
    tty.setraw(host)
    ended = Event()
    thread = Thread(target=_serve, args=(meter, body, cable or Cable(), pause_s, ended))
    thread.start()
    try:
        yield os.ttyname(host)
    finally:
        ended.set()
        thread.join()
        os.close(host)
        os.close(meter)


def _serve(meter: int, body: Body, cable: Cable, pause_s: float, ended: Event) -> None:
    while not ended.is_set():
        if not select.select([meter], [], [], WAIT_S)[0]:
            continue
        answer = cable.carry(body.take(cable.carry(os.read(meter, 1024))))
        parts = [answer] if not pause_s else [bytes([byte]) for byte in answer]
        for part in filter(None, parts):
            os.write(meter, part)
            ended.wait(pause_s)
