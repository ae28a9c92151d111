"""A network that reads words: which character has its middle where, and how certain it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.characters.alphabet import ALPHABET
from appliance.dosescreen.characters.strips import GAP, Geometry, Place, Strip, lay
from appliance.dosescreen.segment import Line, Word

Probabilities = npt.NDArray[np.float32]
"""By character and column of the strip; the first row says that no character is there."""

SEEN = 0.3
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


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """One of the networks: weights, and the strips they were trained on."""

    name: str
    geometry: Geometry
    _net: Any = field(repr=False)

    def read(self, lines: Sequence[Line]) -> Mapping[Word, tuple[Placed, ...]]:
        """The characters of every word that fits on a strip, from left to right."""
        found: dict[Word, list[Placed]] = defaultdict(list)
        for strip in lay(lines, self.geometry):
            for word, placed in self._placed(strip):
                found[word].append(placed)
        return {word: tuple(placed) for word, placed in found.items()}

    def _placed(self, strip: Strip) -> Iterator[tuple[Word, Placed]]:
        probabilities = self._probabilities(strip)
        places = list(strip.places)
        for frame in _peaks(1 - probabilities[0]):
            column = (frame + 0.5) * self.geometry.stride
            while len(places) > 1 and column >= _start(places[1], self.geometry):
                places.pop(0)
            near = probabilities[1:, max(0, frame - 1) : frame + 2]
            at = int(near.sum(axis=1).argmax())
            certainty = float(near[at].max())
            placed = Placed(ALPHABET[at], places[0].on_screen(column), certainty)
            yield places[0].word, placed

    def _probabilities(self, strip: Strip) -> Probabilities:
        self._net.setInput(strip.grey[None, None].astype(np.float32) / 255)
        scores = self._net.forward()[0, :, 0, :]
        exponents = np.exp(scores - scores.max(axis=0))
        result: Probabilities = exponents / exponents.sum(axis=0)
        return result


def _start(place: Place, geometry: Geometry) -> float:
    """The column of the strip in the middle of the paper before a word."""
    return place.left - GAP * geometry.capital / 2


def _peaks(presence: npt.NDArray[np.float32]) -> list[int]:
    """Frames where a character is seen: the most certain of each, never two side by side."""
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
    return (
        _load("fine", Geometry(24, 384, 17, 12, 1, cv2.INTER_LINEAR)),
        _load("coarse", Geometry(32, 512, 23, 16, 2, cv2.INTER_CUBIC)),
    )


def _load(name: str, geometry: Geometry) -> Network:
    weights = files(__package__).joinpath(f"{name}.onnx").read_bytes()
    net = cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))
    return Network(name, geometry, net)
