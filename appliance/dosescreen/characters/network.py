"""A network that reads words: which character has its middle where, and how certain it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dose.record import Box
from appliance.dosescreen.characters.alphabet import ALPHABET
from appliance.dosescreen.characters.strips import Geometry, Place, Strip, lay
from appliance.dosescreen.segment import Line

Probabilities = npt.NDArray[np.float32]
"""By character and column of the strip; the first row says that no character is there."""

GEOMETRIES = {
    "fine": Geometry(24, 384, 17, 12, 1, cv2.INTER_LINEAR),
    "coarse": Geometry(32, 512, 23, 16, 2, cv2.INTER_CUBIC),
}
"""The networks by name, and the strips each was trained on."""
DIGITS, NARROWEST = "0123456789", 0.4
"""In no font are two digits closer to each other, in heights of a capital."""
SEEN = 0.5
"""A character of a lower probability is none."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A character that was read.

    Attributes:
        character: The character.
        x: Its middle, in columns of the screen.
        certainty: Its probability among all characters, 0 to 1.
    """

    character: str
    x: float
    certainty: float


def within(box: Box, characters: Sequence[Placed]) -> list[Placed]:
    """The characters that have their middle between the edges of ``box``."""
    return [each for each in characters if box.left <= each.x < box.right]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """One of the networks: weights, and the strips they were trained on."""

    name: str
    geometry: Geometry
    _net: Any = field(repr=False)

    def read(self, lines: Sequence[Line]) -> tuple[tuple[Placed, ...], ...]:
        """The characters of every line, spaces among them, from left to right."""
        found: list[list[Placed]] = [[] for _ in lines]
        for strip in lay(lines, self.geometry):
            for line, placed in self._placed(strip):
                found[line].append(placed)
        return tuple(map(tuple, found))

    def _placed(self, strip: Strip) -> Iterator[tuple[int, Placed]]:
        probabilities = self._probabilities(strip)
        for place in strip.places:
            for placed in self._once(self._seen(probabilities, place)):
                x = place.on_screen(placed.x * self.geometry.stride)
                yield place.line, replace(placed, x=x)

    def _seen(self, probabilities: Probabilities, place: Place) -> Iterator[Placed]:
        """The characters of one piece of text, their middles in outputs of the network."""
        first, last = place.left // self.geometry.stride, place.right // self.geometry.stride
        for frame in _peaks(probabilities[:, first : last + 1]):
            near = probabilities[1:, first + max(0, frame - 1) : first + frame + 2]
            at = int(near.sum(axis=1).argmax())
            yield Placed(ALPHABET[at], first + frame + 0.5, float(near[at].max()))

    def _once(self, seen: Iterable[Placed]) -> list[Placed]:
        """The characters without those of a digit that is seen at both of its ends."""
        least = NARROWEST * self.geometry.capital / self.geometry.stride
        chosen: list[Placed] = []
        for each in seen:
            before = chosen[-1] if chosen else None
            if (
                before
                and before.character == each.character in DIGITS
                and each.x - before.x < least
            ):
                chosen[-1] = max(before, each, key=lambda placed: placed.certainty)
            else:
                chosen.append(each)
        return chosen

    def _probabilities(self, strip: Strip) -> Probabilities:
        self._net.setInput(strip.grey[None, None].astype(np.float32) / 255)
        scores = self._net.forward()[0, :, 0, :]
        exponents = np.exp(scores - scores.max(axis=0))
        result: Probabilities = exponents / exponents.sum(axis=0)
        return result


def _peaks(probabilities: Probabilities) -> list[int]:
    """Frames where a character is seen: the most certain of each, never two side by side."""
    presence = 1 - probabilities[0]
    chosen: list[int] = []
    taken = np.zeros(len(presence) + 2, bool)
    for frame in np.argsort(-presence, kind="stable"):
        if presence[frame] < SEEN:
            break
        if not taken[frame : frame + 3].any():
            chosen.append(int(frame))
            taken[frame + 1] = True
    return sorted(chosen)


@cache
def networks() -> tuple[Network, ...]:
    """The shipped networks."""
    return tuple(_load(name, geometry) for name, geometry in GEOMETRIES.items())


def _load(name: str, geometry: Geometry) -> Network:
    weights = files(__package__).joinpath(f"{name}.onnx").read_bytes()
    return Network(name, geometry, cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8)))
