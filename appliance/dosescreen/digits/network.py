"""The trained networks, applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from appliance.dosescreen.digits.features import Vector

DIGITS = "0123456789"
LAYERS = 3

Weights = tuple[npt.NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the networks take a glyph for: a digit or None, and how sure they are (0 to 1)."""

    digit: str | None
    probability: float


def opinions(vectors: Sequence[Vector]) -> list[Opinion]:
    """One opinion a feature vector."""
    if not vectors:
        return []
    batch = np.stack(vectors)
    votes = np.mean([probabilities(network, batch) for network in _networks()], axis=0)
    best = votes.argmax(axis=1)
    return [
        Opinion(DIGITS[at] if at < len(DIGITS) else None, float(row[at]))
        for at, row in zip(best, votes, strict=True)
    ]


def probabilities(network: Weights, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """One network's probability of every class (columns) for every vector (rows)."""
    activation = batch
    for layer in range(LAYERS):
        activation = activation @ network[2 * layer] + network[2 * layer + 1]
        if layer < LAYERS - 1:
            activation = np.maximum(activation, 0)
    exponent = np.exp(activation - activation.max(axis=1, keepdims=True))
    share: npt.NDArray[np.float32] = exponent / exponent.sum(axis=1, keepdims=True)
    return share


@cache
def _networks() -> tuple[Weights, ...]:
    with (files(__package__) / "digits.npz").open("rb") as stream, np.load(stream) as data:
        arrays = [data[name].astype(np.float32) for name in sorted(data.files)]
    width = 2 * LAYERS
    return tuple(tuple(arrays[at : at + width]) for at in range(0, len(arrays), width))
