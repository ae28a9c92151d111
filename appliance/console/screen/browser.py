"""A display that is shown patterns by the page that is open on it."""

from collections import OrderedDict
from concurrent.futures import Future
from time import monotonic
from typing import cast

from appliance.console.rendering import pair
from appliance.console.screen.condition import Caution
from appliance.console.screen.message import Drawn, NotDrawn, Show
from appliance.console.screen.pages import Answer, Pages, PageState
from appliance.console.screen.picture import Picture, picture
from appliance.displayqa.level import EIGHT_BITS
from appliance.displayqa.patterns import Member, Panel
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Way
from appliance.displays.display import Display

PATIENCE_S = 20.0
"""Seconds until a pattern must be on the screen: a page that was away comes back within them."""
KEPT = 2
"""Pictures kept as they were drawn last: with a mark and without it are the same picture."""
CLOSED, SILENT, MISFIT = "page-closed", "no-acknowledgment", "no-pattern-fits"


class BrowserScreen:
    """Shows patterns on ``display`` by its page; callable from one thread that is not the loop's.

    Levels are of 8 bits whatever the panel has, because a page shows no more. ``surround`` is the
    level around the square of a series.
    """

    def __init__(
        self,
        pages: Pages,
        display: Display,
        surround: int | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._pages = pages
        self._name = display.name
        self._size_px = (display.width_px, display.height_px)
        self._surround = surround
        self._patience_s = patience_s
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    @property
    def way(self) -> Way:
        """By a browser."""
        return Way.BROWSER

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        """Show ``member``; with ``place``, and a mark there until the next is shown.

        Where the page is not open, or cannot show anything, it is waited for a while.
        """
        until_s = monotonic() + self._patience_s
        try:
            drawing = self._picture(member)
        except ValueError as misfit:
            return _not_shown(MISFIT, str(misfit))
        mark = None if not place else cast("tuple[float, float]", tuple(map(float, PLACES[place])))
        while True:
            state = self._pages.wait(self._name, max(0.0, until_s - monotonic()))
            if state is None:
                return _not_shown(CLOSED)
            if state.hindrance is not None:
                return _not_shown(state.hindrance, _detail(state))
            asked = self._pages.ask(self._name, lambda number: _show(number, drawing, mark))
            match _answer(asked, until_s):
                case Drawn():
                    return self._shown()
                case NotDrawn(by=by):
                    return _not_shown(by)
                case str(by):
                    return _not_shown(by)
                case None:  # it went while it was asked, and may be on its way back
                    continue

    def _shown(self) -> Shown:
        since = self._pages.constancy(self._name)
        return Shown(lasts=lambda: self._pages.constancy(self._name) == since)

    def _picture(self, member: Member) -> Picture:
        if member.name not in self._pictures:
            panel = Panel(*self._size_px, EIGHT_BITS)
            self._pictures[member.name] = picture(member, panel, self._surround_of(member))
        self._pictures.move_to_end(member.name)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        return self._pictures[member.name]

    def _surround_of(self, member: Member) -> int | None:
        return None if member.pattern.surround is None else self._surround


def _answer(asked: Future[Answer] | None, until_s: float) -> Answer | str:
    if asked is None:
        return None
    try:
        return asked.result(max(0.0, until_s - monotonic()))
    except TimeoutError:
        return SILENT


def _show(number: int, drawing: Picture, mark: tuple[float, float] | None) -> Show:
    return Show(number, drawing.width_px, drawing.height_px, drawing.crc32, mark, drawing.png)


def _not_shown(by: str, detail: str = "") -> NotShown:
    section = "caution" if by in {*Caution} else "not-shown"
    return NotShown(by, pair(section, by), detail)


def _detail(state: PageState) -> str:
    return f"{state.condition.width_px} x {state.condition.height_px} px"
