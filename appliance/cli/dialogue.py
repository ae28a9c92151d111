"""A person at the terminal, who is asked for what a display's test needs, and shows patterns."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from appliance.cli.figures import number
from appliance.cli.texts import Texts
from appliance.displayqa.meters.measuring import ONCE, Measurement, Measuring
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.meters.typed import typed
from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.sessions.archive_screen import Picture
from appliance.displayqa.sessions.happening import Happening, LightTold, Placed, Seen
from appliance.displayqa.sessions.places import NAMES
from appliance.displayqa.sessions.screen import Shown
from appliance.displayqa.sessions.step import Light, Look, Place, Way
from appliance.errors import RefusedError

T = TypeVar("T")
ANSWERS = {"y": True, "yes": True, "はい": True, "n": False, "no": False, "いいえ": False}


class InputEndedError(RefusedError):
    """Nobody types any more; the test waits."""


class Dialogue:
    """Asks on standard output, and reads lines of standard input.

    Every method that asks raises InputEndedError at the end of the input.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def done(self, step: Light | Look | Place) -> Happening:
        """What the person did about a step."""
        match step:
            case Light():
                return self._light()
            case Look():
                return self._look(step)
            case Place():
                where = self._texts.pick(NAMES[step.name])
                self._line("display_test.place", place=where)
                return Placed(place=step.name)

    def measure(self) -> Measurement | Failure:
        """One reading that is typed; a line that is none is asked for again."""
        return Measuring(self._reading, ONCE).measure()

    def _reading(self) -> Reading | Failure:
        while True:
            outcome = typed(self._line("display_test.reading"))
            if isinstance(outcome, Reading):
                return outcome
            self.say("display_test.no_reading")

    def show(self, picture: Picture) -> None:
        """Have a picture shown in the viewer, and wait until it is."""
        number, count = picture.number, picture.count
        self._line("display_test.picture", series=picture.series, number=number, count=count)

    def go_on(self) -> None:
        """Wait until the person has seen to what hinders."""
        self._line("display_test.go_on")

    def say(self, key: str, **values: object) -> None:
        """One text."""
        print(self._texts.say(key, **values))  # noqa: T201 - a dialogue

    def say_sentence(self, sentences: tuple[str, ...]) -> None:
        """One of two languages."""
        if sentences:
            print(self._texts.pick((sentences[0], sentences[-1])))  # noqa: T201 - a dialogue

    def _light(self) -> LightTold:
        illuminance = self._asked("display_test.illuminance", _number)
        ambient = self._asked("display_test.ambient", _number)
        return LightTold(illuminance_lx=illuminance, ambient_cd_m2=ambient)

    def _look(self, step: Look) -> Seen:
        check = step.check
        self.say("display_test.look", pattern=check.pattern, text=self._texts.pick(check.text))
        is_fulfilled = self._asked("display_test.fulfilled", _answer)
        remark = "" if is_fulfilled else self._line("display_test.remark").strip()
        return Seen(check=check.identifier, is_fulfilled=is_fulfilled, remark=remark)

    def _asked(self, key: str, read: Callable[[str], T]) -> T:
        """Until it can be read."""
        while True:
            try:
                return read(self._line(key).strip().casefold())
            except ValueError:
                self.say("display_test.again")

    def _line(self, key: str, **values: object) -> str:
        print(self._texts.say(key, **values), end=" ", flush=True)  # noqa: T201 - a dialogue
        line = sys.stdin.readline()
        if not line:
            raise InputEndedError(self._texts.say("display_test.input_ended"))
        return line


class ByHand:
    """A screen that a person sees to: said what to show.

    Until a pattern of ``awaited`` is there is waited for; who answers or types need not say so.
    """

    way = Way.ELSEWHERE

    def __init__(self, dialogue: Dialogue, awaited: frozenset[str]) -> None:
        self._dialogue = dialogue
        self._awaited = awaited
        self._last = ""

    def show(self, member: Member, place: str = "") -> Shown:
        """See ``Screen``."""
        if not place and member.name != self._last:
            self._last = member.name
            self._dialogue.say("display_test.show", pattern=member.name)
            if member.name in self._awaited:
                self._dialogue.go_on()
        return Shown()


def _number(text: str) -> Decimal | None:
    """Raises ValueError. Empty: not known."""
    try:
        return number(text) if text else None
    except ArgumentTypeError as failure:
        raise ValueError(text) from failure


def _answer(text: str) -> bool:
    """Raises ValueError."""
    if text not in ANSWERS:
        raise ValueError(text)
    return ANSWERS[text]
