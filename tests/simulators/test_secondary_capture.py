"""The objects a simulated console makes are proper Secondary Captures."""

import subprocess
from pathlib import Path

import pytest

from appliance.simulators.demo import Kind, demo_studies, identity
from appliance.simulators.secondary_capture import GE, SIEMENS, Console, secondary_capture
from appliance.simulators.storage_forms import StorageForm

PICTURE = demo_studies(7, (Kind.GE,))[0].pages[0]


@pytest.mark.parametrize("form", sorted(set(StorageForm) - {StorageForm.OVERLAY_ONLY}))
def test_every_form_is_read_by_dcmtk(tmp_path: Path, form: StorageForm) -> None:
    path = tmp_path / "screen.dcm"
    (dataset,) = secondary_capture([PICTURE], GE, identity(1, form), form)
    dataset.save_as(path, enforce_file_format=True)
    dump = subprocess.run(["dcmdump", "+L", path], check=True, capture_output=True, text=True)
    assert "DERIVED\\SECONDARY\\SCREEN SAVE" in dump.stdout
    assert "E:" not in dump.stderr


@pytest.mark.parametrize("console", [GE, SIEMENS])
def test_headers_are_the_console_s_and_the_study_s(console: Console) -> None:
    who = identity(3, "headers")
    first, second = secondary_capture([PICTURE, PICTURE], console, who)
    assert first.Manufacturer == console.manufacturer
    assert first.SeriesNumber == console.series_number
    assert list(first.ImageType) == list(console.image_type)
    assert first.PatientID == who.patient_id
    assert first.StudyInstanceUID == who.study_instance_uid
    assert (first.InstanceNumber, second.InstanceNumber) == (1, 2)
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID


def test_the_same_seed_gives_the_same_objects() -> None:
    first, again, other = demo_studies(1), demo_studies(1), demo_studies(2)
    assert [study.objects for study in first] == [study.objects for study in again]
    uids = {study.objects[0].StudyInstanceUID for study in [*first, *other]}
    assert len(uids) == 2 * len(Kind)
