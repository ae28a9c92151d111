"""A box with two slots in plain folders, and what RAUC, the boot loader and systemd do to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.alarms import Alarm, Alarms
from appliance.clock import Clock
from appliance.config import Configuration, parse_configuration
from appliance.errors import RefusedError
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.services.trial import Proving
from appliance.services.updating import Updating
from appliance.services.vitals import Sign, Vital
from appliance.updates.board import Board
from appliance.updates.bundle import description
from appliance.updates.counted_boot import CountedBoot
from appliance.updates.slot import BootLoader, Slot
from appliance.updates.state import UpdateState, state
from appliance.updates.trial import Trial
from tests.updates.test_counted_boot import Machine

BOARD = "dose-appliance-amd64"
ILL = Sign(Vital.LEDGER_READABLE, is_well=False, detail="broken")
WELL = Sign(Vital.LEDGER_READABLE, is_well=True)


@dataclass(frozen=True, slots=True)
class FolderBoard(Board):
    """The partitions are folders already."""

    machine: Machine | None = None

    @contextmanager
    def opened(self) -> Iterator[BootLoader]:
        assert self.machine is not None
        yield CountedBoot(self.machine.esp)

    @contextmanager
    def boot_files(self, slot: Slot) -> Iterator[Path]:
        assert self.machine is not None
        yield self.machine.roots[slot]

    def is_ambiguous(self) -> bool:
        return False


@dataclass
class Box:
    """``versions`` are those in the slots; time passes only when somebody waits."""

    folder: Path
    settings: str = ""
    versions: dict[Slot, str] = field(default_factory=lambda: {Slot.A: "0.1.0"})
    booted: Slot = Slot.A
    now: float = 1_000_000.0
    marked: list[bool] = field(default_factory=list)
    breaks: str = ""

    def __post_init__(self) -> None:
        self.machine = Machine(self.folder / "disk")
        self.root = self.folder / "root"
        (self.root / "usr/lib").mkdir(parents=True)
        (self.root / "proc").mkdir()
        (self.folder / "run" / PANEL).mkdir(parents=True)
        self.configuration: Configuration = parse_configuration(
            f'data_dir = "{self.folder}/data"\nrun_dir = "{self.folder}/run"\n'
            f'[updates]\nfolder = "{self.folder}/updates"\n{self.settings}'
        )
        self.configuration.data_dir.mkdir()
        self.boot()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def board(self) -> FolderBoard:
        return FolderBoard(BOARD, "systemd-boot", "esp", self.root, self.machine)

    def boot(self) -> Slot:
        """Whatever systemd-boot takes."""
        self.booted = self.machine.boots()
        (self.root / "proc/cmdline").write_text(f"quiet rauc.slot={self.booted}\n")
        version = self.versions[self.booted]
        (self.root / "usr/lib/os-release").write_text(f"IMAGE_VERSION={version}\n")
        return self.booted

    # RAUC, as ``Installer``

    def info(self, file: Path) -> str:
        """A test's bundle is the JSON that RAUC would print."""
        told = json.loads(file.read_text())
        if told.pop("signed", True) is not True:
            raise RefusedError("signature verification failed", file.name)
        return json.dumps(told)

    def install(self, file: Path) -> None:
        slot = self.booted.other
        loader = CountedBoot(self.machine.esp)
        loader.set_bad(slot)
        if self.breaks:
            raise RefusedError(self.breaks, file.name)
        version = json.loads(file.read_text())["version"]
        self.machine.write_root(slot, version)
        self.versions[slot] = version
        loader.set_primary(slot, self.machine.roots[slot])

    def mark_booted(self, *, good: bool) -> None:
        loader = CountedBoot(self.machine.esp)
        (loader.set_good if good else loader.set_bad)(self.booted)

    # What a test does

    def bundle(self, version: str = "0.2.0", **changes: object) -> Path:
        told = {"compatible": BOARD, "version": version, "build": "", "description": description()}
        file = self.folder / f"{version}.raucb"
        file.write_text(json.dumps(told | changes))
        return file

    @contextmanager
    def updating(self) -> Iterator[Updating]:
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            yield Updating(self.configuration, ledger, self.clock, self.board, self, self.root)
        finally:
            ledger.close()

    def proving(self, *signs: Sign) -> Proving:
        """The start of the box, in which these signs are seen one after the other."""
        waiting = list(signs)

        def look(_: Trial) -> tuple[Sign, ...]:
            return (waiting.pop(0) if len(waiting) > 1 else waiting[0],)

        version = self.versions[self.booted]
        return Proving(
            self.configuration,
            self.clock,
            self.board,
            self.booted,
            version,
            look,
            self.mark_booted,
        )

    def start(self, *signs: Sign) -> Slot:
        """Boot, judge, and boot again where that fails, as systemd does; what runs in the end."""
        while True:
            self.boot()
            proving = self.proving(*(signs if self.booted is Slot.B else (WELL,)))
            failed = proving.prove()
            if not failed:
                proving.report()
                return self.booted

    def state(self) -> UpdateState:
        return state(self.configuration.updates.folder, self.root)

    def alarms(self) -> list[Alarm]:
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            return Alarms(ledger, self.clock).raised()
        finally:
            ledger.close()

    def journal(self) -> list[tuple[str, dict[str, object]]]:
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            return [(each.kind, each.body) for each in Journal(ledger, self.clock).entries()]
        finally:
            ledger.close()
