"""A file-set with its DICOMDIR (PS3.3 Annex F, PS3.10 8), made with pydicom's FileSet.

The FileSet makes the directory records and the File IDs: 8 characters of A-Z, 0-9 and underscore,
no extension (PS3.12, PS3.10 8.2). The objects' bytes are ours: it is given only what stands in the
directory, because it would encode them anew and keep every one in memory.
"""

import hashlib
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.uid import UID, ExplicitVRLittleEndian

FILE_SET_ID = "DOSE_EXPORT"
KEYS = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientID",
    "PatientName",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "StudyDescription",
    "AccessionNumber",
    "Modality",
    "SeriesNumber",
    "InstanceNumber",
    "CompletionFlag",
    "VerificationFlag",
    "ContentDate",
    "ContentTime",
)
"""What the records of PATIENT, STUDY, SERIES, SR DOCUMENT and IMAGE take (PS3.3 F.5)."""
_CODE = ("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodeMeaning")
_STANDING_IN = {
    "StudyTime": "000000",
    "StudyID": "1",
    "SeriesNumber": 1,
    "InstanceNumber": 1,
    "ContentTime": "000000",
}
"""Type 1 in the directory, type 2 in the object: written where the object has none."""
UNKNOWN_DAY = "19000101"


@dataclass(frozen=True, slots=True)
class Placed:
    """One object of a file-set; ``name`` is where it lies in it, in capitals with slashes."""

    name: str
    sop_instance_uid: str


def write_file_set(folder: Path, objects: Sequence[Path]) -> list[Placed]:
    """Move PS3.10 files into ``folder``, which is made, and write its DICOMDIR.

    Raises ValueError for a file that no directory record can be made of, and OSError.
    """
    placed: dict[Path, str] = {}
    # Old scanners write values that no VR allows; the directory says them as the object does.
    with new_file_set() as file_set, warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")  # they quote values, which may name a patient
        for each in objects:
            keys = directory_keys(dcmread(each, stop_before_pixels=True))
            placed[each] = str(file_set.add(keys).SOPInstanceUID)
        file_set.write(folder)
        ids = {str(each.SOPInstanceUID): Path(each.path) for each in file_set}
    for file, uid in placed.items():
        shutil.move(file, ids[uid])
    return [Placed(ids[uid].relative_to(folder).as_posix(), uid) for uid in placed.values()]


@contextmanager
def new_file_set() -> Iterator[FileSet]:
    """An empty one; what it keeps in a temporary folder goes when the block ends."""
    file_set = FileSet()
    file_set.ID = FILE_SET_ID
    try:
        yield file_set
    finally:
        # pydicom leaves this to the garbage collector.
        file_set._stage["t"].cleanup()  # noqa: SLF001


def directory_keys(dataset: Dataset) -> Dataset:
    """What of an object stands in the directory, what type 1 demands included.

    An empty Patient ID gets a stand-in of the study, so that two patients are never made one.
    """
    keys = Dataset()
    for keyword in KEYS:
        if keyword in dataset:
            setattr(keys, keyword, dataset[keyword].value)
    if named := dataset.get("ConceptNameCodeSequence"):
        keys.ConceptNameCodeSequence = [_code(named[0])]
    for keyword, value in _stand_ins(dataset).items():
        if keys.get(keyword) in (None, ""):
            setattr(keys, keyword, value)
    keys.file_meta = FileMetaDataset()
    syntax = dataset.file_meta.get("TransferSyntaxUID", ExplicitVRLittleEndian)
    keys.file_meta.TransferSyntaxUID = UID(syntax)
    return keys


def _stand_ins(dataset: Dataset) -> dict[str, object]:
    day = dataset.get("ContentDate") or dataset.get("SeriesDate") or UNKNOWN_DAY
    study = str(dataset.get("StudyInstanceUID", ""))
    patient = f"NONE-{hashlib.sha256(study.encode()).hexdigest()[:8].upper()}"
    return {"PatientID": patient, "PatientName": "", "StudyDate": day, "ContentDate": day} | (
        _STANDING_IN
    )


def _code(item: Dataset) -> Dataset:
    code = Dataset()
    for keyword in _CODE:
        if keyword in item:
            setattr(code, keyword, item[keyword].value)
    return code
