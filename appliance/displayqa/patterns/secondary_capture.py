"""Patterns as a DICOM object for the archive: the viewer's own grey scale is then in the path.

One pattern is a Secondary Capture Image, a series the frames of one Multi-frame Grayscale Byte or
Word Secondary Capture Image. Every level reaches the display as it is: the window is the identity
and the presentation LUT too. The UIDs are derived from what the object holds, so the same patterns
are the same object, and nothing in it tells when or where it was made.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
)

from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.patterns.panel import Panel, Raster
from appliance.uids import derived_uid

PATIENT = "QA^DISPLAY"
PATIENT_ID = "QA-DISPLAY"
COLOUR_BITS = 8
"""Of an RGB Secondary Capture that viewers can be expected to show."""
EDITION = "20261121"
"""Study date: the day of this edition of the patterns, for archives that want one."""
IMPLEMENTATION = derived_uid("dose-appliance", "display patterns")


def as_dicom(members: Sequence[Member], rasters: Iterable[Raster], panel: Panel) -> bytes:
    """A file with ``rasters`` of ``members`` of one pattern, drawn for ``panel``.

    Raises ValueError for colour with more than 8 bits.
    """
    is_colour = members[0].pattern.channels > 1
    if is_colour and panel.bits > COLOUR_BITS:
        raise ValueError(f"colour of more than {COLOUR_BITS} bits is not written as DICOM")
    pixels = _pixels(rasters)
    image = _identity(members, panel, pixels)
    _describe(image, members, panel)
    (_colour if is_colour else _grey)(image, panel)
    if len(members) > 1:
        _frames(image, members)
    image.PixelData = pixels
    image["PixelData"].VR = "OB" if panel.bits == COLOUR_BITS else "OW"
    return _encoded(image)


def _pixels(rasters: Iterable[Raster]) -> bytes:
    """One raster after the other, of an even length; none of them is held twice."""
    stream = BytesIO()
    for raster in rasters:
        stream.write(raster.tobytes())
    stream.write(b"\0" * (stream.tell() % 2))
    return stream.getvalue()


def _identity(members: Sequence[Member], panel: Panel, pixels: bytes) -> Dataset:
    size = (str(panel.width_px), str(panel.height_px), str(panel.bits))
    names = [each.name for each in members]
    image = Dataset()
    image.SOPClassUID = _sop_class(members, panel)
    image.SOPInstanceUID = derived_uid("pattern", *size, *names, sha256(pixels).hexdigest())
    image.StudyInstanceUID = derived_uid("pattern study", *size)
    image.SeriesInstanceUID = derived_uid("pattern series", image.SOPInstanceUID)
    image.PatientName, image.PatientID = PATIENT, PATIENT_ID
    image.StudyDate, image.StudyTime, image.StudyID = EDITION, "000000", "1"
    image.AccessionNumber = image.ReferringPhysicianName = ""
    image.PatientBirthDate = image.PatientSex = image.PatientOrientation = ""
    image.Manufacturer = "dose-appliance"
    image.Modality, image.ConversionType, image.ImageLaterality = "OT", "SYN", "U"
    image.SeriesNumber = image.InstanceNumber = 1
    return image


def _sop_class(members: Sequence[Member], panel: Panel) -> UID:
    if len(members) == 1:
        return SecondaryCaptureImageStorage
    if panel.bits == COLOUR_BITS:
        return MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    return MultiFrameGrayscaleWordSecondaryCaptureImageStorage


def _describe(image: Dataset, members: Sequence[Member], panel: Panel) -> None:
    last = "" if len(members) == 1 else f" to {members[-1].number}"
    kind = " (equivalent)" if members[0].pattern.equivalent_to else ""
    image.StudyDescription = f"Display test patterns {panel.width_px}x{panel.height_px}"
    image.SeriesDescription = f"{members[0].name}{last}{kind}"
    image.BurnedInAnnotation = "NO"
    image.Rows, image.Columns = panel.height_px, panel.width_px
    image.BitsAllocated = 8 if panel.bits == COLOUR_BITS else 16
    image.BitsStored, image.HighBit = panel.bits, panel.bits - 1
    image.PixelRepresentation = 0


def _grey(image: Dataset, panel: Panel) -> None:
    """The default window function of PS3.3 C.11.2.1.2.1 with these two is the identity."""
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = 0, 1, "US"
    image.WindowCenter, image.WindowWidth = 2 ** (panel.bits - 1), 2**panel.bits
    image.PresentationLUTShape = "IDENTITY"


def _colour(image: Dataset, _panel: Panel) -> None:
    image.SamplesPerPixel, image.PhotometricInterpretation = 3, "RGB"
    image.PlanarConfiguration = 0


def _frames(image: Dataset, members: Sequence[Member]) -> None:
    image.NumberOfFrames = len(members)
    image.FrameIncrementPointer = 0x00182001
    image.PageNumberVector = list(range(1, len(members) + 1))


def _encoded(image: Dataset) -> bytes:
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.ImplementationClassUID = IMPLEMENTATION
    stream = BytesIO()
    image.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
