"""The boot entries of a PC, in plain folders; a power cut at every step leaves a box that boots."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import RefusedError
from appliance.updates.counted_boot import ENTRIES, TRIES, CountedBoot
from appliance.updates.slot import Slot, SlotState
from tests.updates.power import at_every_step


def root_files(folder: Path, version: str) -> Path:
    """What the root image of a version brings for the boot loader."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files/linux").write_text(f"kernel {version}")
    (folder / "files/initrd").write_text(f"initrd {version}")
    (folder / "entry.conf").write_text(
        "title dose-appliance\nsort-key dose-appliance\n"
        "linux /slot-@SLOT@/linux\ninitrd /slot-@SLOT@/initrd\n"
        f"options root=PARTLABEL=root-@SLOT@ rauc.slot=@SLOT@ version={version}\n"
    )
    return folder


class Machine:
    """A disk with two roots, and the firmware with systemd-boot."""

    def __init__(self, folder: Path) -> None:
        self.esp = folder / "esp"
        self.roots = {slot: folder / f"root-{slot}" for slot in Slot}
        (self.esp / ENTRIES).mkdir(parents=True)
        (self.esp / "slot-a").mkdir()
        self.write_root(Slot.A, "1")
        self.loader = CountedBoot(self.esp)
        (self.esp / ENTRIES / "slot-a.conf").write_text("title x\nversion 1\n")
        for file in (self.roots[Slot.A] / "files").iterdir():
            shutil.copy(file, self.esp / "slot-a")

    def write_root(self, slot: Slot, version: str) -> None:
        root_files(self.roots[slot], version)

    def boots(self) -> Slot:
        """What systemd-boot would boot; it counts, and the kernel must be that of the root."""
        slot = self.loader.primary()
        assert self.loader.state(slot) is not SlotState.BAD
        for name in ("linux", "initrd"):
            expected = (self.roots[slot] / "files" / name).read_text()
            assert (self.esp / f"slot-{slot}" / name).read_text() == expected
        self._count(slot)
        return slot

    def _count(self, slot: Slot) -> None:
        first = self.loader._first(slot)  # noqa: SLF001
        assert first is not None
        if first.tries_left is not None:
            name = f"slot-{slot}+{first.tries_left - 1}-{first.tries_done + 1}.conf"
            first.path.rename(first.path.with_name(name))

    def install(self, slot: Slot, version: str) -> None:
        """As RAUC does it."""
        self.loader.set_bad(slot)
        self.write_root(slot, version)
        self.loader.set_primary(slot, self.roots[slot])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_new_slot_is_tried_and_kept_when_it_is_good(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    assert machine.loader.state(Slot.B) is SlotState.TRIAL
    assert machine.boots() is Slot.B
    machine.loader.set_good(Slot.B)
    assert machine.loader.state(Slot.B) is SlotState.GOOD
    assert [machine.boots() for _ in range(TRIES + 1)] == [Slot.B] * (TRIES + 1)


def test_a_slot_that_never_proves_itself_is_left_after_its_tries(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    assert [machine.boots() for _ in range(TRIES + 2)] == [Slot.B] * TRIES + [Slot.A] * 2
    assert machine.loader.state(Slot.B) is SlotState.BAD


def test_a_slot_that_is_said_to_be_bad_is_left_at_once(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    machine.boots()
    machine.loader.set_bad(Slot.B)
    assert machine.boots() is Slot.A


def test_going_back_is_a_trial_as_well(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    machine.loader.set_good(Slot.B)
    machine.loader.set_primary(Slot.A, machine.roots[Slot.A])
    assert machine.loader.state(Slot.A) is SlotState.TRIAL
    assert [machine.boots() for _ in range(TRIES + 1)] == [Slot.A] * TRIES + [Slot.B]


def test_the_last_good_slot_cannot_be_called_bad(machine: Machine) -> None:
    with pytest.raises(RefusedError):
        machine.loader.set_bad(Slot.A)
    machine.install(Slot.B, "2")
    with pytest.raises(RefusedError):
        machine.loader.set_bad(Slot.A)


def test_what_is_primary_already_is_not_put_on_trial(machine: Machine) -> None:
    machine.loader.set_primary(Slot.A, machine.roots[Slot.A])
    assert machine.loader.state(Slot.A) is SlotState.GOOD


def test_a_kernel_of_another_version_goes_before_the_new_one_comes(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    machine.loader.set_good(Slot.B)
    (machine.esp / "slot-a/left-over").write_text("of another version")
    machine.install(Slot.A, "3")
    assert sorted(path.name for path in (machine.esp / "slot-a").iterdir()) == ["initrd", "linux"]
    assert machine.boots() is Slot.A


def test_the_entry_names_its_slot(machine: Machine) -> None:
    machine.install(Slot.B, "2")
    text = (machine.esp / ENTRIES / f"slot-b+{TRIES}.conf").read_text()
    assert "root=PARTLABEL=root-b rauc.slot=b" in text
    assert "@" not in text


def fresh(folder: Path) -> Machine:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return Machine(folder)


@pytest.mark.parametrize("then", ["install", "good", "bad", "back"])
def test_power_may_go_at_every_step(tmp_path: Path, then: str) -> None:
    held: list[Machine] = []

    def prepare() -> None:
        machine = fresh(tmp_path / "disk")
        held[:] = [machine]
        if then != "install":
            machine.install(Slot.B, "2")
            machine.boots()
        if then == "back":
            machine.loader.set_good(Slot.B)

    def work() -> None:
        machine = held[0]
        {
            "install": lambda: machine.install(Slot.B, "2"),
            "good": lambda: machine.loader.set_good(Slot.B),
            "bad": lambda: machine.loader.set_bad(Slot.B),
            "back": lambda: machine.loader.set_primary(Slot.A, machine.roots[Slot.A]),
        }[then]()

    cuts = 0
    for _ in at_every_step(work, prepare):
        cuts += 1
        machine = held[0]
        assert machine.boots() in Slot
        # Whatever was under way can be done again, and ends as it should.
        if machine.loader.state(Slot.A) is SlotState.GOOD:
            machine.install(Slot.B, "3")
            assert machine.boots() is Slot.B
    assert cuts >= 2


@settings(max_examples=25, deadline=None)
@given(
    story=st.lists(
        st.sampled_from(["update", "boot", "good", "bad", "cut-update", "back"]), max_size=12
    ),
    step=st.integers(1, 12),
)
def test_no_story_ends_without_a_slot_that_boots(
    tmp_path_factory: pytest.TempPathFactory, story: list[str], step: int
) -> None:
    machine = Machine(tmp_path_factory.mktemp("disk"))
    booted, version = Slot.A, 1
    for event in story:
        version += 1
        confirmed = machine.loader.state(booted) is SlotState.GOOD
        target = booted.other
        match event:
            case "boot":
                booted = machine.boots()
            case "good":
                machine.loader.set_good(booted)
            case "bad" if machine.loader.state(target) is SlotState.GOOD:
                machine.loader.set_bad(booted)
                booted = machine.boots()
            case "update" if confirmed:
                machine.install(target, str(version))
            case "cut-update" if confirmed:
                _cut(machine, target, str(version), step)
                booted = machine.boots()
            case "back" if confirmed and machine.loader.state(target) is SlotState.GOOD:
                machine.loader.set_primary(target, machine.roots[target])
    assert machine.boots() in Slot


def _cut(machine: Machine, slot: Slot, version: str, step: int) -> None:
    from tests.updates.power import Mains, PowerCut, failing_at  # noqa: PLC0415

    try:
        with failing_at(Mains(step, torn=step % 2 == 0)):
            machine.install(slot, version)
    except PowerCut:
        return
