"""A thread that works beside a block, and ends with it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Work = Callable[[threading.Event], None]
"""Returns soon after what it is given is set."""


@contextmanager
def companion(name: str, work: Work) -> Iterator[None]:
    """``work`` while the block runs; leaving the block waits until it has ended."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
