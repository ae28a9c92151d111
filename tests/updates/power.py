"""Power that goes at a chosen step of writing to a disk, and stays away."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

STEPS = ("fsync", "rename", "unlink")
BOTH_NAMES = "rename"


class PowerCut(BaseException):
    """Nothing goes on after it, no clean-up either."""


class Mains:
    """Counts steps; the power goes at step ``last``, before or after that is done."""

    def __init__(self, last: int, *, torn: bool) -> None:
        self.steps = 0
        self._last = last
        self._torn = torn
        self.is_off = False

    def step(self, do: Callable[..., Any], name: str, *arguments: Any) -> Any:  # noqa: ANN401
        if self.is_off:
            raise PowerCut
        self.steps += 1
        if self.steps < self._last:
            return do(*arguments)
        self.is_off = True
        if self._torn:
            _half(do, name, *arguments)
        raise PowerCut


def _half(do: Callable[..., Any], name: str, *arguments: Any) -> None:  # noqa: ANN401
    """FAT may keep both names of what was being renamed."""
    if name != BOTH_NAMES:
        do(*arguments)
        return
    old = Path(arguments[0])
    content = old.read_bytes()
    do(*arguments)
    old.write_bytes(content)


@contextmanager
def failing_at(mains: Mains) -> Iterator[None]:
    """Every step to the disk in the block passes through ``mains``."""
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            real = getattr(os, name)
            patch.setattr(os, name, _through(mains, name, real))
        yield


def _through(mains: Mains, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **options: mains.step(
        lambda *given: real(*given, **options), name, *arguments
    )


def at_every_step(work: Callable[[], None], prepare: Callable[[], None]) -> Iterator[int]:
    """Cut ``work`` at each of its steps, anew from ``prepare`` each time; the step, after the cut.

    Ends after the first run that the power outlived.
    """
    for torn in (False, True):
        step = 1
        while True:
            prepare()
            mains = Mains(step, torn=torn)
            try:
                with failing_at(mains):
                    work()
            except PowerCut:
                yield step
                step += 1
                continue
            break
