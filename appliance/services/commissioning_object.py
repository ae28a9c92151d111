"""The object that is stored at a destination to see whether it takes any.

It is a Secondary Capture (PS3.3 A.8.1) of nobody: a picture that says so in large letters. Every
archive takes the class, no dose system reads a dose from it, and it holds no number that could be
taken for one. The patient is a word, the study is marked as one for quality control (0010,0200),
and the UIDs are derived from the box and the moment, so that one test is one study of its own.

**Knows:** what stands in it.
**Does not know:** where it goes, and whether it is taken away again.
"""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import PurePosixPath

from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.destinations import Consignment
from appliance.uids import derived_uid

PATIENT = "TEST^NO PATIENT^CONNECTION"
PATIENT_ID = "TEST-NO-PATIENT"
TITLE = "CONNECTION TEST - NO PATIENT - MAY BE DELETED"
WIDTH_PX, HEIGHT_PX = 512, 256
LINES = ("TEST OBJECT", "NO PATIENT", "", "connection test of a dose appliance", "may be deleted")
LARGE_PX, SMALL_PX = 48, 22
PREFIX = "connection-test-"
IMPLEMENTATION = derived_uid("dose-appliance", "connection tests")


def marked_object(box: str, destination: str, at: float) -> Consignment:
    """For ``destination``; ``box`` is the box's serial number, ``at`` seconds since the epoch."""
    item = _dataset(box, destination, at)
    content = _encoded(item)
    short = hashlib.sha256(str(item.SOPInstanceUID).encode()).hexdigest()[:16]
    return Consignment(
        content=content,
        sop_class_uid=str(item.SOPClassUID),
        sop_instance_uid=str(item.SOPInstanceUID),
        name=PurePosixPath(f"{PREFIX}{short}.dcm"),
    )


def _dataset(box: str, destination: str, at: float) -> Dataset:
    moment = datetime.fromtimestamp(at, UTC).astimezone()
    about = (box, destination, moment.astimezone(UTC).isoformat())
    item = Dataset()
    item.SpecificCharacterSet = "ISO_IR 192"
    item.SOPClassUID = SecondaryCaptureImageStorage
    item.SOPInstanceUID = derived_uid("connection test", "object", *about)
    item.StudyInstanceUID = derived_uid("connection test", "study", *about)
    item.SeriesInstanceUID = derived_uid("connection test", "series", *about)
    item.PatientName, item.PatientID = PATIENT, PATIENT_ID
    item.PatientBirthDate = item.PatientSex = item.AccessionNumber = ""
    item.ReferringPhysicianName = ""
    item.QualityControlSubject = "YES"
    item.StudyDate = item.ContentDate = moment.strftime("%Y%m%d")
    item.StudyTime = item.ContentTime = moment.strftime("%H%M%S")
    item.StudyID, item.SeriesNumber, item.InstanceNumber = "TEST", 1, 1
    item.StudyDescription = item.SeriesDescription = TITLE
    item.ImageComments = TITLE
    item.Modality, item.ConversionType = "OT", "SYN"
    item.ImageType = ["DERIVED", "SECONDARY"]
    item.Manufacturer = "dose-appliance"
    item.DeviceSerialNumber = box
    item.BurnedInAnnotation = "NO"
    item.PatientOrientation = item.Laterality = ""
    _draw(item)
    return item


def _draw(item: Dataset) -> None:
    """The picture: white letters on black."""
    picture = Image.new("L", (WIDTH_PX, HEIGHT_PX))
    pen, y = ImageDraw.Draw(picture), 16.0
    for line in LINES:
        size = LARGE_PX if line.isupper() else SMALL_PX
        pen.text((WIDTH_PX / 2, y), line, fill=255, font=ImageFont.load_default(size), anchor="ma")
        y += size * 1.1
    item.SamplesPerPixel, item.PhotometricInterpretation = 1, "MONOCHROME2"
    item.Rows, item.Columns = HEIGHT_PX, WIDTH_PX
    item.BitsAllocated = item.BitsStored = 8
    item.HighBit, item.PixelRepresentation = 7, 0
    item.PixelData = picture.tobytes()
    item["PixelData"].VR = "OB"


def _encoded(item: Dataset) -> bytes:
    item.file_meta = FileMetaDataset()
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.file_meta.ImplementationClassUID = IMPLEMENTATION
    file = BytesIO()
    item.save_as(file, enforce_file_format=True)
    return file.getvalue()
