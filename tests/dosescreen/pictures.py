"""What CTs and archives send beside dose screens, drawn by chance: no text on any of them."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.simulators.secondary_capture import GE, Console
from appliance.uids import derived_uid

Picture = NDArray[np.uint8]
Grid = NDArray[np.float32]


def _grid(px: int) -> tuple[Grid, Grid]:
    """Row and column of every pixel, from -0.5 to 0.5."""
    rows, columns = np.mgrid[0:px, 0:px].astype(np.float32) / px - 0.5
    return rows, columns


def _cloud(random: np.random.Generator, px: int, waves: int) -> Grid:
    coarse = random.random((waves, waves), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (px, px), interpolation=cv2.INTER_CUBIC), np.float32)


def _shown(share: NDArray[np.floating]) -> Picture:
    return np.asarray(np.clip(share * 255, 0, 255), np.uint8)


def scout(random: np.random.Generator, px: int) -> Picture:
    """A radiograph: soft body, spine, ribs, noise."""
    rows, columns = _grid(px)
    body = np.exp(-((columns / 0.22) ** 4)) * (0.25 + 0.15 * np.sin(rows * 9))
    spine = np.exp(-((columns / 0.04) ** 2)) * (0.2 + 0.1 * (np.sin(rows * 120) > 0))
    ribs = (np.sin(rows * 70 + 20 * np.abs(columns)) > 0.6) * np.exp(-((columns / 0.2) ** 4)) * 0.3
    return _shown(body + spine + ribs + 0.03 * random.standard_normal((px, px)))


def axial(random: np.random.Generator, px: int) -> Picture:
    """A slice: organs in a body, noise."""
    rows, columns = _grid(px)
    share = ((columns / 0.42) ** 2 + (rows / 0.33) ** 2 < 1) * 0.45
    for _ in range(12):
        row, column = random.uniform(-0.25, 0.25, 2)
        organ = (columns - column) ** 2 + (rows - row) ** 2 < random.uniform(0.02, 0.1) ** 2
        share = share + organ * random.uniform(-0.3, 0.4)
    return _shown(share + 0.04 * random.standard_normal((px, px)))


def rendering(random: np.random.Generator, px: int) -> Picture:
    """A lit surface in colours of skin on black."""
    rows, columns = _grid(px)
    height = _cloud(random, px, 10) + 0.3 * _cloud(random, px, 60)
    down, across = np.gradient(cv2.GaussianBlur(height, (0, 0), 3) * px / 6)
    light = (1 + across + down) / np.sqrt(1 + across**2 + down**2) / 1.7
    seen = np.clip(light, 0, 1) * (rows**2 + columns**2 < 0.16)
    return _shown(seen[..., np.newaxis] * np.array([1, 0.85, 0.7]))


def perfusion(random: np.random.Generator, px: int) -> Picture:
    """A colour map of a brain."""
    rows, columns = _grid(px)
    flow = _cloud(random, px, 24) + 0.15 * random.standard_normal((px, px))
    coloured = cv2.applyColorMap(_shown(flow), cv2.COLORMAP_JET)[..., ::-1].copy()
    coloured[columns**2 / 0.12 + rows**2 / 0.17 > 1] = 0
    return np.asarray(coloured, np.uint8)


def vessels(random: np.random.Generator, px: int) -> Picture:
    """A projection of bright lines, the picture without text that is most like text."""
    canvas = np.zeros((px, px), np.uint8)
    for _ in range(60):
        turns = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.3, 60))
        steps = np.column_stack([np.cos(turns), np.sin(turns)]) * px / 80
        path = (random.uniform(0, px, 2) + np.cumsum(steps, axis=0)).astype(np.int32)
        cv2.polylines(canvas, [path], False, int(random.integers(80, 255)), 1 + px // 400)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1), np.uint8)


def photograph(random: np.random.Generator, px: int) -> Picture:
    """Clouds of every size in three colours."""
    share = sum(_cloud(random, px, waves) / waves**0.4 for waves in (3, 12, 48, 200)) - 0.5
    channels = [share + 0.1 * _cloud(random, px, 6) for _ in range(3)]
    return _shown(np.dstack(channels) + random.normal(0, 0.01, (px, px, 3)))


def dots(random: np.random.Generator, px: int) -> Picture:
    """Random dots, two pixels wide."""
    few = random.random((px // 2, px // 2)) < 0.05
    return _shown(few.repeat(2, axis=0).repeat(2, axis=1).astype(np.float32))


DRAWN: Mapping[str, Callable[[np.random.Generator, int], Picture]] = {
    "scout": scout,
    "axial": axial,
    "rendering": rendering,
    "perfusion": perfusion,
    "vessels": vessels,
    "photograph": photograph,
    "dots": dots,
}


def stored(picture: Picture, console: Console = GE) -> Dataset:
    """``picture`` as a Secondary Capture; nothing in its header calls it a dose screen."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = derived_uid("picture", str(picture.shape), str(int(picture.sum())))
    dataset.Manufacturer = console.manufacturer
    dataset.Rows, dataset.Columns = picture.shape[:2]
    colour = picture.ndim > 2
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = picture.tobytes()
    return dataset
