"""The pages that are open, and which display each of them shows.

Pages speak in the loop that serves them, tests ask from threads of their own: everything here may
be called from anywhere. The newest page of a display counts, so a page whose old connection hangs
still comes back; the older one is told.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import segno

from appliance.clock import Clock
from appliance.console.attempts import Attempts
from appliance.console.screen.condition import Caution, Condition, Size
from appliance.console.screen.message import (
    REPLACED,
    TOO_MANY,
    UNPAIRED,
    Code,
    Drawn,
    Farewell,
    Hello,
    Incoming,
    NotDrawn,
    Outgoing,
    Paired,
    Rest,
    Show,
    Told,
)
from appliance.displays.display import Display
from appliance.displays.pairings import Pairings
from appliance.errors import NotFoundError, RefusedError

DIGITS = 8
CODE_S = 600.0
"""Seconds after which a page shows another code."""
MOST_WAITING = 32
"""Pages that may wait for their code to be typed; further ones are turned away."""
Displays = Callable[[], Mapping[str, Display]]
"""The displays in use, by name."""
Answer = Drawn | NotDrawn | None
"""None: the page is gone."""


@dataclass(frozen=True, slots=True)
class PageState:
    """Of the page that shows a display: its window, and what is wrong with it, worst first."""

    condition: Condition
    cautions: tuple[Caution, ...]

    @property
    def hindrance(self) -> Caution | None:
        """Why nothing can be shown; None: something can."""
        return next((each for each in self.cautions if each.is_hindering), None)


@dataclass(eq=False)
class Page:
    """A connection of a page: ``send`` is callable from any thread.

    ``link`` is the address that its QR code leads to, up to the code.
    """

    send: Callable[[Outgoing], None]
    link: str
    condition: Condition | None = None
    display: str = ""
    code: str = ""
    coded_at: float = 0.0
    disturbances: int = 0
    asked: dict[int, Future[Answer]] = field(default_factory=dict)


class Pages:
    """Every open page."""

    def __init__(self, pairings: Pairings, displays: Displays, clock: Clock) -> None:
        self._pairings = pairings
        self._displays = displays
        self._clock = clock
        self._attempts = Attempts(clock)
        self._changed = threading.Condition()
        self._pages: list[Page] = []
        self._number = 0

    # What the channel of a page tells.

    def hear(self, page: Page, message: Incoming) -> None:
        """What ``page`` said. Raises ValueError when it did not begin with one greeting."""
        if isinstance(message, Hello) is not (page.condition is None):
            raise ValueError("a greeting, once, comes first")
        match message:
            case Hello(token, condition):
                page.condition = condition
                self._welcome(page, token)
            case Told(condition):
                self._note(page, condition)
            case Drawn(number) | NotDrawn(number):
                self._settle(page, number, message)

    def leave(self, page: Page) -> None:
        """``page`` is gone."""
        with self._changed:
            self._drop(page)

    def state_for(self, page: Page) -> PageState | None:
        """What ``page`` said of itself last, judged by its display; None: nothing yet."""
        if page.condition is None:
            return None
        size = self._size(page.display)
        return PageState(page.condition, page.condition.cautions(size))

    # What persons and tests ask.

    def pair(self, code: str, display: str, address: str) -> bool:
        """Have the page that shows ``code`` show ``display``; False: no page shows it.

        ``address`` is whose who typed it. Raises RefusedError after too many wrong codes,
        NotFoundError for a display that is not in use.
        """
        found = self._displays().get(display)
        if found is None:
            raise NotFoundError("there is no display of that name", display)
        with self._changed:
            if self._attempts.wait_s(address):
                raise RefusedError("too many wrong codes", address, "wait some minutes")
            page = next((each for each in self._pages if code and each.code == code), None)
            if page is None:
                self._attempts.fail(address)
                return False
            page.code = ""
        token = self._pairings.pair(display)
        self._take_over(page, found, token)
        return True

    def unpair(self, display: str) -> None:
        """Have no page show ``display`` any more."""
        self._pairings.end(display)
        with self._changed:
            for each in self._of(display):
                self._drop(each)
                each.send(Farewell(UNPAIRED))

    def state(self, display: str) -> PageState | None:
        """Of the page that shows ``display``; None: there is none open."""
        page = self._page(display)
        return None if page is None else self.state_for(page)

    def rest(self, display: str) -> None:
        """Have the page of ``display`` show nothing for now."""
        page = self._page(display)
        if page is not None:
            page.send(Rest())

    def wait(self, display: str, timeout_s: float) -> PageState | None:
        """The state as soon as something can be shown; after ``timeout_s`` whatever it is then."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_able(display), timeout_s)
        return self.state(display)

    def ask(self, display: str, make: Callable[[int], Show]) -> Future[Answer] | None:
        """Have the page of ``display`` show something; None when it is gone.

        ``make`` is given the number that the page is to answer with.
        """
        answer: Future[Answer] = Future()
        with self._changed:
            found = self._of(display)
            if not found:
                return None
            self._number += 1
            number = self._number
            found[0].asked[number] = answer
        found[0].send(make(number))
        return answer

    def constancy(self, display: str) -> object:
        """Something that is equal to what it was as long as nothing disturbed what is shown."""
        page = self._page(display)
        return None if page is None else (id(page), page.disturbances)

    # How it is done.

    def _welcome(self, page: Page, token: str) -> None:
        display = self._pairings.display(token) if token else None
        found = self._displays().get(display or "")
        if found is not None:
            self._take_over(page, found, "")
            return
        with self._changed:
            is_full = sum(not each.display for each in self._pages) >= MOST_WAITING
            if not is_full:
                self._pages.append(page)
        if is_full:
            page.send(Farewell(TOO_MANY))
        else:
            self._give_code(page)

    def _take_over(self, page: Page, display: Display, token: str) -> None:
        with self._changed:
            for each in self._of(display.name):
                if each is not page:
                    self._drop(each)
                    each.send(Farewell(REPLACED))
            if page not in self._pages:
                self._pages.append(page)
            page.display, page.code = display.name, ""
            page.send(Paired(display.name, _place(display), token))
            self._changed.notify_all()

    def _drop(self, page: Page) -> None:
        """It answers nothing any more, even if its connection hangs."""
        if page in self._pages:
            self._pages.remove(page)
        asked, page.asked = page.asked, {}
        for future in asked.values():
            future.set_result(None)

    def _note(self, page: Page, condition: Condition) -> None:
        with self._changed:
            page.condition = condition
            page.disturbances += self._is_hindered(page)
            self._changed.notify_all()
        if page.code and self._clock.monotonic() - page.coded_at > CODE_S:
            self._give_code(page)

    def _settle(self, page: Page, number: int, answer: Drawn | NotDrawn) -> None:
        with self._changed:
            future = page.asked.pop(number, None)
            page.disturbances += isinstance(answer, NotDrawn)
        if future is not None:
            future.set_result(answer)

    def _give_code(self, page: Page) -> None:
        with self._changed:
            taken = {each.code for each in self._pages}
            page.code = next(iter({_code() for _ in range(MOST_WAITING + 1)} - taken))
            page.coded_at = self._clock.monotonic()
        page.send(Code(page.code, _squares(page.link + page.code)))

    def _is_hindered(self, page: Page) -> bool:
        state = self.state_for(page)
        return state is None or state.hindrance is not None

    def _is_able(self, display: str) -> bool:
        state = self.state(display)
        return state is not None and state.hindrance is None

    def _page(self, display: str) -> Page | None:
        with self._changed:
            return next(iter(self._of(display)), None)

    def _of(self, display: str) -> list[Page]:
        return [each for each in self._pages if each.display == display]

    def _size(self, display: str) -> Size | None:
        found = self._displays().get(display) if display else None
        return None if found is None else (found.width_px, found.height_px)


def _code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def _squares(text: str) -> tuple[str, ...]:
    matrix = segno.make(text, error="m", micro=False).matrix
    return tuple("".join(map(str, row)) for row in matrix)


def _place(display: Display) -> str:
    """Where it stands, so that nobody looks at its neighbour."""
    return " · ".join(filter(None, (display.workstation, display.position, display.room)))
