"""Objects as old CTs write them: hand-built Implicit VR Little Endian, no file meta."""

import struct
import warnings
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.errors import UnreadableObjectError
from appliance.ledger import open_ledger
from appliance.spool import Arrival, Instance, Spool, read_dataset

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
STUDY = "1.2.392.0200036.09116"
NAME = "山田^太郎"
# 表 and ソ end in 0x5C, the backslash, when they are Shift_JIS.
LABEL = "表ソ 頭部"


def element(group: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHL", group, number, len(value)) + value


def an_old_object(encoding: str = "cp932", character_set: bytes = b"") -> bytes:
    item = element(0x0008, 0x0104, LABEL.encode(encoding))
    items = struct.pack("<HHL", 0xFFFE, 0xE000, len(item)) + item
    endless = (
        struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
        + item
        + struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
        + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    )
    return b"".join(
        [
            element(0x0008, 0x0005, character_set) if character_set else b"",
            element(0x0008, 0x0016, SECONDARY_CAPTURE.encode()),
            element(0x0008, 0x0018, b"1.2.392.0200036.09116.001"),
            element(0x0008, 0x0020, b"1998.01.02"),
            element(0x0008, 0x0060, b"CT\0"),
            element(0x0008, 0x103E, LABEL.encode(encoding)),
            element(0x0010, 0x0010, NAME.encode(encoding)),
            element(0x0010, 0x1030, b"heavy"),
            element(0x0020, 0x000D, STUDY.encode()),
            element(0x0020, 0x000E, b"1.2.392.0200036.09116.2"),
            element(0x0040, 0x0260, items),
            struct.pack("<HHL", 0x0040, 0x0275, 0xFFFFFFFF) + endless,
            element(0x0028, 0x0106, b"\x01"),
            element(0x7FE0, 0x0010, b"\x01\x02\x03"),
        ]
    )


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", open_ledger(tmp_path / "ledger.sqlite"), SYSTEM_CLOCK)


def kept(spool: Spool, dataset: bytes, syntax: str = "1.2.840.10008.1.2") -> Instance:
    spool.keep(
        Arrival(
            sop_class_uid=SECONDARY_CAPTURE,
            sop_instance_uid="1.2.392.0200036.09116.001",
            transfer_syntax_uid=syntax,
            calling_ae="OLD CT",
            called_ae="DOSEBOX",
            address="::1",
        ),
        [dataset],
    )
    spool.index_arrivals()
    (study,) = spool.waiting_studies()
    (instance,) = spool.instances(study.study_instance_uid)
    return instance


def test_quirks_are_read_and_the_bytes_stay(spool: Spool) -> None:
    sent = an_old_object()
    instance = kept(spool, sent)
    dataset = spool.open_dataset(instance, "shift_jis")
    assert dataset.StudyInstanceUID == STUDY
    assert dataset.StudyDate == "1998.01.02"
    assert dataset.PixelData == b"\x01\x02\x03"
    assert dataset.PatientWeight == "heavy"  # stays text
    assert "SmallestImagePixelValue" not in dataset  # one byte where two must be
    assert spool.file(instance).read_bytes().endswith(sent)
    assert spool.instances(STUDY) == [instance]


def test_undeclared_shift_jis_is_read_as_the_scanner_writes_it(spool: Spool) -> None:
    dataset = spool.open_dataset(kept(spool, an_old_object()), "shift_jis")
    assert str(dataset.PatientName) == NAME
    assert dataset.SeriesDescription == LABEL
    assert dataset.PerformedProtocolCodeSequence[0].CodeMeaning == LABEL
    assert dataset.RequestAttributesSequence[0].CodeMeaning == LABEL
    assert dataset.SpecificCharacterSet == "ISO_IR 192"


@pytest.mark.parametrize(("name", "codec"), [("euc_jp", "euc_jp"), ("utf-8", "utf-8")])
def test_wrong_declaration_is_overridden(spool: Spool, name: str, codec: str) -> None:
    dataset = spool.open_dataset(kept(spool, an_old_object(codec, b"ISO_IR 100")), name)
    assert str(dataset.PatientName) == NAME
    assert dataset.RequestAttributesSequence[0].CodeMeaning == LABEL


def test_declared_character_set_is_used_without_an_override(spool: Spool) -> None:
    dataset = spool.open_dataset(kept(spool, an_old_object("iso2022_jp", b"\\ISO 2022 IR 87")))
    assert str(dataset.PatientName) == NAME
    assert dataset.PerformedProtocolCodeSequence[0].CodeMeaning == LABEL
    assert dataset.SpecificCharacterSet == ["", "ISO 2022 IR 87"]


def test_values_read_later_do_not_warn(spool: Spool) -> None:
    dataset = spool.open_dataset(kept(spool, an_old_object()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len([element.value for element in dataset.iterall()]) > 10


def test_file_without_meta_is_read(tmp_path: Path) -> None:
    (tmp_path / "bare.dcm").write_bytes(an_old_object())
    assert read_dataset(tmp_path / "bare.dcm").StudyInstanceUID == STUDY


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"GIF89a" + bytes(range(256)), an_old_object()[:60], b"\xff" * 400],
    ids=["empty", "short", "picture", "cut", "noise"],
)
def test_what_is_not_an_object_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "object.dcm"
    path.write_bytes(content)
    with pytest.raises(UnreadableObjectError):
        read_dataset(path)


def test_lost_file_does_not_stop_the_others(spool: Spool) -> None:
    instance = kept(spool, an_old_object())
    spool.file(instance).unlink()
    with pytest.raises(UnreadableObjectError, match="FileNotFoundError"):
        spool.open_dataset(instance)


def test_deflated_rubbish_is_unreadable(spool: Spool) -> None:
    instance = kept(spool, b"not deflated", "1.2.840.10008.1.2.1.99")
    assert spool.instances("unreadable:1") == [instance]
    with pytest.raises(UnreadableObjectError):
        spool.open_dataset(instance)
