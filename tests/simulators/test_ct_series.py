"""Simulated image studies: proper objects, one study with their dose screen, nothing by chance."""

import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from appliance.dose.coded import CTAcquisitionType
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.ct_series.anatomy import ABDOMEN, CHEST, Body, section
from appliance.simulators.ct_series.dose_attributes import DoseStyle, add_dose_attributes
from appliance.simulators.ct_series.enhanced import enhanced_images
from appliance.simulators.ct_series.makers import GE, GE_REVOLUTION, MAKERS, SIEMENS, TOSHIBA
from appliance.simulators.ct_series.planning import study_of
from appliance.simulators.ct_series.scenarios import SCENARIOS, examination_of, scenario_study
from appliance.simulators.ct_series.series import Form, images
from appliance.simulators.demo import Kind, demo_studies, identity, with_images
from appliance.uids import derived_uid

WHO = Identity(derived_uid("a study of images"))
FEW, ONE = Form(slices=3), Form(slices=1)


def complaints(objects: Sequence[Dataset], folder: Path) -> list[str]:
    """What dciodvfy calls an error."""
    for at, each in enumerate(objects):
        each.save_as(folder / f"{at}.dcm", enforce_file_format=True)
    said = "".join(
        subprocess.run(["dciodvfy", path], check=False, capture_output=True, text=True).stderr
        for path in folder.glob("*.dcm")
    )
    return [line for line in said.splitlines() if line.startswith("Error")]


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_images_of_every_maker_are_proper_objects(tmp_path: Path, maker: str) -> None:
    study = scenario_study("head-and-body", WHO, MAKERS[maker])
    made = images(study, Form(slices=1, matrix=16))
    assert complaints(made, tmp_path) == []


def test_enhanced_images_are_proper_objects(tmp_path: Path) -> None:
    study = scenario_study("perfusion", WHO, MAKERS["canon"])
    made = enhanced_images(study, Form(slices=2, matrix=16))
    assert [each.NumberOfFrames for each in made] == [2, 2, 2, 40]
    assert complaints(made, tmp_path) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_each_object_is_one_of_a_kind_and_comes_again(scenario: str, maker: str) -> None:
    study = scenario_study(scenario, WHO, MAKERS[maker])
    made, again = images(study, ONE), images(study, ONE)
    assert len({each.SOPInstanceUID for each in made}) == len(made)
    assert made == again
    assert {each.StudyInstanceUID for each in made} == {WHO.study_instance_uid}


@given(seed=st.integers(0, 10**6), maker=st.sampled_from(sorted(MAKERS)))
def test_what_a_screen_prints_is_what_its_images_say(seed: int, maker: str) -> None:
    examination = siemens_examination(Random(seed))
    study = study_of(examination, WHO, MAKERS[maker])
    for scan, acquisition in zip(examination.scans, study.acquisitions, strict=True):
        assert acquisition.scan == scan.series
        assert str(acquisition.technique.kvp) == scan.kv
        assert acquisition.ctdi_vol_mgy == (scan.ctdi_vol_mgy and Decimal(scan.ctdi_vol_mgy))
        assert acquisition.top_z_mm >= acquisition.bottom_z_mm
    numbers = [n.number for n in study.acquisitions]
    assert len(set(numbers)) == len(numbers)


def test_series_numbers_are_those_that_the_screen_prints() -> None:
    examination = ge_examination(Random(4), 3)
    made = images(study_of(examination, WHO, GE), FEW)
    printed = {int(scan.series) for scan in examination.scans}
    assert printed <= {each.SeriesNumber for each in made}


def test_a_printed_range_is_where_the_images_lie() -> None:
    scan = replace(examination_of("chest").scans[1], scan_range="S10.000-I290.000")
    examination = replace(examination_of("chest"), scans=(scan,))
    (acquisition,) = study_of(examination, WHO, GE).acquisitions
    assert (acquisition.top_z_mm, acquisition.bottom_z_mm) == (10, -290)
    z = [each.ImagePositionPatient[2] for each in images(study_of(examination, WHO, GE), FEW)]
    assert (max(z[:3]), min(z[:3])) == (7.5, -287.5)


def test_what_an_older_console_does_not_say_is_missing() -> None:
    old, new = (
        images(scenario_study("chest", WHO, maker), FEW)[-1] for maker in (GE, GE_REVOLUTION)
    )
    assert "CTDIvol" not in old
    assert "IrradiationEventUID" not in old
    assert new.CTDIvol == 6.5
    assert new.CTDIPhantomTypeCodeSequence[0].CodeValue == "113691"


def test_reconstructions_repeat_their_event() -> None:
    study = scenario_study("chest", WHO, SIEMENS)
    once, thrice = images(study, FEW), images(study.multiplied(3), FEW)
    assert len(thrice) == 1 + 3 * (len(once) - 1)
    assert {i.IrradiationEventUID for i in thrice} == {i.IrradiationEventUID for i in once}
    kinds = Counter(tuple(i.ImageType)[:2] for i in once)
    assert kinds == {("ORIGINAL", "PRIMARY"): 7, ("DERIVED", "SECONDARY"): 3}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_is_a_screen_whose_sums_hold(scenario: str) -> None:
    examination = examination_of(scenario)
    doses = [Decimal(scan.dlp_mgy_cm) for scan in examination.scans if scan.dlp_mgy_cm]
    assert Decimal(examination.total_dlp_mgy_cm or 0) == sum(doses)
    assert int(examination.total_mas or 0) == sum(int(s.mas) for s in examination.scans if s.mas)


def test_a_localizer_carries_no_dose_and_lies_the_other_way() -> None:
    localizer = images(scenario_study("chest", WHO, SIEMENS), FEW)[0]
    assert localizer.CTDIvol == 0
    assert localizer.ImageOrientationPatient == [1, 0, 0, 0, 0, -1]
    assert "LOCALIZER" in localizer.ImageType


def test_two_sources_have_a_series_each_and_one_of_both() -> None:
    made = images(scenario_study("dual-source", WHO, SIEMENS), FEW)
    sources = Counter((i.ImageType[-1], i.KVP) for i in made if "ORIGINAL" in i.ImageType)
    assert sources[("DET_B", 140)] == sources[("DET_A", 100)] == 6
    assert len({i.IrradiationEventUID for i in made}) == 2


def test_monitoring_is_numbered_scan_by_scan_and_perfusion_in_time() -> None:
    tracked = images(scenario_study("bolus-tracking", WHO, SIEMENS), FEW)
    numbers = {i.AcquisitionNumber for i in tracked if i.ProtocolName == "Monitoring"}
    assert numbers == set(range(3, 13))
    perfused = images(scenario_study("perfusion", WHO, TOSHIBA), FEW)
    assert {i.get("TemporalPositionIndex") for i in perfused} == {None, *range(1, 21)}


def test_a_new_position_is_a_new_frame_of_reference() -> None:
    made = images(scenario_study("head-and-body", WHO, SIEMENS), FEW)
    assert len({i.FrameOfReferenceUID for i in made}) == 2


def test_the_tube_current_goes_along_the_patient_about_its_mean() -> None:
    made = images(scenario_study("chest", WHO, SIEMENS), Form(slices=None))
    currents = [i.XRayTubeCurrent for i in made if i.SeriesNumber == 2]
    mean = 90 * 0.8 / 0.5
    assert max(currents) > 1.2 * mean > 0.8 * mean > min(currents)
    assert np.mean(currents) == pytest.approx(mean, rel=0.03)


def test_shuffling_changes_the_order_alone() -> None:
    study = scenario_study("phases", WHO, GE)
    plain, shuffled = images(study, FEW), images(study, replace(FEW, shuffled=1))
    assert plain != shuffled
    assert sorted(plain, key=lambda i: str(i.SOPInstanceUID)) == sorted(
        shuffled, key=lambda i: str(i.SOPInstanceUID)
    )


@pytest.mark.parametrize(
    ("style", "line"),
    [
        (DoseStyle.GE, "Event=1 DLP=234.00"),
        (DoseStyle.PHILIPS, "Series #2 Average CTDIvol=6.50 DLP=234.00"),
    ],
)
def test_a_screen_can_say_its_events_as_attributes(style: DoseStyle, line: str) -> None:
    screen = Dataset()
    add_dose_attributes(screen, scenario_study("chest", WHO, MAKERS["philips"]), style)
    assert screen.CommentsOnRadiationDose.splitlines() == [line, "Total DLP=234.00"]
    (item,) = screen.ExposureDoseSequence
    assert item.AcquisitionType == CTAcquisitionType.SPIRAL.name
    assert item.CTDIvol == 6.5


def test_headers_alone_or_with_pixels() -> None:
    study = scenario_study("chest", WHO, GE)
    assert "PixelData" not in images(study, FEW)[0]
    pixels = images(study, Form(slices=1, matrix=64, body=ABDOMEN))[1].PixelData
    stored = np.frombuffer(pixels, "<i2").reshape(64, 64)
    assert stored[0, 0] == -2000
    assert abs(int(stored[32, 32]) - 1024) < 50


@pytest.mark.parametrize("body", [ABDOMEN, CHEST, Body.of_water(250)])
def test_a_drawn_section_has_the_water_it_says(body: Body) -> None:
    drawn = section(replace(body, table=False), 256)
    area = float((drawn / 1000 + 1).sum()) * (500 / 256) ** 2
    assert 2 * (area / np.pi) ** 0.5 == pytest.approx(body.water_equivalent_diameter_mm, rel=2e-3)


@pytest.mark.parametrize("kind", sorted(Kind))
def test_a_screen_and_its_images_are_one_study(tmp_path: Path, kind: Kind) -> None:
    (study,) = demo_studies(3, (kind,))
    whole = with_images(study, 3)
    assert whole.objects[-len(study.objects) :] == study.objects
    assert len(whole.objects) > len(study.objects)
    for attribute in ("StudyInstanceUID", "PatientID", "Manufacturer", "DeviceSerialNumber"):
        assert len({getattr(each, attribute) for each in whole.objects}) == 1
    whole.objects[0].save_as(tmp_path / "image.dcm", enforce_file_format=True)
    assert dcmread(tmp_path / "image.dcm").PatientID == identity(3, kind).patient_id
