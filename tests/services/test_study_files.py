"""Screens, images, steps and reports as files: read together, study by study."""

from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from appliance.config import Configuration, Recogniser, Sources
from appliance.dose.merge import SourceKind
from appliance.errors import UnreadableObjectError
from appliance.services.study_files import by_study
from appliance.services.understanding import understand_files
from appliance.simulators.performed_step import begun, ended
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from tests.pipeline.studies import ROOT, who, write_files
from tests.services.imaged import examination, screens, slices

NO_PERSON = Configuration(
    recogniser=Recogniser(confirm_first=0), sources=Sources(size_specific_dose=False)
)


def as_file(message: Dataset, file: Path, step: str = "1.2.3") -> Path:
    message.file_meta = FileMetaDataset()
    message.file_meta.MediaStorageSOPClassUID = PERFORMED_PROCEDURE_STEP
    message.file_meta.MediaStorageSOPInstanceUID = UID(step)
    message.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    message.save_as(file, enforce_file_format=True)
    return file


def test_everything_of_a_study_is_read_together(tmp_path: Path) -> None:
    files = [
        as_file(ended(who(1), examination()), tmp_path / "a.dcm"),
        as_file(begun(who(1)), tmp_path / "b.dcm"),
        *write_files([*slices(), *screens()], tmp_path / "images"),
    ]
    (reading,) = understand_files(files, NO_PERSON)
    assert reading.doubts == ()
    assert reading.merged is not None
    assert reading.merged.sources == (
        SourceKind.DOSE_SCREEN,
        SourceKind.PERFORMED_STEP,
        SourceKind.IMAGE_HEADERS,
    )
    doses = [each for each in reading.merged.agreements if each.field == "events[1].ctdi_vol_mgy"]
    assert [each.sources for each in doses] == [3]


def test_a_message_of_a_step_that_nobody_created_is_of_no_study(tmp_path: Path) -> None:
    lonely = as_file(ended(who(1), examination()), tmp_path / "a.dcm", "1.2.4")
    known = as_file(begun(who(1)), tmp_path / "b.dcm")
    studies, ((path, failure),) = by_study([lonely, known])
    assert studies == {f"{ROOT}.1": [known]}
    assert path == lonely
    with pytest.raises(UnreadableObjectError):
        raise failure
