"""Studies that a CT sends: dose screens drawn anew, and the images beside them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian
from pynetdicom.dsutils import encode

from appliance.dose.coded import Phantom
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.examination import Examination, Identity, Scan, dlp_sum
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE, SIEMENS, Console, secondary_capture
from appliance.simulators.storage_forms import StorageForm

ROOT = "1.2.826.0.1.3680043.10.543"
FONT = "6x12-misc"
"""Read without Tesseract, in both layouts."""


PhantomMark = siemens.PhantomMark


def who(number: int, **changes: str) -> Identity:
    return replace(
        Identity(f"{ROOT}.{number}", patient_id=f"{number:07}", accession_number=f"A{number:06}"),
        **changes,
    )


def a_ge_study(number: int, font: str = FONT, identity: Identity | None = None) -> list[Dataset]:
    return ge_screens(identity or who(number), ge_examination(Random(number), 2), font)


def ge_screens(identity: Identity, examination: Examination, font: str = FONT) -> list[Dataset]:
    pages = ge.draw(examination, identity, load_font(font))
    return secondary_capture(pages, GE, identity, StorageForm.SIXTEEN_BITS)


def a_siemens_study(
    number: int,
    mark: PhantomMark = PhantomMark.PARENTHESES,
    examination: Examination | None = None,
    identity: Identity | None = None,
) -> list[Dataset]:
    seen = identity or who(number)
    style = siemens.SiemensStyle(phantom_mark=mark)
    drawn = examination or siemens_examination(Random(number), 2)
    pages = siemens.draw(drawn, seen, load_font(FONT), style)
    return secondary_capture(pages, SIEMENS, seen, StorageForm.OVERLAY)


def an_unreadable_study(number: int, identity: Identity | None = None) -> list[Dataset]:
    """A Dose Report on which one digit of a DLP is noise."""
    seen = identity or who(number)
    examination = ge_examination(Random(number), 2)
    (page,) = ge.draw(examination, seen, load_font(FONT))
    (other,) = ge.draw(_with_another_digit(examination), seen, load_font(FONT))
    rows, columns = np.nonzero(page != other)
    spot = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    noisy = page.copy()
    noisy[spot] = 255 * np.random.default_rng(number).integers(0, 2, noisy[spot].shape)
    return secondary_capture([noisy], GE, seen, StorageForm.SIXTEEN_BITS)


def _with_another_digit(examination: Examination) -> Examination:
    last = examination.scans[-1]
    assert last.dlp_mgy_cm
    digit = "8" if last.dlp_mgy_cm.endswith("1") else "1"
    changed = replace(last, dlp_mgy_cm=last.dlp_mgy_cm[:-1] + digit)
    return replace(examination, scans=(*examination.scans[:-1], changed))


def a_wrong_sum(number: int, identity: Identity | None = None) -> list[Dataset]:
    """A Dose Report whose total is 1 mGy.cm too large."""
    examination = ge_examination(Random(number), 2)
    assert examination.total_dlp_mgy_cm
    total = str(Decimal(examination.total_dlp_mgy_cm) + 1)
    return ge_screens(identity or who(number), replace(examination, total_dlp_mgy_cm=total))


def print_before(examination: Examination, scans: int) -> Examination:
    """The same before its last scans: what an earlier print of the screen says."""
    earlier = examination.scans[:-scans]
    return Examination(earlier, dlp_sum(earlier))


def an_image(
    identity: Identity,
    at: int,
    ctdi_vol_mgy: str = "",
    phantom: Phantom | None = None,
    console: Console = SIEMENS,
) -> Dataset:
    """An axial CT image, 64 by 64."""
    image = Dataset()
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = f"{identity.study_instance_uid}.2.{at}"
    image.StudyInstanceUID = identity.study_instance_uid
    image.SeriesInstanceUID = f"{identity.study_instance_uid}.2"
    image.PatientName, image.PatientID = identity.patient_name, identity.patient_id
    image.PatientBirthDate = identity.birth_date
    image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    image.Modality, image.Manufacturer = "CT", console.manufacturer
    image.StudyDate = image.ContentDate = identity.study_date
    image.StudyTime = image.ContentTime = identity.study_time
    if ctdi_vol_mgy:
        image.CTDIvol = float(ctdi_vol_mgy)
    if phantom is not None:
        image.CTDIPhantomTypeCodeSequence = [a_code(phantom)]
    image.Rows = image.Columns = 64
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 15, 0, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.PixelData = bytes([at % 256, 0]) * 64 * 64
    return with_meta(image)


def a_code(phantom: Phantom) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = phantom.code_value, phantom.coding_scheme
    code.CodeMeaning = phantom.code_meaning
    return code


def images_of(scans: Iterable[Scan], identity: Identity) -> list[Dataset]:
    """One image a scan, in a series of its own; its header says what its row on the screen says."""
    images = []
    for at, scan in enumerate(scans, 1):
        if scan.ctdi_vol_mgy:
            image = an_image(identity, at, scan.ctdi_vol_mgy, scan.phantom)
            image.SeriesInstanceUID = f"{identity.study_instance_uid}.2.{at}.1"
            image.SeriesNumber = image.AcquisitionNumber = at
            images.append(image)
    return images


def a_native_report(identity: Identity) -> Dataset:
    """An X-Ray Radiation Dose SR that a CT made itself, with nothing in it."""
    report = Dataset()
    report.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.88.67")
    report.SOPInstanceUID = f"{identity.study_instance_uid}.3.1"
    report.StudyInstanceUID = identity.study_instance_uid
    report.SeriesInstanceUID = f"{identity.study_instance_uid}.3"
    report.PatientName, report.PatientID = identity.patient_name, identity.patient_id
    report.Modality = "SR"
    return with_meta(report)


def with_meta(dataset: Dataset) -> Dataset:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def a_copy(dataset: Dataset, **changes: object) -> Dataset:
    """The same object, file meta and all, but for ``changes``."""
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    copied = dcmread(buffer)
    for keyword, value in changes.items():
        setattr(copied, keyword, value)
    return copied


def write_files(objects: Sequence[Dataset], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for each in objects:
        file = folder / f"{each.SOPInstanceUID}.dcm"
        each.save_as(file, enforce_file_format=True)
        files.append(file)
    return files


def encoded(dataset: Dataset) -> bytes:
    """The data set as it travels: its bytes in its own transfer syntax, without file meta."""
    syntax = dataset.file_meta.TransferSyntaxUID
    content = encode(dataset, syntax.is_implicit_VR, syntax.is_little_endian, syntax.is_deflated)
    assert content is not None
    return content


def sha256(dataset: Dataset) -> str:
    return hashlib.sha256(encoded(dataset)).hexdigest()
