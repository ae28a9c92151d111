"""A medium that a patient takes along: one patient, nothing compressed, nothing unasked."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import (
    UID,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from appliance.clock import SYSTEM_CLOCK
from appliance.errors import UnreadableObjectError
from appliance.media.uncompressed import uncompressed
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.demo import identity
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import StorageForm
from appliance.spool import Arrival, Spool
from tests.media.failing import plugged_in
from tests.media.reports import REGISTRY, ROOT, Box, a_report, dicom_files, objects
from tests.pipeline.studies import a_copy, an_image, encoded
from tests.rdsr.cases import encoded as as_file

REFUSED, NOT_FOUND, WRONG_USE = 5, 4, 2
NAME = "Yamada^Tarou=山田^太郎=やまだ^たろう"


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def hand_out(box: Box, *more: str | Path, study: int = 1) -> int:
    target = () if "--iso" in more else ("--output", box.folder / "medium")
    fixed = ("export", "--patient", "--by", "A. Clerk", "--label", box.folder / "label.htm")
    return box.run(*fixed, "--study", f"{ROOT}.{study}", *target, *more)


def medium(box: Box) -> list[Dataset]:
    return list(objects(box.folder / "medium"))


def an_image_here(at: int, **changes: object) -> Dataset:
    study = Identity(f"{ROOT}.1", patient_name=NAME, patient_id="PID000000", birth_date="19500102")
    image = an_image(study, at)
    image.SpecificCharacterSet = "ISO_IR 192"
    image.SeriesNumber = image.InstanceNumber = at
    return a_copy(image, **changes)


def receive(box: Box, *images: Dataset) -> None:
    spool = Spool(box.data_dir / "spool", box.ledger, SYSTEM_CLOCK)
    for image in images:
        meta = image.file_meta
        arrival = Arrival(
            sop_class_uid=image.SOPClassUID,
            sop_instance_uid=image.SOPInstanceUID,
            transfer_syntax_uid=meta.TransferSyntaxUID,
            calling_ae="CT",
            called_ae="BOX",
            address="192.0.2.1",
        )
        spool.keep(arrival, [encoded(image)])
    spool.index_arrivals()


def test_the_reports_of_one_patient_lie_at_the_root(a_box: Box) -> None:
    a_box.put(1, 2, 11)
    assert hand_out(a_box, "--study", f"{ROOT}.2") == 0
    assert {each.StudyInstanceUID for each in medium(a_box)} == {f"{ROOT}.1", f"{ROOT}.2"}
    assert (a_box.folder / "medium" / "DICOMDIR").is_file()
    assert a_box.ledger.rows("SELECT * FROM journal")[0]["kind"] == "media-exported"


def test_of_two_patients_nothing_is_written(a_box: Box) -> None:
    a_box.put(1, 11)
    assert hand_out(a_box, "--study", f"{ROOT}.11") == REFUSED
    assert list((a_box.folder / "medium").iterdir()) == []
    assert not (a_box.folder / "label.htm").exists()


@pytest.mark.parametrize(
    "changes", [{"PatientName": "Suzuki^Jirou"}, {"PatientBirthDate": "19500103"}]
)
def test_one_id_of_two_persons_is_of_two_patients(a_box: Box, changes: dict[str, str]) -> None:
    a_box.put(1)
    a_box.put(2, **changes)
    assert hand_out(a_box, "--study", f"{ROOT}.2") == REFUSED


def test_names_in_kanji_alone_are_compared(a_box: Box) -> None:
    a_box.put(1, PatientName="=山田^太郎")
    a_box.put(2, PatientName="=鈴木^次郎")
    assert hand_out(a_box, "--study", f"{ROOT}.2") == REFUSED


def test_a_patient_without_an_id_is_nobody(a_box: Box) -> None:
    a_box.put(1, PatientID="")
    assert hand_out(a_box) == REFUSED


def test_a_study_without_a_report_is_not_found(a_box: Box) -> None:
    assert hand_out(a_box) == NOT_FOUND


def test_only_the_report_that_counts_is_handed_over(a_box: Box) -> None:
    a_box.put(1)
    later = dcmread(BytesIO(a_report(1)))
    later.SOPInstanceUID = UID(f"{ROOT}.1.4")
    later.file_meta.MediaStorageSOPInstanceUID = later.SOPInstanceUID
    before = f"{ROOT}.1.3"
    a_box.outbox.put(as_file(later), later.SOPClassUID, f"{ROOT}.1.4", f"{ROOT}.1", before)
    assert hand_out(a_box) == 0
    (report,) = medium(a_box)
    assert report.SOPInstanceUID == f"{ROOT}.1.4"


def test_everything_is_explicit_little_endian_and_uncompressed(a_box: Box) -> None:
    implicit = dcmread(BytesIO(a_report(1)))
    implicit.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    file = BytesIO()
    implicit.save_as(file, implicit_vr=True, little_endian=True, enforce_file_format=True)
    a_box.put_bytes(1, file.getvalue())
    image = an_image_here(1)
    image.compress(RLELossless, generate_instance_uid=False)
    receive(a_box, image)
    assert hand_out(a_box, "--images") == 0
    found = medium(a_box)
    assert {each.file_meta.TransferSyntaxUID for each in found} == {ExplicitVRLittleEndian}
    (shown,) = [each for each in found if "PixelData" in each]
    assert shown.PixelData == an_image_here(1).PixelData
    assert shown.SOPInstanceUID == image.SOPInstanceUID
    (report,) = [each for each in found if "PixelData" not in each]
    assert report.PatientName == implicit.PatientName


def test_without_being_asked_no_image_goes(a_box: Box) -> None:
    a_box.put(1)
    receive(a_box, an_image_here(1))
    assert hand_out(a_box) == 0
    assert [each.Modality for each in medium(a_box)] == ["SR"]


@pytest.mark.parametrize(
    ("image", "agreed"),
    [
        (an_image_here(1, SliceThickness="0.5"), "thin_slices"),
        (
            an_image_here(1, SOPClassUID=EnhancedCTImageStorage, NumberOfFrames="2", Rows=32),
            "thin_slices",
        ),
        (
            an_image_here(
                1,
                SOPClassUID=SecondaryCaptureImageStorage,
                NumberOfFrames="2",
                Rows=32,
                FrameTime="40",
            ),
            "moving_images",
        ),
    ],
    ids=["thin", "volume", "moving"],
)
def test_thin_slices_and_moving_images_go_only_where_it_was_agreed(
    a_box: Box, image: Dataset, agreed: str
) -> None:
    a_box.put(1)
    receive(a_box, image, an_image_here(2, SliceThickness="5"))
    assert hand_out(a_box, "--images") == 0
    assert len(medium(a_box)) == 2
    assert "Left out" in (a_box.folder / "label.htm").read_text("utf-8")
    a_box.configure(f"[media]\n{agreed} = true\n{REGISTRY}")
    assert hand_out(a_box, "--images", "--iso", a_box.folder / "cd.iso") == 0
    last = a_box.ledger.rows("SELECT objects FROM exported_batch ORDER BY id DESC")[0]
    assert last["objects"] == 3


def test_images_that_were_removed_after_their_time_are_left_out(a_box: Box) -> None:
    a_box.put(1)
    receive(a_box, an_image_here(1), an_image_here(2))
    a_box.ledger.execute(
        "INSERT INTO reduction (instance_id, remains, why, decided_at, finished)"
        " VALUES (1, 'nothing', 'age', 0, 1)"
    )
    (gone,) = a_box.ledger.rows("SELECT path FROM instance WHERE id = 1")
    (a_box.data_dir / "spool" / gone["path"]).unlink()
    assert hand_out(a_box, "--images") == 0
    assert len(medium(a_box)) == 2


def test_a_report_that_is_not_as_it_was_made_is_handed_to_nobody(a_box: Box) -> None:
    a_box.put(1)
    (file,) = (a_box.data_dir / "outbox").glob("*.dcm")
    file.write_bytes(file.read_bytes().replace(b"47.95", b"47.96"))
    assert hand_out(a_box) == REFUSED
    file.unlink()
    assert hand_out(a_box) == REFUSED
    assert not dicom_files(a_box.folder / "medium")


def test_an_image_of_somebody_else_in_the_study_stops_it(a_box: Box) -> None:
    a_box.put(1)
    receive(a_box, an_image_here(1, PatientID="PID999999"))
    assert hand_out(a_box, "--images") == REFUSED


def test_the_label_names_the_patient_and_the_log_does_not(
    a_box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    a_box.put(1)
    assert hand_out(a_box) == 0
    page = (a_box.folder / "label.htm").read_text("utf-8")
    assert (a_box.folder / "label.htm").stat().st_mode & 0o007 == 0
    for word in ("山田 太郎", "PID000000", "架空病院", "03-0000-0000", "2012-03-14", "DICOM 以外"):
        assert word in page
    told = capsys.readouterr()
    names = "\n".join(str(path) for path in a_box.folder.rglob("*"))
    kept = str([tuple(row) for row in a_box.ledger.rows("SELECT * FROM journal")])
    for word in ("Yamada", "山田", "PID000000", "1950"):
        assert word not in told.out + told.err + names + kept


def test_a_stick_with_something_on_it_is_not_handed_out(a_box: Box) -> None:
    a_box.put(1)
    with plugged_in(a_box.folder / "stick") as stick:
        (stick / "OTHER.TXT").write_bytes(b"x")
        assert hand_out(a_box, "--output", stick) != 0
        assert [each.name for each in stick.iterdir()] == ["OTHER.TXT"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--patient", "--output", "X", "--by", "A", "--label", "L"),
        ("--patient", "--study", "1", "--output", "X", "--label", "L"),
        ("--patient", "--study", "1", "--stick", "X", "--by", "A", "--label", "L"),
        ("--patient", "--study", "1", "--output", "X", "--by", "A", "--label", "L", "--to", "r"),
        ("--output", "X", "--label", "L"),
        ("--output", "X", "--images"),
    ],
)
def test_what_does_not_go_together_is_refused(a_box: Box, arguments: tuple[str, ...]) -> None:
    assert a_box.run("export", *arguments) == REFUSED


def broken() -> Iterator[bytes]:
    image = an_image_here(1)
    image.compress(RLELossless, generate_instance_uid=False)
    image.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    yield as_file(image)
    yield b"not DICOM at all"
    yield as_file(an_image_here(1))[:200]


FORMS = (StorageForm.RLE, StorageForm.JPEG, StorageForm.JPEG_2000)


@pytest.mark.parametrize("form", FORMS)
def test_decoded_pixels_are_those_that_every_viewer_would_show(form: StorageForm) -> None:
    picture = np.arange(64 * 48, dtype=np.uint8).reshape(48, 64)
    (screen,) = secondary_capture([picture], GE, identity(1, "medium"), form)
    decoded = dcmread(BytesIO(uncompressed(as_file(screen))))
    screen.decompress(generate_instance_uid=False)
    assert decoded.PixelData == screen.PixelData
    assert {each.keyword for each in decoded} == {each.keyword for each in screen}
    assert decoded.PhotometricInterpretation == screen.PhotometricInterpretation


def kills_a_codec() -> bytes:
    """GDCM ends its process over one component where the interpretation has three."""
    picture = np.arange(64 * 48, dtype=np.uint8).reshape(48, 64)
    form = StorageForm.JPEG_2000
    (screen,) = secondary_capture([picture], GE, identity(1, "medium"), form)
    screen.PhotometricInterpretation = "RGB"
    return as_file(screen)


def test_a_frame_that_kills_a_codec_does_not_end_the_handing_out() -> None:
    with pytest.raises(UnreadableObjectError):
        uncompressed(kills_a_codec())


@pytest.mark.parametrize("content", list(broken()), ids=["another syntax", "noise", "cut"])
def test_what_cannot_be_decoded_is_said_to_be(content: bytes) -> None:
    with pytest.raises(UnreadableObjectError):
        dcmread(BytesIO(uncompressed(content))).pixel_array  # noqa: B018 - it must not come so far
