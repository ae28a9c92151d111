"""The firmware's two-slot boot of a Raspberry Pi, in plain folders."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.errors import RefusedError
from appliance.updates.slot import Slot, SlotState
from appliance.updates.tryboot import AUTOBOOT, PARTITIONS, TryBoot, autoboot
from tests.updates.power import at_every_step


class Board:
    """A card with its partitions, and the firmware."""

    def __init__(self, folder: Path) -> None:
        self.first = folder / "first"
        self.first.mkdir(parents=True)
        self.partitions = {slot: folder / f"boot-{slot}" for slot in Slot}
        self.roots = {slot: folder / f"root-{slot}" for slot in Slot}
        self.argument = folder / "run/reboot-param"
        for slot in Slot:
            self.partitions[slot].mkdir()
            self.write_root(slot, "1")
        (self.partitions[Slot.A] / "kernel8.img").write_text("kernel 1")
        (self.first / AUTOBOOT).write_bytes(autoboot(Slot.A))
        self.loader = TryBoot(self.first, self._opened, self.argument)

    @contextmanager
    def _opened(self, slot: Slot) -> Iterator[Path]:
        yield self.partitions[slot]

    def write_root(self, slot: Slot, version: str) -> None:
        files = self.roots[slot] / "files"
        files.mkdir(parents=True, exist_ok=True)
        (files / "kernel8.img").write_text(f"kernel {version}")
        (files / "cmdline.txt").write_text("root=PARTLABEL=root-@SLOT@ rauc.slot=@SLOT@")

    def power_on(self, *, tryboot: bool = False) -> Slot:
        """The firmware reads the section that counts, and its partition has the root's kernel."""
        self.argument.unlink(missing_ok=True)  # /run is empty
        text = (self.first / AUTOBOOT).read_text()
        assert len(text) < 512  # what the firmware reads
        section = text.split("[tryboot]")[1 if tryboot else 0]
        number = int(section.split("boot_partition=")[1].split("\n")[0])
        slot = next(each for each in Slot if PARTITIONS[each] == number)
        kernel = (self.partitions[slot] / "kernel8.img").read_text()
        assert kernel == (self.roots[slot] / "files/kernel8.img").read_text()
        return slot

    def reboot(self) -> Slot:
        asked = self.argument.exists() and self.argument.read_text() == "0 tryboot"
        return self.power_on(tryboot=asked)

    def install(self, slot: Slot, version: str) -> None:
        self.loader.set_bad(slot)
        self.write_root(slot, version)
        self.loader.set_primary(slot, self.roots[slot])


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


def test_a_new_slot_is_tried_once(board: Board) -> None:
    board.install(Slot.B, "2")
    assert board.loader.primary() is Slot.B
    assert board.loader.state(Slot.B) is SlotState.TRIAL
    assert board.reboot() is Slot.B
    assert board.power_on() is Slot.A
    assert board.loader.state(Slot.B) is SlotState.BAD


def test_a_good_one_is_kept(board: Board) -> None:
    board.install(Slot.B, "2")
    board.reboot()
    board.loader.set_good(Slot.B)
    assert board.power_on() is Slot.B
    assert [board.loader.state(slot) for slot in Slot] == [SlotState.GOOD] * 2
    board.install(Slot.A, "3")
    assert board.reboot() is Slot.A
    assert board.power_on() is Slot.B


def test_a_try_that_power_prevented_is_not_made(board: Board) -> None:
    board.install(Slot.B, "2")
    assert board.power_on() is Slot.A
    assert board.loader.primary() is Slot.A


def test_the_files_name_their_slot(board: Board) -> None:
    board.install(Slot.B, "2")
    text = (board.partitions[Slot.B] / "cmdline.txt").read_text()
    assert text == "root=PARTLABEL=root-b rauc.slot=b"


def test_the_slot_that_is_booted_is_bad_only_where_another_one_is_good(board: Board) -> None:
    board.install(Slot.B, "2")
    with pytest.raises(RefusedError):
        board.loader.set_bad(Slot.A)
    board.reboot()
    board.loader.set_good(Slot.B)
    board.loader.set_bad(Slot.B)
    assert board.power_on() is Slot.A


@pytest.mark.parametrize("then", ["install", "good", "bad", "install-a"])
def test_power_may_go_at_every_step(tmp_path: Path, then: str) -> None:
    held: list[Board] = []

    def prepare() -> None:
        shutil.rmtree(tmp_path / "card", ignore_errors=True)
        board = Board(tmp_path / "card")
        held[:] = [board]
        if then != "install":
            board.install(Slot.B, "2")
            board.reboot()
        if then in ("bad", "install-a"):
            board.loader.set_good(Slot.B)

    def work() -> None:
        board = held[0]
        {
            "install": lambda: board.install(Slot.B, "2"),
            "good": lambda: board.loader.set_good(Slot.B),
            "bad": lambda: board.loader.set_bad(Slot.B),
            "install-a": lambda: board.install(Slot.A, "3"),
        }[then]()

    cuts = 0
    for _ in at_every_step(work, prepare):
        cuts += 1
        board = held[0]
        booted = board.power_on()
        board.install(booted.other, "4")
        assert board.reboot() is booted.other
    assert cuts >= 2
