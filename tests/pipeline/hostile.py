"""Objects that no console sends: too large, empty, lying, swelling, or full of what is no table."""

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, RLELossless

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles.canvas import shades
from appliance.simulators.secondary_capture import GE, secondary_capture
from tests.pipeline.studies import encoded, who

Ink = NDArray[np.uint8]
SMALLEST = "5x7-misc"
WORDS = "Dose Report CTDIvol DLP mGy Helical 12.34 567.89 Body 32 "


def a_picture(number: int, ink: Ink, page: int = 1) -> Dataset:
    """A Dose Report by its header; it is never set aside."""
    (screen,) = secondary_capture([ink], GE, who(number))
    uid = UID(f"{screen.StudyInstanceUID}.1.{page}")
    screen.SOPInstanceUID = screen.file_meta.MediaStorageSOPInstanceUID = uid
    return screen


def declared(number: int, rows: int, columns: int) -> Dataset:
    """A small picture that says it has ``rows`` and ``columns``."""
    screen = a_picture(number, np.zeros((64, 64), np.uint8))
    screen.Rows, screen.Columns = rows, columns
    return screen


def empty(number: int) -> Dataset:
    screen = a_picture(number, np.zeros((64, 64), np.uint8))
    screen.PixelData = b""
    return screen


def swelling(screen: Dataset, mebibytes: int) -> bytes:
    """The data set of ``screen`` and blank padding, deflated to a thousandth."""
    padding = b"\xfc\xff\xfc\xffOB\0\0" + (mebibytes << 20).to_bytes(4, "little")
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    head = squeeze.compress(encoded(screen) + padding) + squeeze.flush(zlib.Z_FULL_FLUSH)
    mebibyte = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return head + mebibytes * mebibyte + squeeze.flush()


def swelling_file(number: int, mebibytes: int, file: Path) -> None:
    """A file whose data set is ``swelling``."""
    screen = declared(number, 64, 64)
    content = swelling(screen, mebibytes)
    screen.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    start = DicomBytesIO()
    write_file_meta_info(start, screen.file_meta)
    file.write_bytes(bytes(128) + b"DICM" + start.getvalue() + content)


def run_lengths(number: int, side: int) -> Dataset:
    """As much in run lengths, a sixty-fourth, in a picture that says it is small."""
    screen = declared(number, 64, 64)
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    screen.PixelData = encapsulate([header + b"\x81\x00" * (side * side // 128)])
    screen["PixelData"].is_undefined_length = True
    screen.file_meta.TransferSyntaxUID = RLELossless
    return screen


def dots(number: int, share: float, side: int = 1024) -> Dataset:
    """Ink on a random ``share`` of the pixels."""
    random = np.random.default_rng(number)
    ink: Ink = np.where(random.random((side, side)) < share, 255, 0).astype(np.uint8)
    return a_picture(number, ink)


def text(
    number: int, rows: int, words: str = WORDS, size: tuple[int, int] = (7, 480), page: int = 1
) -> Dataset:
    """``rows`` lines of ``words`` again and again; ``size`` are rows and columns of a line."""
    pitch, columns = size
    font = load_font(SMALLEST)
    line = shades(font, words * columns)[:, :columns]
    ink = np.zeros((rows, pitch, columns), np.uint8)
    ink[:, : font.height] = line
    return a_picture(number, ink.reshape(rows * pitch, columns), page)
