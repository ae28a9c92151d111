"""Pixels go: headers stay byte for byte, repeats are known, a kill at any step costs nothing."""

import os
import signal
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom.dsutils import encode

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.spool import Arrival, Instance, Remains, Spool, Verdict, Why, read_attributes
from appliance.spool.folder import Folder
from appliance.spool.reduction import Reduction, Reductions, to_header
from tests.spool.test_spool import an_arrival

SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]


def an_image(number: int = 1) -> Dataset:
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, f"1.2.{number}"
    image.StudyInstanceUID, image.SeriesInstanceUID = "1.9", "1.9.1"
    icon = Dataset()
    icon.Rows = icon.Columns = 1
    icon.PixelData = b"\0\1"
    icon["PixelData"].VR = "OW"
    image.IconImageSequence = [icon]
    image.Rows = image.Columns = 64
    image.BitsAllocated = 16
    image.PixelData = bytes([number % 251]) * 8192
    image["PixelData"].VR = "OW"
    image.add_new(0xFFFCFFFC, "OB", b"\0\0")
    return image


def arriving(image: Dataset, syntax: str) -> tuple[Arrival, bytes]:
    uid = an_arrival(str(image.SOPInstanceUID))
    content = encode(
        image,
        syntax == ImplicitVRLittleEndian,
        syntax != ExplicitVRBigEndian,
        syntax == DeflatedExplicitVRLittleEndian,
    )
    assert content is not None
    names = {name: getattr(uid, name) for name in Arrival.__slots__}
    return Arrival(**names | {"transfer_syntax_uid": syntax}), content


class World:
    """A spool, opened anew as after a power cut whenever a test says so."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = open_ledger(root / "ledger.sqlite")
        self.spool = Spool(root / "spool", self.ledger, SYSTEM_CLOCK)
        self.folder = Folder(root / "spool")
        self.reductions = Reductions(self.folder, self.ledger)

    def keep(self, number: int = 1, syntax: str = ExplicitVRLittleEndian) -> Verdict:
        arrival, content = arriving(an_image(number), syntax)
        verdict = self.spool.keep(arrival, [content]).verdict
        self.spool.index_arrivals()
        return verdict

    def instances(self) -> list[Instance]:
        return self.spool.instances("1.9")

    def file(self, at: int = 0) -> Path:
        return self.spool.file(self.instances()[at])

    def drop_pixels(self) -> list[Reduction]:
        found = [to_header(self.folder, each) for each in self.instances()]
        planned = [each for each in found if each is not None]
        with self.ledger.transaction():
            self.reductions.plan(planned, Why.AGE, 1.0)
        self.reductions.carry_out()
        return planned

    def finished(self) -> int:
        rows = self.ledger.rows("SELECT count(*) AS n FROM reduction WHERE finished = 1")
        return int(rows[0]["n"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_header_is_the_file_up_to_its_pixels(world: World, syntax: str) -> None:
    world.keep(syntax=syntax)
    whole = world.file().read_bytes()
    before = read_attributes(world.file(), ("Rows", "SOPInstanceUID", "IconImageSequence"))
    (planned,) = world.drop_pixels()
    header = world.file().read_bytes()
    assert whole.startswith(header)
    assert len(header) < len(whole) - 8192
    assert sha256(header).hexdigest() == planned.sha256
    assert read_attributes(world.file(), ("Rows", "SOPInstanceUID", "IconImageSequence")) == before
    assert "PixelData" not in dcmread(world.file())
    assert "IconImageSequence" in dcmread(world.file())


def test_deflated_object_and_object_without_pixels_stay_whole(world: World) -> None:
    world.keep(1, DeflatedExplicitVRLittleEndian)
    bare = an_image(2)
    del bare.PixelData
    arrival, content = arriving(bare, ExplicitVRLittleEndian)
    world.spool.keep(arrival, [content])
    world.spool.index_arrivals()
    before = [world.file(at).read_bytes() for at in range(2)]
    assert world.drop_pixels() == []
    assert [world.file(at).read_bytes() for at in range(2)] == before


def test_what_is_called_back_before_its_pixels_went_stays_whole(world: World) -> None:
    world.keep()
    whole = world.file().read_bytes()
    header = to_header(world.folder, world.instances()[0])
    assert header is not None
    world.reductions.plan([header], Why.AGE, 1.0)  # and then the power went
    world.reductions.recall([world.instances()[0].id], 2.0)
    assert world.keep() is Verdict.REPEAT
    world.reductions.carry_out()
    assert world.file().read_bytes() == whole
    assert world.reductions.of_study("1.9") == {}


def test_damaged_object_is_not_made_smaller(world: World) -> None:
    world.keep()
    file = world.file()
    content = bytearray(file.read_bytes())
    content[-1000] ^= 1
    file.write_bytes(content)
    assert world.drop_pixels() == []
    assert file.read_bytes() == bytes(content)


def test_repeat_of_a_reduced_object_is_a_repeat_and_writes_nothing(world: World) -> None:
    world.keep()
    world.drop_pixels()
    header = world.file().read_bytes()
    assert world.keep() is Verdict.REPEAT
    assert world.file().read_bytes() == header
    assert world.spool.recover().entered == 0
    assert world.spool.reductions.of_study("1.9") == {1: Remains.HEADER}


def test_what_is_wanted_again_is_written_when_it_comes(world: World) -> None:
    world.keep()
    whole = world.file().read_bytes()
    world.drop_pixels()
    assert world.reductions.recall([1], 2.0) == 1
    assert world.reductions.recall([1], 2.0) == 0
    assert list(world.reductions.recalled()) == [("1.9", "1.9.1", "1.2.1")]
    assert world.spool.held(["1.2.1"]) == set()
    assert world.keep() is Verdict.REPEAT
    assert world.file().read_bytes() == whole
    assert world.spool.held(["1.2.1"]) == {"1.2.1"}
    assert world.reductions.of_study("1.9") == {}
    assert list(world.reductions.recalled()) == []


def test_what_was_removed_is_known_for_ever(world: World) -> None:
    world.keep()
    with world.ledger.transaction():
        world.reductions.plan([Reduction(world.instances()[0], Remains.NOTHING)], Why.AGE, 1.0)
    world.reductions.carry_out()
    assert not world.file().exists()
    assert world.keep() is Verdict.REPEAT
    assert not world.file().exists()


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("remains", list(Remains))
def test_kill_at_any_system_call_leaves_whole_objects_or_what_is_written_down(
    tmp_path: Path, at: int, remains: Remains
) -> None:
    world = World(tmp_path)
    for number in (1, 2):
        world.keep(number)
    whole = [world.file(each).read_bytes() for each in range(2)]
    headers = [to_header(world.folder, each) for each in world.instances()]
    sizes = [each.size_bytes for each in headers if each is not None]
    world.ledger.close()
    child = os.fork()
    if child == 0:
        _reduce_until_call(tmp_path, remains, at)
    assert os.waitpid(child, 0)[1] in (0, signal.SIGKILL)

    world = World(tmp_path)
    rows = world.ledger.rows("SELECT instance_id FROM reduction")
    for each, instance in enumerate(world.instances()):
        if instance.id not in {row["instance_id"] for row in rows}:
            assert world.spool.file(instance).read_bytes() == whole[each]
    world.spool.recover()
    world.reductions.carry_out()
    assert world.finished() == len(rows)
    for each in range(len(rows)):
        file = world.file(each)
        if remains is Remains.NOTHING:
            assert not file.exists()
        else:
            assert file.read_bytes() == whole[each][: sizes[each]]
    assert [world.keep(number) for number in (1, 2)] == [Verdict.REPEAT] * 2


def _reduce_until_call(root: Path, remains: Remains, at: int) -> None:
    """In a process of its own: reduce both objects, killed at the call with that number."""
    world = World(root)
    calls = [0]

    def stop(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("os.rename", "os.remove", "open", "sqlite3.connect") and arguments:
            calls[0] += 1
            if calls[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

    planned = []
    for instance in world.instances():
        header = to_header(world.folder, instance)
        assert header is not None
        planned.append(header if remains is Remains.HEADER else Reduction(instance, remains))
    sys.addaudithook(stop)
    with world.ledger.transaction():
        world.reductions.plan(planned, Why.AGE, 1.0)
    world.reductions.carry_out()
    os._exit(0)
