"""What stands on the boot partition comes into force or is refused, and no secret stays there."""

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.frontpanel.telling import Subject, Word, told
from appliance.services.box_import import AsBefore, NoFile, Refused, TakenOver
from appliance.services.provisioning import Places, Provisioned, provision
from tests.media.failing import Plan, plugged_in
from tests.provisioning.world import (
    A_SITE,
    BESIDE,
    PASSWORD,
    SECRETS,
    a_box,
    a_box_with_secrets,
    boot_of,
    kept_secrets,
    mode_of,
    names_in,
    secrets_on,
)


@pytest.fixture(autouse=True)
def nothing_for_others() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def panel(places: Places) -> dict[Subject, Word]:
    return told(places.run / "dose-appliance" / "panel")


def refusal(done: Provisioned) -> str:
    assert isinstance(done.imported, Refused)
    return done.imported.why


def test_a_first_start(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    done = provision(places)
    assert done.imported == TakenOver(("archive.pem", "registry", "tunnel"))
    assert kept_secrets(places) == SECRETS
    assert secrets_on(boot_of(places)) == []
    assert names_in(boot_of(places)) == ["box.toml"]
    assert "# value: moved into the box" in (boot_of(places) / "box.toml").read_text("utf-8")
    assert (places.proc / "sys/kernel/hostname").read_text() == "ct2-box\n"
    assert panel(places) == {}
    assert {mode_of(file) for file in places.box.rglob("*") if file.is_file()} <= {0o600}
    assert {mode_of(file) for file in places.box.rglob("*") if file.is_dir()} == {0o700}
    assert mode_of(places.box) == 0o700


def test_the_next_start_changes_nothing(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    first = provision(places)
    before = {file: file.read_bytes() for file in places.box.rglob("*") if file.is_file()}
    shutil.rmtree(places.run)
    places.run.mkdir()
    second = provision(places)
    assert second.imported == AsBefore()
    assert (second.box, second.keys) == (first.box, first.keys)
    assert {file: file.read_bytes() for file in before} == before
    assert (places.run / "dose-appliance/secrets/archive.pem").read_bytes() == BESIDE


def test_the_appliance_finds_its_secrets_and_no_others(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    provision(places)
    assert names_in(places.run / "dose-appliance/secrets") == ["archive.pem", "registry"]
    assert mode_of(places.run / "dose-appliance/secrets") == 0o750
    assert mode_of(places.run / "dose-appliance/secrets/registry") == 0o600
    readable = [
        file
        for file in places.run.rglob("*")
        if file.is_file() and mode_of(file) & 0o004 and PASSWORD.encode() in file.read_bytes()
    ]
    assert readable == []


def test_a_changed_file_is_taken_over_and_what_it_leaves_out_is_let_go(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    provision(places)
    file = boot_of(places) / "box.toml"
    text = file.read_text("utf-8").replace('"ct2-box"', '"ct3-box"')
    text = text.replace('[[secret]]\nname = "registry"\n# value: moved into the box\n', "")
    file.write_text(text, "utf-8")
    assert provision(places).imported == TakenOver()
    assert kept_secrets(places).keys() == {"tunnel", "archive.pem"}
    assert (places.proc / "sys/kernel/hostname").read_text() == "ct3-box\n"
    assert not (places.run / "dose-appliance/secrets/registry").exists()


def test_a_file_that_is_gone_from_the_boot_partition_stays_in_force(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    provision(places)
    (boot_of(places) / "box.toml").unlink()
    done = provision(places)
    assert done.imported == NoFile()
    assert done.box.hostname == "ct2-box"


def test_a_wrong_file_is_told_and_the_last_good_one_stays(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    provision(places)
    file = boot_of(places) / "box.toml"
    good = file.read_text("utf-8")
    file.write_text(good.replace("hostname", "hostnam"), "utf-8")
    done = provision(places)
    assert refusal(done) == "box.toml:2 hostnam: unknown setting; did you mean `hostname`?"
    assert done.box.hostname == "ct2-box"
    assert panel(places) == {Subject.CONFIGURATION: Word.FAULTY}
    file.write_text(good, "utf-8")
    assert provision(places).imported == AsBefore()
    assert panel(places) == {}


def test_a_box_that_never_had_a_file_takes_addresses_by_dhcp_and_receives(tmp_path: Path) -> None:
    places = a_box(tmp_path)
    done = provision(places)
    assert (done.imported, done.faults) == (NoFile(), ())
    networks = names_in(places.run / "systemd/network")
    assert networks == ["90-01-card.network"]
    assert "DHCP=yes" in (places.run / "systemd/network/90-01-card.network").read_text()
    assert "{ 104 }" in (places.run / "dose-appliance/nftables/ports.nft").read_text()
    assert not (places.run / "dose-access").exists()


def test_a_boot_partition_that_cannot_be_read(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    provision(places)
    without = Places(None, places.box, places.run, places.proc, places.etc)
    done = provision(without)
    assert done.faults == ("the boot partition could not be read",)
    assert done.box.hostname == "ct2-box"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("secrets/other", b"x"), "secrets/other: box.toml has no [[secret]] of that name"),
        (("secrets/registry", b"x"), "box.toml:46 secret[1].value: there is a file secrets/regis"),
        (
            ("secrets/archive.pem", b"\0\0"),
            "box.toml:48 secret[2].value: `archive.pem` holds",
        ),
        (("secrets/archive.pem", None), "box.toml:48 secret[2]: the box does not have the secret"),
        (("appliance.toml", b""), "box.toml:51 appliance: there is appliance.toml as well"),
        (("box.toml", bytes(512)), "box.toml: holds nothing but zeros; write the file anew"),
        (("box.toml", b"\x83\x65\x83\x58"), "box.toml:1: not UTF-8 text; save the file as UTF-8"),
    ],
)
def test_what_is_refused_is_left_as_it_is(
    tmp_path: Path, change: tuple[str, bytes | None], expected: str
) -> None:
    places = a_box_with_secrets(tmp_path)
    name, content = change
    file = boot_of(places) / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    before = {each: each.read_bytes() for each in boot_of(places).rglob("*") if each.is_file()}
    done = provision(places)
    assert refusal(done).startswith(expected), refusal(done)
    assert {each: each.read_bytes() for each in before} == before
    assert kept_secrets(places) == {}
    assert done.box.hostname == "dosebox"


def test_names_that_laptops_get_wrong(tmp_path: Path) -> None:
    places = a_box(tmp_path)
    (boot_of(places) / "box.toml.txt").write_text(A_SITE, "utf-8")
    assert refusal(provision(places)).startswith("box.toml.txt: is not read; call it box.toml")
    (boot_of(places) / "box.toml.txt").unlink()
    (boot_of(places) / "secrets").mkdir()
    assert refusal(provision(places)).startswith("box.toml: is missing")


def test_what_a_laptop_adds_to_the_folder_goes_with_it(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    (boot_of(places) / "secrets" / "._archive.pem").write_bytes(BESIDE)
    (boot_of(places) / "secrets" / "Thumbs.db").write_bytes(b"x")
    assert isinstance(provision(places).imported, TakenOver)
    assert names_in(boot_of(places)) == ["box.toml"]


def test_a_boot_partition_that_cannot_be_written_keeps_its_secrets_and_that_is_told(
    tmp_path: Path,
) -> None:
    places = a_box(tmp_path / "box")
    source = a_box_with_secrets(tmp_path / "other")
    (tmp_path / "stick").mkdir()
    shutil.copytree(boot_of(source), tmp_path / "stick" / "backing")
    with plugged_in(tmp_path / "stick", Plan(error="EIO", after_bytes=0)) as mount:
        for _ in range(2):
            done = provision(Places(mount, places.box, places.run, places.proc, places.etc))
            assert isinstance(done.imported, TakenOver)
            assert done.faults == ("secrets are still on the boot partition: Input/output error",)
            assert panel(places) == {Subject.CONFIGURATION: Word.FAULTY}
    assert kept_secrets(places) == SECRETS
    backing = tmp_path / "stick" / "backing"
    assert provision(Places(backing, places.box, places.run, places.proc, places.etc)).faults == ()
    assert secrets_on(backing) == []


def test_a_data_partition_that_cannot_be_written(tmp_path: Path) -> None:
    places = a_box_with_secrets(tmp_path)
    places.box.parent.rmdir()
    places.box.parent.write_text("no folder")
    done = provision(places)
    assert done.box.hostname == "ct2-box"
    assert len(done.faults) == 1
    assert len(secrets_on(boot_of(places))) == 2


def test_a_full_data_partition_keeps_the_last_good_configuration(tmp_path: Path) -> None:
    places = a_box(tmp_path, 'hostname = "small"\n')
    provision(places)
    (boot_of(places) / "box.toml").write_text("#" * 100_000 + "\n" + A_SITE, "utf-8")
    (boot_of(places) / "secrets").mkdir()
    (boot_of(places) / "secrets/archive.pem").write_bytes(BESIDE)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        done = provision(places)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "File too large" in refusal(done)
    assert done.box.hostname == "small"
    assert len(secrets_on(boot_of(places))) == 2
    assert isinstance(provision(places).imported, TakenOver)
    assert kept_secrets(places) == SECRETS


def test_what_was_kept_and_cannot_be_read_any_more_is_a_last_resort(tmp_path: Path) -> None:
    places = a_box(tmp_path, 'hostname = "small"\n')
    provision(places)
    (boot_of(places) / "box.toml").unlink()
    (places.box / "box.toml").write_bytes(b"\xff\xfe\0")
    done = provision(places)
    assert done.is_last_resort
    assert done.box.hostname == "dosebox"
    assert done.faults[0].startswith("/data/box/box.toml:1")
