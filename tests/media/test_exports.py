"""What leaves for a registry: cleaned or not at all, sealed when asked, on discs as on sticks."""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.media.keys import a_registry
from tests.media.reports import REGISTRY, ROOT, Box, a_report, dicom_files, objects

CLEANED = f'{REGISTRY}deidentify = "registry"\n'
IDENTITY = ("Yamada", "山田", "やまだ", "PID000000", "A56485")
NOT_CONFIGURED, FAILED = 2, 1


@pytest.fixture
def a_box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def everything_in(folder: Path) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files)


def test_nothing_of_a_patient_leaves_for_a_registry(a_box: Box) -> None:
    a_box.configure(f"{CLEANED}[destination.medium]\npages = true\n")
    a_box.put(1, 2)
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    assert a_box.delivered() == 2
    content = everything_in(a_box.folder / "out")
    for word in IDENTITY:
        for codec in ("utf-8", "iso2022_jp"):
            assert word.encode(codec, "ignore") not in content
    assert f"{ROOT}.1".encode() not in content
    assert "匿名化プリセット: registry".encode() in content


def test_doses_are_what_they_were(a_box: Box) -> None:
    a_box.configure(CLEANED)
    a_box.put(1)
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    (left,) = objects(a_box.folder / "out")
    before = dcmread(BytesIO(a_report(1)))
    assert numbers(left) == numbers(before)
    assert numbers(left)


def numbers(item: object) -> list[str]:
    found: list[str] = []
    for each in item.get("ContentSequence", ()):  # type: ignore[attr-defined] # a Dataset
        if each.ValueType == "NUM" and each.MeasuredValueSequence:
            found.append(str(each.MeasuredValueSequence[0].NumericValue))
        found += numbers(each)
    return found


def test_what_cannot_be_cleaned_does_not_leave_and_the_others_do(a_box: Box) -> None:
    a_box.configure(CLEANED)
    a_box.put(1)
    a_box.put_bytes(2, b"no DICOM at all")
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    assert len(dicom_files(a_box.folder / "out")) == 1
    (backlog,) = a_box.outbox.backlog()
    assert (backlog.delivered, backlog.refused, backlog.waiting) == (1, 1, 0)
    assert a_box.raised() == [("delivery-refused", "registry")]


def test_a_report_that_was_changed_on_the_disk_does_not_leave(a_box: Box) -> None:
    a_box.put(1)
    (file,) = (a_box.data_dir / "outbox").glob("*.dcm")
    file.write_bytes(file.read_bytes().replace(b"47.95", b"47.96"))
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    assert dicom_files(a_box.folder / "out") == []


def test_batches_have_their_bounds(a_box: Box) -> None:
    a_box.configure(f"{REGISTRY}most_per_session = 2\n")
    a_box.put(*range(1, 6))
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    assert [len(dicom_files(each)) for each in sorted((a_box.folder / "out").iterdir())] == [
        2,
        2,
        1,
    ]


def test_batches_have_their_size(a_box: Box) -> None:
    a_box.configure(f"{REGISTRY}session_mib = 0.2\n")
    a_box.put(*range(1, 6))
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    sizes = [len(dicom_files(each)) for each in (a_box.folder / "out").iterdir()]
    assert sum(sizes) == 5
    assert max(sizes) == 3


def test_what_was_exported_goes_again_by_hand_and_its_queue_stays(a_box: Box) -> None:
    a_box.put(1, 2)
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    a_box.put(3)
    again = ("export", "--output", a_box.folder / "again")
    assert a_box.run(*again, "--study", f"{ROOT}.1") == 0
    assert [each.StudyInstanceUID for each in objects(a_box.folder / "again")] == [f"{ROOT}.1"]
    assert a_box.run(*again, "--since", "2020-01-01") == 0
    assert len(objects(a_box.folder / "again")) == 4
    assert a_box.delivered() == 2
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    assert a_box.delivered() == 3


def test_a_sealed_export_opens_with_openssl_and_the_key_alone(a_box: Box) -> None:
    registry = a_registry(a_box.data_dir)
    a_box.configure(f'{REGISTRY}[destination.medium]\ncertificate_file = "registry.pem"\n')
    a_box.put(1, 2)
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    (folder,) = (a_box.folder / "out").iterdir()
    assert {path.name for path in folder.iterdir()} == {"README.TXT", "EXPORT.P7M", "SHA256.TXT"}
    content = everything_in(folder)
    assert not any(word.encode() in content for word in IDENTITY)
    assert "架空レジストリ" in (folder / "README.TXT").read_text("utf-8-sig")
    archive = registry.opened(folder / "EXPORT.P7M", a_box.folder / "opened.zip")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(a_box.folder / "opened")
    found = {path.read_bytes() for path in dicom_files(a_box.folder / "opened")}
    assert found == {a_report(1), a_report(2)}
    check = ["sha256sum", "--check", "--strict", "SHA256.TXT"]
    subprocess.run(check, check=True, capture_output=True, cwd=a_box.folder / "opened")


def test_a_sealed_export_is_not_opened_by_another_key(a_box: Box, tmp_path: Path) -> None:
    a_registry(a_box.data_dir)
    other = tmp_path / "other"
    other.mkdir()
    a_box.configure(f'{REGISTRY}[destination.medium]\ncertificate_file = "registry.pem"\n')
    a_box.put(1)
    assert a_box.run("export", "--output", a_box.folder / "out") == 0
    (sealed,) = (a_box.folder / "out").rglob("EXPORT.P7M")
    with pytest.raises(subprocess.CalledProcessError):
        a_registry(other).opened(sealed, tmp_path / "opened")


@pytest.mark.parametrize("certificate", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n", None])
def test_without_a_certificate_that_holds_nothing_leaves(
    a_box: Box, certificate: bytes | None
) -> None:
    if certificate is not None:
        (a_box.data_dir / "registry.pem").write_bytes(certificate)
    a_box.configure(f'{REGISTRY}[destination.medium]\ncertificate_file = "registry.pem"\n')
    a_box.put(1)
    assert a_box.run("export", "--output", a_box.folder / "out") == NOT_CONFIGURED
    assert list((a_box.folder / "out").iterdir()) == []
    assert a_box.delivered() == 0


def test_a_site_without_such_a_destination_exports_nothing(a_box: Box) -> None:
    a_box.configure("")
    a_box.put(1)
    assert a_box.run("export", "--output", a_box.folder / "out") == NOT_CONFIGURED


def test_a_disc_is_read_by_two_other_programs(a_box: Box) -> None:
    a_box.configure(f"{REGISTRY}[destination.medium]\npages = true\n")
    a_box.put(1, 11)
    image = a_box.folder / "cd.iso"
    assert a_box.run("export", "--iso", image) == 0
    assert a_box.delivered() == 2
    listing = ["isoinfo", "-f", "-i", str(image)]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()
    assert {"/DICOMDIR.;1", "/INDEX.HTM;1", "/README.TXT;1"} <= set(names)
    assert all(len(part.split(".")[0]) <= 8 for name in names for part in name.split("/"))
    back = a_box.folder / "back"
    extract = ["xorriso", "-osirrox", "on", "-indev", str(image), "-extract", "/", str(back)]
    subprocess.run(extract, check=True, capture_output=True)
    found = {path.read_bytes() for path in dicom_files(back)}
    assert found == {a_report(1), a_report(11)}


def test_a_disc_is_made_once(a_box: Box) -> None:
    a_box.put(1)
    image = a_box.folder / "cd.iso"
    image.write_bytes(b"another")
    assert a_box.run("export", "--iso", image) == FAILED
    assert image.read_bytes() == b"another"
    assert (a_box.delivered(), a_box.waiting()) == (0, 1)


def test_one_disc_is_filled_and_the_rest_waits(a_box: Box) -> None:
    a_box.configure(f"{REGISTRY}most_per_session = 2\n")
    a_box.put(1, 2, 3)
    assert a_box.run("export", "--iso", a_box.folder / "1.iso") == 0
    assert (a_box.delivered(), a_box.waiting()) == (2, 1)
