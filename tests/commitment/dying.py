"""Runs one service and kills it, as ``kill -9`` would, at one step of a commitment dialogue.

``python -m tests.commitment.dying SERVICE CONFIG STEP``; a step is a statement about commitment, or
a message to a peer, and each is counted before and after. With step 0 it lives.
"""

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pynetdicom.association import Association

from appliance.config import load_configuration
from appliance.ledger import Ledger

WRITES = ("INSERT", "UPDATE")
AT_START = "SET own_until = 0"


class Steps:
    """Counts steps, and dies at the chosen one."""

    def __init__(self, last: int) -> None:
        self._left = last

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - as the call
            if not _counts(arguments):
                return call(*arguments, **more)
            self.step()
            result = call(*arguments, **more)
            self.step()
            return result

        return counted


def _counts(arguments: tuple[Any, ...]) -> bool:
    # The receiver writes once before it listens; nothing has been said by then.
    text = arguments[1].strip() if isinstance(arguments[1], str) else ""
    return not text or (text.startswith(WRITES) and "commitment" in text and AT_START not in text)


def main(service: str, config: str, last: int) -> int:
    steps = Steps(last)
    for owner, name in (
        (Ledger, "execute"),
        (Association, "send_n_action"),
        (Association, "send_n_event_report"),
    ):
        setattr(owner, name, steps.around(getattr(owner, name)))
    run: Callable[[Any], int] = import_module(f"appliance.services.{service}").run
    return run(load_configuration(Path(config)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
