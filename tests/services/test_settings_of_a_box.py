"""The settings of an installed box: box.toml in the box and on the boot partition, and secrets."""

from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.errors import ConfigurationError, RefusedError
from appliance.provisioning import BoxText
from appliance.services import provisioning
from appliance.services.box_folder import BoxFolder
from appliance.services.box_rendering import TEXTS
from appliance.services.provisioning import Places, provision
from appliance.services.settings_desk import SettingsDesk
from appliance.services.settings_effects import AtADesk, Effects
from appliance.services.settings_holding import BoxHolding, Paper, holding
from appliance.services.settings_papers import changed, with_secret, without_secret
from appliance.services.settings_trial import SettingsTrial, Telling, Tried
from appliance.services.vitals import Sign, Vital

BOX = """# of the radiology
hostname = "dosebox-ct2"  # as on the label

[[secret]]
name = "registry"
value = "hunter2 forever"

[appliance.receiver]
ae_title = "DOSEBOX"

[[appliance.destination]]
name = "registry"
kind = "sftp"
port = 22
host = "192.0.2.9"
sftp.user = "box"
sftp.password_file = "/run/dose-appliance/secrets/registry"
sftp.host_key = ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"]
"""


class Machine(AtADesk):
    """Starts the box's own provisioning again, as systemd does."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.asked: list[Effects] = []

    def bring_into_force(self, effects: Effects) -> None:
        self.asked.append(effects)
        assert not provision(self.places).faults


class World:
    def __init__(self, folder: Path) -> None:
        self.places = Places(*(folder / name for name in ("boot", "box", "run", "proc", "etc")))
        for each in ("boot", "run", "proc", "etc"):
            (folder / each).mkdir()
        self.boot = folder / "boot"
        (self.boot / "box.toml").write_text(BOX, "utf-8")
        self.machine = Machine(self.places)
        assert not provision(self.places).faults
        found = holding(self.places.box, self.boot, folder / "none")
        assert isinstance(found, BoxHolding)
        self.held = found

    def try_out(
        self, paper: Paper, *, is_well: bool = True, is_kept: bool = True, **secrets: bytes
    ) -> Tried:
        looks = iter([True, is_well])

        def look(_: Configuration) -> tuple[Sign, ...]:
            return (Sign(Vital.LEDGER_READABLE, is_well=next(looks, is_well)),)

        trial = SettingsTrial(
            held=self.held,
            machine=self.machine,
            look=look,
            clock=SYSTEM_CLOCK,
            telling=Telling(step=lambda _: None, ask_until=lambda _: None, is_kept=lambda: is_kept),
            well_within_s=0.0,
            steady_s=0.0,
            keep_within_s=0.0,
        )
        return trial.try_out(paper, self.held.paper().digest, dict(secrets))

    @property
    def in_run(self) -> str:
        return (self.places.run / "dose-appliance/appliance.toml").read_text()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(provisioning, "name_the_machine", lambda *_: "")
    return World(tmp_path)


def with_port(world: World, port: int) -> Paper:
    paper, kept = changed(world.held.paper(), {("appliance", "receiver", "port"): port})
    assert kept
    return paper


def test_a_change_is_in_the_box_on_the_boot_partition_and_in_force(world: World) -> None:
    paper = with_port(world, 4242)
    tried = world.try_out(paper)
    assert not tried.went_back
    assert tried.tables == ("receiver",)
    assert "port = 4242" in (world.boot / "box.toml").read_text()
    assert world.held.paper() == paper
    assert "port = 4242" in world.in_run
    assert "# as on the label" in paper.main
    assert "hunter2" not in paper.main
    assert world.held.secrets() == {"registry": b"hunter2 forever"}


def test_a_box_that_is_not_well_has_everything_as_before(world: World) -> None:
    before, boot = world.held.paper(), (world.boot / "box.toml").read_bytes()
    paper = without_destination(world)
    tried = world.try_out(paper, is_well=False)
    assert "ledger-readable" in tried.went_back
    assert world.held.paper() == before
    assert (world.boot / "box.toml").read_bytes() == boot
    assert world.held.secrets() == {"registry": b"hunter2 forever"}
    assert not world.held.go_back()


def without_destination(world: World) -> Paper:
    """Nothing names the secret any more, and it goes."""
    paper, _ = changed(world.held.paper(), {("appliance", "destination"): None})
    return without_secret(paper, "registry")


def test_a_changed_network_asks_and_goes_back(world: World) -> None:
    before = world.held.paper()
    paper, _ = changed(before, {("hostname",): "dosebox-ct3"})
    assert world.try_out(paper, is_kept=False).went_back
    assert world.held.paper() == before
    assert not world.try_out(paper).went_back
    assert "dosebox-ct3" in (world.boot / "box.toml").read_text()


def test_the_power_goes_before_somebody_kept_them(world: World) -> None:
    before = world.held.paper()
    world.held.begin_trial()
    world.held.put(without_destination(world))
    assert world.held.secrets() == {}
    provision(world.places)
    assert holding(world.places.box, world.boot, Path()).go_back()
    assert world.held.paper() == before
    assert world.held.secrets() == {"registry": b"hunter2 forever"}
    assert not provision(world.places).faults


def test_another_file_that_waits_on_the_boot_partition_is_left_alone(world: World) -> None:
    (world.boot / "box.toml").write_text('hostname = "another"\n')
    with pytest.raises(RefusedError):
        world.held.put(with_port(world, 4242))
    assert "another" in (world.boot / "box.toml").read_text()


def test_without_a_boot_partition_the_box_alone_is_changed(world: World) -> None:
    (world.boot / "box.toml").unlink()
    assert not world.try_out(with_port(world, 4242)).went_back
    assert "port = 4242" in world.in_run
    assert not (world.boot / "box.toml").exists()


def test_a_secret_is_set_anew_and_another_is_added(world: World) -> None:
    paper = with_secret(world.held.paper(), "broker")
    tried = world.try_out(paper, registry=b"changed it", broker=b"new one")
    assert not tried.went_back
    assert world.held.secrets() == {"registry": b"changed it", "broker": b"new one"}
    secrets = world.places.run / "dose-appliance/secrets"
    assert (secrets / "registry").read_bytes() == b"changed it"
    assert "changed it" not in (world.boot / "box.toml").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {("secret", 0): {"name": "registry", "value": "in the text"}},
        {("secret", 1): {"name": "nobody-has-it"}},
        {("appliance", "data_dir"): "/elsewhere"},
        {("interface", 0): {"name": "a", "addressing": "static"}},
    ],
)
def test_what_a_box_cannot_have_is_refused(world: World, change: dict[object, object]) -> None:
    paper, _ = changed(world.held.paper(), change)  # type: ignore[arg-type] # paths and values
    before = world.held.paper()
    with pytest.raises(ConfigurationError):
        world.try_out(paper)
    assert world.held.paper() == before
    assert not world.held.go_back()


def test_the_settings_beside_box_toml_are_changed_there(tmp_path: Path) -> None:
    kept = BoxFolder(tmp_path)
    kept.prepare()
    kept.keep(BoxText('hostname = "a"\n', "[receiver]\nport = 105 # beside\n"), {}, set())
    held = BoxHolding(kept, None)
    paper, _ = changed(held.paper(), {("appliance", "receiver", "port"): 106, ("site",): "x"})
    held.put(paper)
    assert "port = 106 # beside" in (tmp_path / "appliance.toml").read_text()
    assert "appliance" not in (tmp_path / "box.toml").read_text()


def test_the_pages_see_box_toml_without_being_root(world: World, tmp_path: Path) -> None:
    run = world.places.run / "dose-appliance"
    assert (world.places.run / TEXTS / "box.toml").stat().st_mode & 0o777 == 0o640
    configuration = Configuration(data_dir=tmp_path / "data", run_dir=run)
    (tmp_path / "data").mkdir()
    desk = SettingsDesk(configuration=configuration, file=tmp_path / "none", clock=SYSTEM_CLOCK)
    sheet = desk.sheet("tanaka")
    assert sheet.is_box
    assert sheet.settings.hostname == "dosebox-ct2"
    assert sheet.text.main == world.held.paper().main
    assert desk.secrets()[0].used_by == ("appliance.destination[0].sftp.password_file",)
