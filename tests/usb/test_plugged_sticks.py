"""Sticks that are plugged in, as udev and systemd tell of them: one light, one alarm."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.cli.media import CODES
from appliance.frontpanel import Subject, Word, told
from appliance.services.plugging import Ended
from appliance.services.stick_signs import StickSigns
from tests.media.keys import a_signer, bring
from tests.media.loops import a_device, a_file_system, mounted_image
from tests.media.reports import REGISTRY, Box, a_report, dicom_files

DONE, FAILED, IGNORED = (CODES[each] for each in (Ended.DONE, Ended.FAILED, Ended.IGNORED))
EXFAT = ("-t", "exfat-fuse")
LABELLED = f'[media]\nlabels = ["DOSES"]\n{REGISTRY}'


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    (tmp_path / "run" / "panel").mkdir(parents=True)
    configure(box, LABELLED)
    box.put(1, 2)
    return box


def configure(box: Box, settings: str) -> None:
    box.configure(settings)
    box.file.write_text(f'run_dir = "{box.folder / "run"}"\n{box.file.read_text()}')


@pytest.fixture
def stick(box: Box) -> Iterator[Path]:
    with a_device(a_file_system(box.folder / "stick.img", "exfat", label="DOSES")) as device:
        yield device


def shown(box: Box) -> Word | None:
    return told(box.folder / "run" / "panel").get(Subject.STICK)


def digest(device: Path) -> str:
    os.sync()
    with device.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folders(image: Path, aside: Path) -> list[Path]:
    with mounted_image(image, aside, *EXFAT) as root:
        return [each.relative_to(root) for each in sorted(root.glob("D???????"))]


def test_the_sites_stick_takes_along_what_waits_and_may_then_be_pulled(
    box: Box, stick: Path
) -> None:
    assert box.run("media", "plugged", stick) == DONE
    assert shown(box) is Word.DONE
    assert str(stick) not in Path("/proc/self/mountinfo").read_text("utf-8"), "it is unmounted"
    assert (box.delivered(), box.waiting()) == (2, 0)
    with mounted_image(box.folder / "stick.img", box.folder / "again", *EXFAT) as root:
        found = {path.read_bytes() for path in dicom_files(root / "D0000001")}
        assert found == {a_report(1), a_report(2)}
        assert (root / "DOSEBOX" / "EXPORT.TXT").exists()
    assert box.run("media", "unplugged", stick) == DONE
    assert shown(box) is None


def test_a_stranger_is_not_written_on_not_even_that_it_was_mounted(box: Box) -> None:
    image = a_file_system(box.folder / "other.img", "exfat", label="HOLIDAY")
    with mounted_image(image, box.folder / "filling", *EXFAT) as root:
        (root / "PHOTO.JPG").write_bytes(b"x" * 100_000)
    with a_device(image) as device:
        before = digest(device)
        assert box.run("media", "plugged", device) == IGNORED
        assert digest(device) == before
    assert shown(box) is Word.FAILED
    assert box.delivered() == 0
    assert box.raised() == [], "somebody's own stick is no fault of the box"


@pytest.mark.parametrize("kind", ["vfat", "ext4", "nothing", "broken"])
def test_what_cannot_be_understood_as_a_stick_is_left_alone(box: Box, kind: str) -> None:
    image = box.folder / "odd.img"
    if kind in ("vfat", "ext4"):
        a_file_system(image, kind, label="DOSES")
    else:
        a_file_system(image, "exfat", label="DOSES")
        content = image.read_bytes()
        image.write_bytes(bytes(len(content)) if kind == "nothing" else broken(content))
    with a_device(image) as device:
        before = digest(device)
        # This machine's kernel has no vfat: like one that finds it too broken to mount.
        assert box.run("media", "plugged", device) == IGNORED
        assert digest(device) == before
    assert shown(box) is Word.FAILED
    assert box.delivered() == 0


def broken(content: bytes) -> bytes:
    """The label can still be read, nothing else: the boot sector says there are no FATs."""
    return content[:72] + bytes(40) + content[112:]


def test_two_sticks_at_once_are_taken_one_after_the_other_and_share_one_light(box: Box) -> None:
    images = [
        a_file_system(box.folder / f"{name}.img", "exfat", label="DOSES") for name in ("a", "b")
    ]
    signs = StickSigns(box.folder / "run")
    with a_device(images[0]) as first, a_device(images[1]) as second:
        command = [sys.executable, "-m", "appliance", "-c", str(box.file), "media", "plugged"]
        both = [
            subprocess.Popen([*command, str(each)], stdout=subprocess.DEVNULL)
            for each in (first, second)
        ]
        assert [each.wait() for each in both] == [DONE, DONE]
    assert shown(box) is Word.DONE
    assert (box.delivered(), box.waiting()) == (2, 0)
    assert sorted(len(folders(each, box.folder / "look")) for each in images) == [0, 1]
    signs.show("loop9", Word.WORKING)
    assert shown(box) is Word.WORKING, "one of them may not be pulled yet"
    signs.show("loop9", Word.FAILED)
    assert shown(box) is Word.FAILED
    signs.gone("loop9")
    assert shown(box) is Word.DONE


def test_one_that_is_pulled_out_in_the_middle_is_told_until_the_next_one_comes(
    box: Box, stick: Path
) -> None:
    StickSigns(box.folder / "run").show(stick.name, Word.WORKING)
    assert box.run("media", "unplugged", stick) == DONE
    assert shown(box) is Word.FAILED
    assert ("medium-failed", "stick") in box.raised()
    assert box.run("media", "plugged", stick) == DONE
    assert shown(box) is Word.DONE
    assert box.raised() == []


def test_one_that_has_no_room_says_so_and_the_rest_waits(box: Box) -> None:
    image = a_file_system(box.folder / "small.img", "exfat", mib=4, label="DOSES")
    with mounted_image(image, box.folder / "filling", *EXFAT) as root:
        fill(root / "FULL")
    with a_device(image) as device:
        assert box.run("media", "plugged", device) == FAILED
    assert shown(box) is Word.FAILED
    assert box.waiting() == 2
    assert ("medium-failed", "registry") in box.raised()


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 16))


def test_a_box_that_waits_for_no_stick_leaves_its_report_on_it(box: Box, stick: Path) -> None:
    configure(box, '[media]\nlabels = ["DOSES"]\n')
    assert box.run("media", "plugged", stick) == DONE
    with mounted_image(box.folder / "stick.img", box.folder / "again", *EXFAT) as root:
        assert (root / "DOSEBOX" / "STATUS.JSN").exists()
        assert list(root.glob("D???????")) == []


def test_only_what_the_site_signed_is_taken_and_a_repeat_is_no_fault(box: Box, stick: Path) -> None:
    signer, stranger = a_signer(box.folder), a_signer(box.folder, "stranger")
    settings = f'import_key_file = "{signer.public_key}"\nimport_recipient = "box-1"\n'
    configure(box, LABELLED.replace("[media]\n", f"[media]\n{settings}"))
    image = box.folder / "stick.img"
    for signed_by, code in ((stranger, FAILED), (signer, DONE), (signer, DONE)):
        with mounted_image(image, box.folder / "bringing", *EXFAT) as root:
            bring(root, signed_by, b'log_level = "info"\n')
            (root / "autorun.inf").write_text("[autorun]\nopen=evil.exe\n")
            (root / "box.toml").write_text("evil = true\n")
        assert box.run("media", "plugged", stick) == code
    assert [each.name for each in (box.data_dir / "imports").rglob("0*")] == ["0000000001"]
    assert box.delivered() == 2


def test_part_of_a_disk_that_the_box_runs_from_is_no_stick(
    box: Box, monkeypatch: pytest.MonkeyPatch, stick: Path
) -> None:
    from appliance.services import plugging  # noqa: PLC0415 - patched here alone

    monkeypatch.setattr(plugging, "is_of_the_box", lambda *_: True)
    assert box.run("media", "plugged", stick) == IGNORED
    assert shown(box) is None


def test_the_light_is_never_wrong_for_many_sticks(tmp_path: Path) -> None:
    (tmp_path / "panel").mkdir()
    signs = StickSigns(tmp_path)

    def plug(number: int) -> None:
        for word in (Word.WORKING, Word.DONE):
            signs.show(f"sd{number}", word)

    threads = [threading.Thread(target=plug, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told(tmp_path / "panel")[Subject.STICK] is Word.DONE
    for number in range(8):
        assert not signs.gone(f"sd{number}")
    assert Subject.STICK not in told(tmp_path / "panel")
