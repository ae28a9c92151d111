"""Specific Character Set (0008,0005): the study's own, or UTF-8 when it cannot hold every text.

The study's is kept so that a patient's name stays the bytes that the scanner and the archive know.
"""

import warnings
from collections.abc import Iterator, Sequence

from pydicom import Dataset
from pydicom.charset import convert_encodings, decode_bytes, default_encoding, encode_string
from pydicom.valuerep import PersonName

UTF_8 = "ISO_IR 192"
_CHARACTER_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_DELIMITERS = {ord(mark) for mark in "\\^=\r\n\t\f"}


def character_set_for(report: Dataset, header: Dataset) -> list[str]:
    """The character set of ``header`` if it can write every text of ``report``, else UTF-8.

    Where ``header`` declares none, its own texts are whatever bytes the scanner wrote. They go into
    the report as the same bytes, for the archive knows the patient by them.
    """
    declared = declared_character_set(header)
    encodings = convert_encodings(declared or None)
    kept = set() if declared else set(_texts(header))
    fits = all(text in kept or _holds(encodings, text) for text in _texts(report))
    return declared if fits else [UTF_8]


def fits_into(character_set: Sequence[str], dataset: Dataset) -> bool:
    """Whether every text of ``dataset`` can be written in ``character_set``."""
    encodings = convert_encodings(list(character_set) or None)
    return all(_holds(encodings, text) for text in _texts(dataset))


def is_plain(dataset: Dataset) -> bool:
    """Whether every text of ``dataset`` is ASCII, the same bytes in every character set."""
    return all(text.isascii() for text in _texts(dataset))


def declared_character_set(header: Dataset) -> list[str]:
    """The values of Specific Character Set; none means the default repertoire."""
    value = header.get("SpecificCharacterSet")
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else list(value)


def _holds(encodings: Sequence[str], text: str) -> bool:
    """Whether ``text`` comes back as itself from being written in ``encodings``."""
    if text.isascii():
        return True
    if list(encodings) == [default_encoding]:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            written = encode_string(text, encodings)
            return decode_bytes(written, encodings, _DELIMITERS) == text
        except (UnicodeError, UserWarning):
            return False


def _texts(dataset: Dataset) -> Iterator[str]:
    """Every text of ``dataset`` that Specific Character Set governs, sequences included."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _texts(item)
        elif element.VR in _CHARACTER_VRS and element.value:
            values = element.value if element.VM > 1 else [element.value]
            for value in values:
                yield from _components(value)


def _components(value: object) -> Iterator[str]:
    """A text, or the components of the groups of a name, which are encoded one by one."""
    if isinstance(value, PersonName):
        for group in value.components:
            yield from group.split("^")
    else:
        yield str(value)
