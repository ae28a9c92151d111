"""A meter that sees the page: the pixels under its spot, through the model of a monitor.

Chromium belongs to one thread, which does what other threads ask of it; so a simulated meter can
look at the page while the test waits for something.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import TypeVar

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, FloatRect, Page

from appliance.displayqa.sessions.places import MIDDLE, PLACES
from appliance.simulators.meters import Light
from appliance.simulators.monitor import Detector, Levels, Monitor, spot
from tests.console import browsers

LONG_S = 240
T = TypeVar("T")
Job = Callable[[BrowserContext], None] | None


class Chromium:
    """A browser; ``do`` lets its own thread work with it, and waits for what comes of it."""

    def __init__(self, screen: str) -> None:
        self._jobs: Queue[Job] = Queue()
        self._thread = Thread(target=self._serve, args=(screen,), daemon=True)
        self._thread.start()

    def do(self, work: Callable[[BrowserContext], T]) -> T:
        done: Future[T] = Future()

        def job(context: BrowserContext) -> None:
            try:
                done.set_result(work(context))
            except BaseException as failure:  # noqa: BLE001 - the caller's to raise
                done.set_exception(failure)

        self._jobs.put(job)
        return done.result(timeout=LONG_S)

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _serve(self, screen: str) -> None:
        with browsers.chromium(screen) as context:
            for job in iter(self._jobs.get, None):
                job(context)


@contextmanager
def chromium(screen: str = "900x700") -> Iterator[Chromium]:
    browser = Chromium(screen)
    try:
        yield browser
    finally:
        browser.end()


class Eye:
    """What falls into a meter that somebody holds to a page: ``light`` for a simulated meter.

    ``place`` is where it was put; ``page`` whichever is on the display by now.
    """

    def __init__(self, browser: Chromium, monitor: Monitor, detector: Detector) -> None:
        self._browser = browser
        self.page: Page | None = None
        self.monitor, self.detector = monitor, detector
        self.place = MIDDLE

    def light(self) -> Light:
        return self.detector.seen(self.monitor.xyz(self._pixels(), PLACES[self.place]))

    def _pixels(self) -> Levels:
        return self._browser.do(lambda _: self._under())

    def _under(self) -> Levels:
        if self.page is None or self.page.is_closed():
            return np.zeros((1, 1), np.uint8)
        width, height = self.page.evaluate("[window.innerWidth, window.innerHeight]")
        rows, columns = spot(width, height, PLACES[self.place], self.detector.spot_share)
        clip = FloatRect(
            x=columns.start,
            y=rows.start,
            width=columns.stop - columns.start,
            height=rows.stop - rows.start,
        )
        with Image.open(io.BytesIO(self.page.screenshot(clip=clip))) as picture:
            return np.asarray(picture.convert("RGB"))
