"""Objects as a patient's medium holds them: Explicit VR Little Endian, uncompressed (IHE PDI)."""

import warnings
from io import BytesIO

from pydicom import dcmread
from pydicom.config import disable_value_validation
from pydicom.uid import UID, ExplicitVRLittleEndian

from appliance.errors import UnreadableObjectError
from appliance.spool.dataset import BROKEN


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
                dataset.decompress(generate_instance_uid=False)
            file = BytesIO()
            dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            dataset.save_as(file, implicit_vr=False, little_endian=True, enforce_file_format=True)
        except (*BROKEN, RuntimeError) as error:
            kind = type(error).__name__
            raise UnreadableObjectError(f"cannot be decompressed: {kind}") from error
    return file.getvalue()
