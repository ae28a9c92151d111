"""What the pages ask of root: a closed list, checked anew, carried out once, told and entered."""

import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.backup.sealing import new_identity
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, load_configuration
from appliance.errors import RefusedError
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.provisioning import Box
from appliance.services.settings_carrying import Carrying
from appliance.services.settings_command import Keyboard
from appliance.services.settings_effects import AtADesk, Effects, effects_of
from appliance.services.settings_folder import (
    KEEP,
    REQUEST,
    REQUEST_CARRIED_OUT,
    RequestFolder,
    State,
    request_folder,
)
from appliance.services.settings_holding import FileHolding, Paper
from appliance.services.settings_request import (
    KINDS,
    AcknowledgeUpdate,
    ApplySettings,
    ExportReports,
    ListBackups,
    MakeBackup,
    RemoveSecret,
    RollBackSettings,
    SetSecret,
    Wanted,
    content_of,
    new_request,
    request_of,
)
from appliance.services.settings_versions import KEPT, Versions
from appliance.services.vitals import Sign, Vital

SETTINGS = "# mine\n[receiver]\nport = 11113 # not 11112\n"
RECIPIENT = new_identity()[1]
ILL = Sign(Vital.LISTENER_ANSWERS, is_well=False, detail="unreachable")


class Restarting(AtADesk):
    """Notes what would be started again, and fails when told to."""

    def __init__(self) -> None:
        self.restarted: list[tuple[str, ...]] = []

    def bring_into_force(self, effects: Effects) -> None:
        self.restarted.append(effects.units)


class Desk:
    """A folder with settings, and whoever carries requests out."""

    def __init__(self, folder: Path, *signs: tuple[Sign, ...]) -> None:
        self.file = folder / "appliance.toml"
        self.file.write_text(f'data_dir = "data"\n{SETTINGS}', "utf-8")
        (folder / "data").mkdir()
        self.signs = list(signs)
        self.machine = Restarting()
        self.folder, _ = request_folder(folder / "run", folder / "data")
        self.keep_within_s = 0.0

    @property
    def configuration(self) -> Configuration:
        return load_configuration(self.file)

    @property
    def held(self) -> FileHolding:
        return FileHolding(self.file)

    def look(self, _: Configuration) -> tuple[Sign, ...]:
        return self.signs.pop(0) if len(self.signs) > 1 else (self.signs or [()])[0]

    @contextmanager
    def carrying(self) -> Iterator[Carrying]:
        configuration = self.configuration
        ledger = open_ledger(configuration.ledger_path)
        keyboard = Keyboard(file=self.file, data_dir=configuration.data_dir, clock=SYSTEM_CLOCK)
        try:
            yield Carrying(
                configuration=configuration,
                ledger=ledger,
                clock=SYSTEM_CLOCK,
                folder=self.folder,
                held=self.held,
                machine=self.machine,
                look=self.look,
                keyboard=keyboard,
                keep_within_s=self.keep_within_s,
                well_within_s=0.0,
                steady_s=0.0,
            )
        finally:
            ledger.close()

    def do(self, wanted: Wanted, *, of_media: bool = False) -> State | None:
        self.folder.ask(new_request("tanaka", 1.0, wanted))
        with self.carrying() as work:
            return work.carry_out(of_media=of_media)

    def apply(self, text: str, reason: str = "a new port") -> State | None:
        base = self.held.paper().digest
        return self.do(ApplySettings(main=text, base=base, reason=reason))

    def entries(self) -> list[dict[str, object]]:
        with self.carrying() as work:
            found = Journal(work.ledger, SYSTEM_CLOCK).entries()
            return [each.body for each in found if each.kind == REQUEST_CARRIED_OUT]

    def versions(self) -> list[tuple[int, str, str]]:
        with self.carrying() as work:
            found = Versions(work.ledger, SYSTEM_CLOCK).all()
            return [(each.number, each.by, each.reason) for each in found]


def test_settings_are_applied_kept_and_entered(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    text = desk.file.read_text().replace("11113", "11114")
    assert desk.apply(text) is State.DONE
    assert desk.file.read_text() == text
    assert desk.machine.restarted == [effects_of(["receiver"]).units]
    assert desk.versions() == [(2, "tanaka", "a new port"), (1, "", "")]
    (entry,) = desk.entries()
    assert (entry["request"], entry["by"], entry["state"]) == ("apply-settings", "tanaka", "done")
    outcome = desk.folder.outcome()
    assert outcome
    assert outcome.version == 2
    assert not desk.folder.waits()


def test_a_box_that_is_not_well_afterwards_goes_back_by_itself(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (), (ILL,))
    before = desk.file.read_text()
    assert desk.apply(before.replace("11113", "11114")) is State.WENT_BACK
    assert desk.file.read_text() == before
    outcome = desk.folder.outcome()
    assert outcome
    assert "listener-answers" in outcome.why
    assert len(desk.machine.restarted) == 2
    assert [each for _, each, _ in desk.versions()] == [""]


def test_what_ailed_before_is_not_the_new_settings_doing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (ILL,))
    assert desk.apply(desk.file.read_text().replace("11113", "11114")) is State.DONE


def test_a_browser_that_lost_the_box_has_it_go_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    before = desk.file.read_text()
    assert desk.apply(f"{before}[console]\nport = 8444\n") is State.WENT_BACK
    assert desk.file.read_text() == before


def test_settings_that_somebody_keeps_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.keep_within_s = 60.0
    text = f"{desk.file.read_text()}[console]\nport = 8444\n"
    wanted = ApplySettings(main=text, base=desk.held.paper().digest, reason="")
    request = new_request("tanaka", 1.0, wanted)
    desk.folder.ask(request)
    desk.folder.keep(request.identifier)
    with desk.carrying() as work:
        assert work.carry_out() is State.DONE
    assert desk.file.read_text() == text


@pytest.mark.parametrize("cut", ["begun", "written"])
def test_settings_that_nobody_kept_before_the_power_went_go_again(tmp_path: Path, cut: str) -> None:
    desk = Desk(tmp_path)
    before = desk.file.read_text()
    desk.held.begin_trial()
    if cut == "written":
        desk.held.put_secret("new", b"secret")
        desk.held.put(Paper(before.replace("11113", "11114")))
    with desk.carrying() as work:
        assert work.carry_out() is None
    assert desk.file.read_text() == before
    assert desk.held.secrets() == {}
    assert desk.entries()[0]["state"] == "went-back"
    assert not desk.held.go_back()


def test_what_the_parser_refuses_changes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    before = desk.file.read_text()
    for text in ("[receiver]\nport = 0\n", "[", '[receiver]\nbind = "here"\n', "x = 1\n"):
        assert desk.apply(text) is State.REFUSED
    assert desk.file.read_text() == before
    assert not desk.machine.restarted


def test_who_saw_other_settings_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    state = desk.do(ApplySettings(main="", base="0" * 64, reason=""))
    assert state is State.REFUSED
    assert desk.file.read_text()


def test_any_version_comes_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first = desk.file.read_text()
    desk.apply(first.replace("11113", "11114"))
    base = desk.held.paper().digest
    assert desk.do(RollBackSettings(version=1, base=base, reason="no good")) is State.DONE
    assert desk.file.read_text() == first
    assert desk.versions()[0] == (3, "tanaka", "no good")
    base = desk.held.paper().digest
    assert desk.do(RollBackSettings(version=77, base=base, reason="")) is State.REFUSED


def test_so_many_versions_are_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.carrying() as work:
        versions = Versions(work.ledger, SYSTEM_CLOCK)
        for at in range(KEPT + 5):
            versions.add(Paper(f"# {at}"), "tanaka", "")
        assert len(versions.all()) == KEPT
        assert versions.all()[0].paper == Paper(f"# {KEPT + 4}")


def test_a_secret_is_set_anew_and_told_nowhere(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.do(SetSecret(name="registry", value="hunter2 forever")) is State.DONE
    secret = tmp_path / "secrets/registry"
    assert secret.read_bytes() == b"hunter2 forever"
    assert secret.stat().st_mode & 0o777 == 0o600
    everything = b"".join(
        each.read_bytes() for each in tmp_path.rglob("*") if each.is_file() and each != secret
    )
    assert b"hunter2" not in everything
    assert "hunter2" not in repr(SetSecret(name="registry", value="hunter2"))
    assert desk.do(RemoveSecret(name="registry")) is State.DONE
    assert not secret.exists()


def test_a_secret_that_a_setting_names_stays(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.do(SetSecret(name="backup", value="a long passphrase"))
    with desk.file.open("a") as file:
        file.write(f'[backup]\npassphrase_file = "{tmp_path}/secrets/backup"\n')
    assert desk.do(RemoveSecret(name="backup")) is State.REFUSED
    assert (tmp_path / "secrets/backup").exists()


def test_a_command_is_run_and_what_it_says_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.file.open("a") as file:
        file.write(f'[backup]\nfolder = "{tmp_path}/backups"\nrecipients = ["{RECIPIENT}"]\n')
    (tmp_path / "backups").mkdir()
    assert desk.do(ListBackups(), of_media=True) is State.DONE
    outcome = desk.folder.outcome()
    assert outcome
    assert outcome.lines
    assert desk.do(AcknowledgeUpdate()) is State.FAILED
    outcome = desk.folder.outcome()
    assert outcome
    assert "no slots" in outcome.why


def test_a_request_in_the_file_of_the_others_is_refused(tmp_path: Path) -> None:
    """The unit that may mount does nothing else, and the other way round."""
    desk = Desk(tmp_path)
    request = new_request("tanaka", 1.0, MakeBackup())
    (desk.folder.asked / REQUEST).write_bytes(content_of(request))
    with desk.carrying() as work:
        assert work.carry_out() is State.REFUSED
    assert not desk.folder.waits()


def test_one_at_a_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.folder.ask(new_request("tanaka", 1.0, AcknowledgeUpdate()))
    with pytest.raises(RefusedError):
        desk.folder.ask(new_request("sato", 1.0, AcknowledgeUpdate()))


def test_root_follows_no_link_and_waits_for_no_pipe(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    victim = tmp_path / "victim"
    victim.write_bytes(content_of(new_request("tanaka", 1.0, AcknowledgeUpdate())))
    for lay in (lambda file: file.symlink_to(victim), os.mkfifo):
        lay(desk.folder.asked / REQUEST)
        with desk.carrying() as work:
            assert work.carry_out() is State.REFUSED
    assert victim.exists()
    assert not desk.entries()
    (desk.folder.asked / KEEP).symlink_to(victim)
    assert not desk.folder.is_kept("x")


ODD: list[dict[str, object]] = [
    {"kind": "run-anything", "wanted": {}},
    {"kind": "export-reports", "wanted": {"device": "/dev/../etc/passwd"}},
    {"kind": "export-reports", "wanted": {"device": "--config=/x"}},
    {"kind": "export-reports", "wanted": {"device": "/dev/sdb1", "since": "yesterday"}},
    {"kind": "export-reports", "wanted": {"device": "/dev/sdb1", "studies": ["--by"]}},
    {"kind": "export-reports", "wanted": {"device": "/dev/sdb1", "studies": "1.2"}},
    {"kind": "verify-backup", "wanted": {"backup": "../x.dosebackup"}},
    {"kind": "verify-backup", "wanted": {}},
    {"kind": "set-secret", "wanted": {"name": "../../etc/shadow", "value": "x"}},
    {"kind": "set-secret", "wanted": {"name": "a", "value": "x\0"}},
    {"kind": "roll-back-settings", "wanted": {"version": True, "base": "", "reason": ""}},
    {"kind": "restart-services", "wanted": {"and": "more"}},
    {"kind": "roll-back-update", "wanted": {"reason": "a\nb"}},
    {"kind": "roll-back-update", "wanted": {"reason": "\ud800"}},
]
HOSTILE = [
    b"",
    b"[]",
    b"{" * 100_000,
    b'{"identifier": "0", "wanted": {}}',
    b"\xff",
    b"x" * (2 << 20),
    *(
        json.dumps({"identifier": "0" * 16, "by": "tanaka", "asked_at": 1.0, **each}).encode()
        for each in ODD
    ),
]


@pytest.mark.parametrize("content", HOSTILE)
def test_what_is_not_of_the_list_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError):
        request_of(content)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_any_json_is_a_request_or_refused(value: object) -> None:
    for kind in KINDS:
        whole = {"identifier": "0" * 16, "by": "t", "asked_at": 1.0, "kind": kind}
        for wanted in ({}, {"name": value}, {"device": value}, {"main": value}):
            try:
                request_of(json.dumps({**whole, "wanted": wanted}).encode())
            except RefusedError:
                continue


def test_a_request_reads_back_as_itself() -> None:
    wanted = ExportReports(device="/dev/sdb1", since="2026-04-01", studies=("1.2.3", "1.2.4"))
    request = new_request("田中", 5.0, wanted)
    assert request_of(content_of(request)) == request


def test_every_table_of_the_settings_has_a_row() -> None:
    path = Path(__file__).parents[2] / "appliance/services/settings_effects.toml"
    rows = set(tomllib.loads(path.read_text())["restart"])
    names = {each.name for kind in (Box, Configuration) for each in fields(kind)} - {"appliance"}
    assert rows == names


def test_who_reads_and_who_writes_the_folders(tmp_path: Path) -> None:
    folder = RequestFolder(tmp_path)
    folder.asked.mkdir()
    folder.told.mkdir()
    folder.ask(new_request("tanaka", 1.0, AcknowledgeUpdate()))
    assert (folder.asked / REQUEST).stat().st_mode & 0o777 == 0o600
