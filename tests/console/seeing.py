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
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from appliance.displayqa.sessions.places import MIDDLE, PLACES
from appliance.simulators.meters import Light
from appliance.simulators.monitor import Detector, Levels, Monitor, spot

CHROMIUM = "/usr/bin/chromium"
T = TypeVar("T")
Job = Callable[[Browser], None] | None


class Chromium:
    """A browser; ``do`` lets its own thread work with it, and waits for what comes of it."""

    def __init__(self) -> None:
        self._jobs: Queue[Job] = Queue()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def do(self, work: Callable[[Browser], T]) -> T:
        done: Future[T] = Future()

        def job(browser: Browser) -> None:
            try:
                done.set_result(work(browser))
            except BaseException as failure:  # noqa: BLE001 - the caller's to raise
                done.set_exception(failure)

        self._jobs.put(job)
        return done.result(timeout=120)

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for job in iter(self._jobs.get, None):
                job(browser)
            browser.close()


@contextmanager
def chromium() -> Iterator[Chromium]:
    browser = Chromium()
    try:
        yield browser
    finally:
        browser.end()


class Eye:
    """What falls into a meter that somebody holds to a page: ``light`` for a simulated meter.

    ``place`` is where it was put; ``is_covered`` when it lies on the table, face down.
    """

    def __init__(
        self, browser: Chromium, page: Page, monitor: Monitor, detector: Detector | None = None
    ) -> None:
        self._browser, self._page = browser, page
        self.monitor, self.detector = monitor, detector or Detector()
        self.place = MIDDLE

    def light(self) -> Light:
        return self.detector.seen(self.monitor.xyz(self._pixels(), PLACES[self.place]))

    def _pixels(self) -> Levels:
        return self._browser.do(lambda _: self._under())

    def _under(self) -> Levels:
        size = self._page.viewport_size
        assert size
        rows, columns = spot(
            size["width"], size["height"], PLACES[self.place], self.detector.spot_share
        )
        clip = FloatRect(
            x=columns.start,
            y=rows.start,
            width=columns.stop - columns.start,
            height=rows.stop - rows.start,
        )
        with Image.open(io.BytesIO(self._page.screenshot(clip=clip))) as picture:
            return np.asarray(picture.convert("RGB"))
