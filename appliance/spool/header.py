"""The header of an object's file: all of it up to its pixels, byte for byte."""

import io

import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian

from appliance.spool.dataset import tolerance

PIXEL_DATA = frozenset({b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10"})
"""The tag (7FE0,0010) in either byte order (PS3.5 7.3)."""


def header_of(content: bytes, where: str) -> bytes | None:
    """What stands before Pixel Data (7FE0,0010) in ``content``, the bytes of a PS3.10 file.

    None where nothing can be taken away: it has no pixels of its own, or the whole data set is
    deflated (PS3.5 A.5). Raises UnreadableObjectError, which names ``where``.
    """
    file = io.BytesIO(content)
    with tolerance(where):
        found = pydicom.dcmread(file, force=True, stop_before_pixels=True)
    if found.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        return None
    end = file.tell()
    return content[:end] if content[end : end + 4] in PIXEL_DATA else None
