import subprocess
import threading
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.sop_classes import STORAGE_CLASSES, TRANSFER_SYNTAXES
from tests.receive.box import Box, wait_for
from tests.receive.conftest import MakeBox
from tests.receive.raw_scu import ABORT, IMPLICIT_LE, RawSCU, p_data, status_of, store_command

CT = "1.2.840.10008.5.1.4.1.1.2"
CANARY = ("CANARY^PATIENT", "CANARY-ID-4711", "19010203")


def a_screen(path: Path, uid: str = "1.2.826.0.1.3680043.10.1") -> Path:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = uid
    dataset.StudyInstanceUID = "1.2.826.0.1.3680043.10.2"
    dataset.SeriesInstanceUID = "1.2.826.0.1.3680043.10.3"
    dataset.Modality = "CT"
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = CANARY
    dataset.Rows, dataset.Columns = 64, 64
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = bytes(range(256)) * 16
    dataset.save_as(path, enforce_file_format=True)
    return path


def storescu(box: Box, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["storescu", "-v", "-aet", "CT99", "-aec", "DOSEBOX", "127.0.0.1", str(box.port)]
        + [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def data_set_of(path: Path) -> bytes:
    """What follows the file meta."""
    meta = pydicom.filereader.read_file_meta_info(path)
    return path.read_bytes()[144 + int(meta.FileMetaInformationGroupLength) :]


def test_verification(box: Box) -> None:
    assert subprocess.run(["echoscu", "127.0.0.1", str(box.port)], check=False).returncode == 0
    wait_for(box, "connection_verified calling_ae=ECHOSCU address=127.0.0.1")


def test_no_identity_in_log_or_file_names(box: Box, tmp_path: Path) -> None:
    assert storescu(box, a_screen(tmp_path / "screen.dcm")).returncode == 0
    (stored,) = box.stored().values()
    assert CANARY[1].encode() in stored[0]
    names = " ".join(str(path) for path in box.data_dir.rglob("*"))
    for word in CANARY:
        assert word not in box.log
        assert word not in names


# How dcmtk makes a file of each syntax, and the storescu option that proposes it.
ENCODERS = {
    "explicit-le": (["dcmconv", "+te"], "-xe"),
    "explicit-be": (["dcmconv", "+tb"], "-xb"),
    "implicit-le": (["dcmconv", "+ti"], "-xi"),
    "deflated": (["dcmconv", "+td"], "-xd"),
    "rle": (["dcmcrle"], "-xr"),
    "jpeg-lossless-sv1": (["dcmcjpeg", "+e1"], "-xs"),
    "jpeg-baseline": (["dcmcjpeg", "+eb"], "-xy"),
    "jpeg-ls-lossless": (["dcmcjpls", "+el"], "-xt"),
}


def plain(name: str, dataset: bytes) -> bytes:
    """dcmtk deflates a second time when it sends, so only what was deflated can be compared."""
    return zlib.decompress(dataset, -zlib.MAX_WBITS) if name == "deflated" else dataset


def test_dcmtk_stores_every_encoding_it_makes(box: Box, tmp_path: Path) -> None:
    for number, (name, (command, option)) in enumerate(ENCODERS.items()):
        uid = f"1.2.826.0.1.3680043.10.9.{number}"
        file = tmp_path / f"{name}.dcm"
        # Lossy encoders would assign a new UID.
        keep_uid = ["+un"] if "jpeg-baseline" in name else []
        source = a_screen(tmp_path / "plain.dcm", uid)
        subprocess.run([*command, *keep_uid, source, file], check=True)
        sent = storescu(box, option, file)
        assert sent.returncode == 0, sent.stderr
        (stored,) = box.stored()[uid]
        assert plain(name, stored) == plain(name, data_set_of(file)), name
        syntax = pydicom.filereader.read_file_meta_info(file).TransferSyntaxUID
        row = box.rows("SELECT transfer_syntax_uid FROM instance ORDER BY id")[-1]
        assert row == {"transfer_syntax_uid": syntax}


def test_every_class_in_every_syntax_is_kept_byte_for_byte(box: Box) -> None:
    pairs = [(sop_class, syntax) for sop_class in STORAGE_CLASSES for syntax in TRANSFER_SYNTAXES]
    sent: dict[str, list[bytes]] = {}
    for start in range(0, len(pairs), 128):
        contexts = pairs[start : start + 128]
        with RawSCU(box.port, contexts) as scu:
            assert scu.accepted == set(range(len(contexts)))
            for number in range(len(contexts)):
                uid = f"1.2.3.{start + number + 1}"
                sent[uid] = [f"no {uid} data set\0\xff".encode("latin-1") * 3]
                assert scu.store(uid, sent[uid][0], number, fragment_bytes=17) == 0
    assert box.stored() == sent


def test_what_is_not_supported_is_refused_and_named_in_the_log(box: Box) -> None:
    mr = "1.2.840.10008.5.1.4.1.1.4"
    with RawSCU(box.port, [(mr, IMPLICIT_LE), (CT, "1.2.840.10008.1.2.4.102")]) as scu:
        assert scu.accepted == set()
    wait_for(box, mr)


def test_message_that_was_not_agreed_on_ends_only_its_association(box: Box) -> None:
    mr = "1.2.840.10008.5.1.4.1.1.4"
    refused_context = p_data(3, 0x03, store_command(mr, "1.2.3")) + p_data(3, 0x02, b"x")
    unknown_class = p_data(1, 0x03, store_command("1.2.3.4", "1.2.3")) + p_data(1, 0x02, b"x")
    no_command = p_data(1, 0x03, b"\xff" * 40)
    for number, sent in enumerate([refused_context, unknown_class, no_command], 1):
        scu = RawSCU(box.port, [(CT, IMPLICIT_LE), (mr, IMPLICIT_LE)])
        scu.connection.sendall(sent)
        assert scu.receive()[0] in (0, ABORT)
        scu.connection.close()
        with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as other:
            assert other.store(f"1.2.3.{number}", b"x") == 0
    assert len(box.stored()) == 3


def test_uid_of_other_bytes_is_refused_and_nothing_is_kept(box: Box) -> None:
    with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as scu:
        scu.connection.sendall(p_data(1, 0x03, store_command(CT, "1.2.\xe9")))
        scu.connection.sendall(p_data(1, 0x02, b"x"))
        assert status_of(scu.receive()[1]) == 0xA701
    assert box.stored() == {}


def test_repeat_is_success_and_conflict_is_kept_and_alarmed(box: Box) -> None:
    with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as scu:
        assert [scu.store("1.2.3", content) for content in (b"one", b"one", b"two")] == [0, 0, 0]
    assert box.stored() == {"1.2.3": [b"one", b"two"]}
    assert [row["conflict"] for row in box.rows("SELECT conflict FROM instance")] == [0, 1]
    assert box.stop() == 0
    alarms = box.rows("SELECT code, subject FROM alarm")
    assert alarms == [{"code": "instance-conflict", "subject": "1.2.3"}]


def test_same_object_from_many_at_once_is_kept_once(make_box: MakeBox) -> None:
    box = make_box()
    content = bytes(300_000)
    statuses: list[int] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as scu:
            barrier.wait()
            statuses.append(scu.store("1.2.3", content))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [0] * 6
    assert box.stored() == {"1.2.3": [content]}


@pytest.mark.parametrize("uid", ["1.2.03.004", "1.2.3..4", "1." + "2" * 62])
def test_uids_that_old_scanners_make_are_kept_as_sent(box: Box, uid: str) -> None:
    with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as scu:
        assert scu.store(uid, b"odd") == 0
    assert box.stored() == {uid: [b"odd"]}


def test_facts_of_the_association_are_in_the_ledger(box: Box) -> None:
    with RawSCU(box.port, [(CT, IMPLICIT_LE)], calling="OLD CT", called="OTHER") as scu:
        scu.store("1.2.3", b"x")
    (row,) = box.rows("SELECT sop_class_uid, calling_ae, called_ae, address FROM instance")
    assert row == {
        "sop_class_uid": CT,
        "calling_ae": "OLD CT",
        "called_ae": "OTHER",
        "address": "127.0.0.1",
    }


def test_ends_cleanly(box: Box) -> None:
    assert box.stop() == 0
    assert "receiver_ended" in box.log
    assert "Traceback" not in box.log


def test_memory_stays_small(box: Box) -> None:
    process = box.process
    assert process is not None
    with RawSCU(box.port, [(CT, IMPLICIT_LE)]) as scu:
        for number in range(1, 40):
            assert scu.store(f"1.2.{number}", bytes(1_000_000), fragment_bytes=100_000) == 0
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    (peak,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    assert int(peak.split()[1]) < 80 * 1024
