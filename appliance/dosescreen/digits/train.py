"""Train the networks anew: ``python -m appliance.dosescreen.digits.train [FONT_FOLDER]``.

Takes the shipped bitmap fonts and every outline font under FONT_FOLDER (default
/usr/share/fonts; the shipped weights saw the Debian packages named in ``docs/reader.md``).
Prints what families left out of the training are read like, then trains on everything.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.dosescreen.digits.network import DIGITS, Weights, probabilities
from appliance.dosescreen.digits.specimens import Specimen, specimens

NETWORKS = 4
SHAPE = (160, 64, len(DIGITS) + 1)
EPOCHS, BATCH = 20, 256
STEP, DECAY, NOISE = 1e-3, 1e-4, 0.05
FOLDS = 5
SURE = 0.9

Matrix = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def train(vectors: Matrix, labels: Labels, seed: int) -> Weights:
    """One network by Adam with a cosine schedule."""
    random = np.random.default_rng(seed)
    sizes = (vectors.shape[1], *SHAPE)
    weights: list[Matrix] = []
    for fan_in, fan_out in pairwise(sizes):
        start = random.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
        weights += [start.astype(np.float32), np.zeros(fan_out, np.float32)]
    first = [np.zeros_like(each) for each in weights]
    second = [np.zeros_like(each) for each in weights]
    step = 0
    for epoch in range(EPOCHS):
        rate = STEP * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        for batch in np.array_split(random.permutation(len(vectors)), len(vectors) // BATCH + 1):
            noise = random.normal(0, NOISE, (len(batch), vectors.shape[1]))
            slopes = _slopes(weights, vectors[batch] + noise.astype(np.float32), labels[batch])
            step += 1
            for at, slope in enumerate(slopes):
                first[at] += 0.1 * (slope - first[at])
                second[at] += 0.001 * (slope * slope - second[at])
                scale = np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8
                stride = rate * (first[at] / (1 - 0.9**step)) / scale
                weights[at] -= stride.astype(np.float32)
    return tuple(weights)


def _slopes(weights: list[Matrix], batch: Matrix, labels: Labels) -> list[Matrix]:
    activations = [batch]
    for at in (0, 2):
        activations.append(np.maximum(activations[-1] @ weights[at] + weights[at + 1], 0))
    error = probabilities(tuple(weights), batch)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    slopes: list[Matrix] = []
    for layer in (2, 1, 0):
        slope = activations[layer].T @ error + DECAY * weights[2 * layer]
        slopes = [slope, error.sum(axis=0), *slopes]
        error = (error @ weights[2 * layer].T) * (activations[layer] > 0)
    return slopes


def _arrays(every: list[Specimen]) -> tuple[Matrix, Labels]:
    return np.stack([each.vector for each in every]), np.array([each.label for each in every])


def _left_out(every: list[Specimen]) -> str:
    families = sorted({each.family for each in every})
    out = set(families[::FOLDS])
    vectors, labels = _arrays([each for each in every if each.family not in out])
    network = train(vectors, labels, seed=0)
    vectors, labels = _arrays([each for each in every if each.family in out])
    votes = probabilities(network, vectors)
    best, digit = votes.argmax(axis=1), labels < len(DIGITS)
    sure = (votes.max(axis=1) > SURE) & (best < len(DIGITS))
    wrong = (sure & digit & (best != labels)).sum() / max(1, (sure & digit).sum())
    return (
        f"{len(out)} of {len(families)} families left out: sure of "
        f"{(sure & digit).sum() / digit.sum():.3f} of the digits, wrong in {wrong:.4f} of these"
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts")
    everything = list(specimens(folder, seed=1))
    sys.stdout.write(f"{len(everything)} specimens\n{_left_out(everything)}\n")
    trained = [train(*_arrays(everything), seed=seed) for seed in range(NETWORKS)]
    named = {
        f"{network:02}-{part:02}": weights.astype(np.float16)
        for network, parts in enumerate(trained)
        for part, weights in enumerate(parts)
    }
    target = Path(__file__).with_name("digits.npz")
    np.savez_compressed(target, allow_pickle=False, **named)
    sys.stdout.write(f"{target}: {target.stat().st_size} bytes\n")
