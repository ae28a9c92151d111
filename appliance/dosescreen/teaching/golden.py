"""A taught screen without its patient: the picture's understood words, and a header for reading."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import chain

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.dosescreen.layout import Layout
from appliance.dosescreen.segment import Grey, Word
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.teaching.vocabulary import vocabulary
from appliance.dosescreen.transcript import Transcript, words_of
from appliance.dosescreen.understood import shown, understood
from appliance.dosescreen.wording import folded
from appliance.uids import derived_uid

KEPT = ("Modality", "Manufacturer", "ManufacturerModelName", "SoftwareVersions", "ImageType")
"""What reading looks at besides the pixels; SeriesDescription only where the layout does."""
EMPTY = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "AccessionNumber", "ReferringPhysicianName", "StudyID",
)  # fmt: skip
IDENTIFIERS = (
    "PatientID", "OtherPatientIDs", "AccessionNumber", "StudyID", "AdmissionID",
    "IssuerOfPatientID", "InstitutionName", "InstitutionAddress", "StationName",
    "DeviceSerialNumber",
)  # fmt: skip
DATES = ("PatientBirthDate", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
FORMS = ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%d%b%Y", "%b%d%Y", "%Y%b%d", "%y%m%d", "%d%m%y", "%m%d%y")
LEAST_LETTERS, LEAST_CHARACTERS = 3, 2
"""Fewer are found in any text: Latin letters and digits, and characters of other scripts."""
LONG_NUMBER = 6
"""A shorter identifier may be the same as a number of the table, and says nothing there."""


@dataclass(frozen=True, slots=True, eq=False)
class Golden:
    """A screen without identity, as an object.

    Attributes:
        dataset: The object.
        digest: Names it: the same for the same picture.
    """

    dataset: Dataset
    digest: str


def golden(
    sighting: Sighting, layout: Layout, header: Dataset, words: Iterable[Word] | None = None
) -> Golden:
    """The screen of ``sighting``, read with ``layout``, with nothing on it but what it names.

    ``words`` are shown instead of all those, if they are given.
    """
    ink = shown(sighting.screen.ink, understood(sighting, (layout,)) if words is None else words)
    digest = sha256(repr(ink.shape).encode() + ink.tobytes()).hexdigest()[:16]
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    for level in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(dataset, level, derived_uid("golden", level, digest))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    for keyword in EMPTY:
        setattr(dataset, keyword, "")
    for keyword in (*KEPT, *layout.hints):
        if header.get(keyword):
            setattr(dataset, keyword, header[keyword].value)
    dataset.ConversionType = "WSD"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "All but the words of the dose table was removed"
    dataset.BurnedInAnnotation = "NO"
    if not sighting.screen.lossless:
        dataset.LossyImageCompression = "01"
    _picture(dataset, ink)
    return Golden(dataset, digest)


def _picture(dataset: Dataset, ink: Grey) -> None:
    dataset.Rows, dataset.Columns = ink.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    padded = np.append(ink.ravel(), np.zeros(ink.size % 2, np.uint8))
    dataset.PixelData = padded.tobytes()


def identity_left(golden_: Golden, transcript: Transcript, header: Dataset) -> tuple[str, ...]:
    """The attributes of ``header`` that can still be read on the golden or in its header.

    ``transcript`` is what all readers saw on the golden. Words that dose screens print anyway do
    not count, nor numbers of the table that are by chance a short identifier.
    """
    known = vocabulary().parts
    texts = [_plain(text) for text in _texts(golden_.dataset)]
    read = [
        (_plain(text), all(transcript.verdict(glyph).sure for glyph in word.glyphs))
        for word in words_of(transcript.lines)
        for text in transcript.texts(word)
        if folded(text) not in known
    ]
    lines = [
        "".join(_plain(text) for text in first if folded(text) not in known)
        for line in transcript.lines
        for first in [[*chain(*(transcript.texts(word)[:1] for word in line.words))]]
    ]
    return tuple(
        dict.fromkeys(
            keyword
            for keyword, value in identity(header)
            if any(value in text for text in texts)
            or any(value in text for text, is_number in read if not is_number)
            or (len(value) >= LONG_NUMBER and any(value in line for line in lines))
        )
    )


def identity(header: Dataset) -> Iterator[tuple[str, str]]:
    """Everything in a header that may tell who or where, in the forms a console prints it."""
    for element in header:
        if element.VR == "PN":
            for part in re.split(r"[\^=\s]+", str(element.value or "")):
                yield from _told(element.keyword, [part])
    for keyword in IDENTIFIERS:
        yield from _told(keyword, [str(header.get(keyword) or "")])
    for keyword in DATES:
        yield from _told(keyword, _forms(str(header.get(keyword) or "")))


def _told(keyword: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    for value in values:
        plain = _plain(value)
        if len(plain) >= (LEAST_LETTERS if plain.isascii() else LEAST_CHARACTERS):
            yield keyword, plain


def _forms(text: str) -> Iterator[str]:
    if re.fullmatch(r"\d{8}", text) and "0101" <= text[4:] <= "1231":
        try:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return
        yield from (day.strftime(form) for form in FORMS)


def _texts(dataset: Dataset) -> Iterator[str]:
    """Every text of the golden's header that came from the screen's."""
    for keyword in (*EMPTY, *KEPT, "SeriesDescription"):
        value = dataset.get(keyword) or ""
        yield str(value) if isinstance(value, str) else "".join(map(str, value))


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
