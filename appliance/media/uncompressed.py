"""Objects as a patient's medium holds them: Explicit VR Little Endian, uncompressed (IHE PDI)."""

import warnings
from io import BytesIO

from pydicom import Dataset, dcmread
from pydicom.config import disable_value_validation
from pydicom.uid import UID, ExplicitVRLittleEndian

from appliance.errors import UnreadableObjectError
from appliance.frames.samples import OFFSETS, StoredFrame, as_native, stored_frame
from appliance.spool.dataset import BROKEN

BITS_A_BYTE = 8


def uncompressed(content: bytes) -> bytes:
    """The PS3.10 file ``content`` in Explicit VR Little Endian; the same bytes if it is already.

    SOP Instance UID and values stay; that pixels were compressed with loss before stays said in
    Lossy Image Compression (0028,2110). Raises UnreadableObjectError when they cannot be decoded.
    """
    with warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")  # they quote values, which may name a patient
        try:
            dataset = dcmread(BytesIO(content))
            syntax = UID(dataset.file_meta.TransferSyntaxUID)
            if syntax == ExplicitVRLittleEndian:
                return content
            if syntax.is_compressed and "PixelData" in dataset:
                _decode(dataset)
            file = BytesIO()
            dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            dataset.save_as(file, implicit_vr=False, little_endian=True, enforce_file_format=True)
        except (*BROKEN, RuntimeError) as error:
            kind = type(error).__name__
            raise UnreadableObjectError(f"cannot be decompressed: {kind}") from error
    return file.getvalue()


def _decode(dataset: Dataset) -> None:
    """Put pixels in the place of compressed frames, as PS3.5 8.1 has them."""
    frames = [stored_frame(dataset, at) for at in range(int(dataset.get("NumberOfFrames") or 1))]
    (interpretation,) = {each.photometric_interpretation for each in frames}
    content = b"".join(map(_bytes, frames))
    dataset.PixelData = content + bytes(len(content) % 2)
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated <= BITS_A_BYTE else "OW"
    dataset["PixelData"].is_undefined_length = False
    dataset.PhotometricInterpretation = interpretation
    if dataset.SamplesPerPixel > 1:
        dataset.PlanarConfiguration = 0
    for tag in OFFSETS:
        dataset.pop(tag, None)


def _bytes(frame: StoredFrame) -> bytes:
    return as_native(frame.values if frame.words is None else frame.words)
