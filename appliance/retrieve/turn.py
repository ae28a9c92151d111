"""Whose turn it is to backfill."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "backfill.lock"
LOOK_S = 0.1


class Turn:
    """One backfill at a time works on a data folder; the kernel ends its turn however it goes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / LOCK

    @contextmanager
    def taken(self, wait_s: float = 0.0) -> Iterator[bool]:
        """Take the turn for the block; False when another has it and does not give it back soon."""
        with self._path.open("a") as file:
            yield _locked(file.fileno(), wait_s)

    def is_taken(self) -> bool:
        """Whether a backfill runs."""
        with self.taken() as mine:
            return not mine


def _locked(descriptor: int, wait_s: float) -> bool:
    end_s = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end_s:
                return False
            time.sleep(LOOK_S)
        else:
            return True
