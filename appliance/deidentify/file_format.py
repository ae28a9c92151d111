"""Bytes to data set and back (PS3.10): nothing of the old preamble and File Meta Information."""

from io import BytesIO

import pydicom
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from appliance.spool.dataset import converted, tolerance
from appliance.uids import derived_uid

IMPLEMENTATION_CLASS_UID = derived_uid("dose-appliance", "de-identification")
IMPLEMENTATION_VERSION = "DOSE_DEIDENT_1"
UTF_8 = "ISO_IR 192"


def opened(content: bytes) -> Dataset:
    """The object in ``content``, every element converted, with its transfer syntax.

    Raises UnreadableObjectError.
    """
    with tolerance("an object"):
        dataset = pydicom.dcmread(BytesIO(content), force=True)
        if "TransferSyntaxUID" not in dataset.file_meta:
            implicit, little_endian = dataset.original_encoding
            dataset.file_meta.TransferSyntaxUID = _syntax(bool(implicit), bool(little_endian))
    return converted(dataset)


def closed(dataset: Dataset) -> bytes:
    """``dataset`` as a file, Explicit VR Little Endian, text in ASCII or UTF-8."""
    with tolerance("an object"):
        if "SpecificCharacterSet" in dataset:
            del dataset.SpecificCharacterSet
        if not is_ascii(dataset):
            dataset.SpecificCharacterSet = UTF_8
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.file_meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
        dataset.file_meta.ImplementationVersionName = IMPLEMENTATION_VERSION
        file = BytesIO()
        pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def is_ascii(dataset: Dataset) -> bool:
    """Whether every text of ``dataset`` is ASCII, and so needs no Specific Character Set."""
    return all(
        all(map(is_ascii, element.value)) if element.VR == "SQ" else str(element.value).isascii()
        for element in dataset
        if not isinstance(element.value, bytes)
    )


def _syntax(implicit: bool, little_endian: bool) -> UID:  # noqa: FBT001 - as pydicom says it
    if not little_endian:
        return pydicom.uid.ExplicitVRBigEndian
    return pydicom.uid.ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
