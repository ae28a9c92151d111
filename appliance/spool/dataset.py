"""Reading an object as old CTs write them, without changing what is on disk.

Tolerated: no file meta, invalid UIDs, odd lengths, values of the wrong form, text in an encoding
that is not declared. pydicom converts lazily and with the warnings of that moment, so everything
is converted here, once.
"""

import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pydicom
from pydicom.config import disable_value_validation
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.tag import BaseTag, Tag
from pydicom.uid import DeflatedExplicitVRLittleEndian

from appliance.errors import UnreadableObjectError

CODECS = {"shift_jis": "cp932", "euc_jp": "euc_jp", "utf-8": "utf-8"}
"""Python codec of each character set override; cp932 is Shift_JIS as consoles write it."""
TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
"""VRs that Specific Character Set (0008,0005) governs (PS3.5 6.1.2.3)."""
META_BYTES = 1024
"""Within which the file meta information names the transfer syntax."""
GROUP_LENGTH_AT = 140
"""Where the value of (0002,0000) stands: behind preamble, prefix and its header (PS3.10 7.1)."""
LAST_META_GROUP = 0x0002
"""No data set has elements of it, or of one before (PS3.10 7.1)."""
PIECE_BYTES = 1 << 16
MOST_INFLATED_BYTES = 256 << 20
"""More than the largest picture that is read, three samples a pixel."""
BROKEN = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pydicom raises over broken bytes."""


def read_dataset(path: Path, character_set: str = "") -> Dataset:
    """The object at ``path``, with every element converted.

    ``character_set`` is a key of CODECS: text is in that encoding whatever the object declares,
    and the result declares ISO_IR 192. A number of the wrong form stays text; an element that
    cannot be converted at all is left out.

    Raises UnreadableObjectError when it is not a composite object, or the disk does not give it.
    """
    with tolerance(path), path.open("rb") as file:
        _expect_no_swelling(file)
        dataset = pydicom.dcmread(file, force=True)
        _convert(dataset, CODECS.get(character_set))
    if not dataset.get("StudyInstanceUID"):
        raise UnreadableObjectError("no Study Instance UID (0020,000D)", str(path))
    return dataset


def read_attributes(path: Path, keywords: Iterable[str | int]) -> Dataset:
    """Only the study and what ``keywords`` name, no pixels; raises as ``read_dataset``.

    An element that has no keyword is named by its tag as a number; a private one needs the tag of
    its creator beside it.
    """
    named = [Tag(each) for each in ("StudyInstanceUID", *keywords)]
    with tolerance(path), path.open("rb") as file:
        _expect_no_swelling(file)
        tags = pydicom.dcmread(file, force=True, stop_before_pixels=True, specific_tags=named)
        _convert(tags, None)
    if not tags.get("StudyInstanceUID"):
        raise UnreadableObjectError("no Study Instance UID (0020,000D)", str(path))
    return tags


def converted(message: Dataset, character_set: str = "") -> Dataset:
    """``message``, a data set out of a DIMSE message, with every element converted in place.

    ``character_set``, and what is tolerated, as in ``read_dataset``. Raises UnreadableObjectError.
    """
    with tolerance("a message"):
        _convert(message, CODECS.get(character_set))
    return message


def read_step(path: Path, character_set: str = "") -> Dataset:
    """A message about a performed procedure step, as ``read_dataset`` but for the study."""
    with tolerance(path), path.open("rb") as file:
        _expect_no_swelling(file)
        dataset = pydicom.dcmread(file, force=True)
        _convert(dataset, CODECS.get(character_set))
    return dataset


def read_elements(file: BinaryIO, where: str, keywords: Iterable[str]) -> Dataset:
    """Only what ``keywords`` name, converted; UnreadableObjectError names ``where``.

    Also raised when there is no element that the standard knows: then it is no data set.
    """
    named = {Tag(keyword) for keyword in keywords}
    with tolerance(where):
        _expect_no_swelling(file)
        dataset = pydicom.dcmread(file, force=True)
        tags = list(dataset.keys())
        if not any(tag.group > LAST_META_GROUP and dictionary_has_tag(tag) for tag in tags):
            raise InvalidDicomError
        for tag in set(tags) - named:
            del dataset[tag]
        _convert(dataset, None)
    return dataset


def _expect_no_swelling(file: BinaryIO) -> None:
    """Raise OverflowError for a deflated data set (PS3.5 A.5) beyond MOST_INFLATED_BYTES.

    pydicom inflates all of it, even for one attribute.
    """
    head = file.read(META_BYTES)
    if DeflatedExplicitVRLittleEndian.encode() in head:
        (meta_bytes,) = struct.unpack_from("<I", head, GROUP_LENGTH_AT)
        file.seek(GROUP_LENGTH_AT + 4 + meta_bytes)
        inflater, inflated = zlib.decompressobj(-zlib.MAX_WBITS), 0
        while piece := file.read(PIECE_BYTES):
            inflated += len(inflater.decompress(piece))
            if inflated > MOST_INFLATED_BYTES:
                raise OverflowError
    file.seek(0)


@contextmanager
def tolerance(where: Path | str) -> Iterator[None]:
    """What pydicom raises over broken bytes becomes UnreadableObjectError; it warns of nothing."""
    # Its warnings quote values, which may identify a patient.
    with warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")
        try:
            yield
        except BROKEN as failure:
            # Not its text, which may quote a value.
            kind = type(failure).__name__
            raise UnreadableObjectError(f"cannot be read: {kind}", str(where)) from failure


def _convert(dataset: Dataset, codec: str | None) -> None:
    if codec:
        implicit, little_endian = dataset.original_encoding
        dataset.set_original_encoding(implicit, little_endian, ["utf-8"])
    for tag in list(dataset.keys()):
        if codec:
            _transcode(dataset, tag, codec)
        try:
            element = dataset[tag]
        except BROKEN:
            del dataset[tag]
            continue
        if element.VR == "SQ":
            for item in element.value:
                _convert(item, codec)
    if codec:
        dataset.SpecificCharacterSet = "ISO_IR 192"


def _transcode(dataset: Dataset, tag: BaseTag, codec: str) -> None:
    # Before pydicom splits at backslashes: 0x5C is also the second byte of some kanji.
    raw: DataElement | RawDataElement = dataset.get_item(tag)
    if isinstance(raw, RawDataElement) and raw.value and _vr(raw) in TEXT_VRS:
        text = raw.value.decode(codec, "replace").encode("utf-8")
        dataset[tag] = raw._replace(value=text, length=len(text))


def _vr(raw: RawDataElement) -> str | None:
    if raw.VR or not dictionary_has_tag(raw.tag):
        return raw.VR
    return dictionary_VR(raw.tag)
