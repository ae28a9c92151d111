"""What RAUC takes for signed: bundles are made, signed and read by RAUC itself."""

import subprocess
from pathlib import Path

import pytest

from appliance.errors import MissingToolError, RefusedError
from appliance.ledger.schema import newest
from appliance.updates.bundle import Version, read_bundle
from appliance.updates.rauc import Rauc
from image_build import signing
from tests.updates.bundles import BOARD, a_bundle, authority, trusting


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> signing.Signer:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def file(ours: signing.Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_bundle(tmp_path_factory.mktemp("bundle"), ours)


def test_a_signed_bundle_says_what_it_is(ours: signing.Signer, file: Path, tmp_path: Path) -> None:
    bundle = read_bundle(file, trusting(tmp_path, ours).info)
    assert (bundle.compatible, bundle.version, bundle.build) == (BOARD, Version(0, 3, 0), "7")
    assert (bundle.schema, bundle.lives_with) == (newest(), 12)


def test_another_key_is_not_trusted(ours: signing.Signer, file: Path, tmp_path: Path) -> None:
    del ours
    theirs = authority(tmp_path / "theirs")
    with pytest.raises(RefusedError, match="signature"):
        read_bundle(file, trusting(tmp_path, theirs).info)


@pytest.mark.parametrize("place", ["manifest", "end"])
def test_a_manifest_or_signature_that_was_changed(
    ours: signing.Signer, file: Path, tmp_path: Path, place: str
) -> None:
    content = bytearray(file.read_bytes())
    at = content.rindex(b"compatible=") if place == "manifest" else len(content) - 40
    content[at] ^= 1
    (tmp_path / "changed.raucb").write_bytes(content)
    with pytest.raises(RefusedError):
        read_bundle(tmp_path / "changed.raucb", trusting(tmp_path, ours).info)


def test_a_content_that_was_changed_is_found_when_it_is_read(
    ours: signing.Signer, file: Path, tmp_path: Path
) -> None:
    """The manifest alone is read before: it holds the digest of every block."""
    content = bytearray(file.read_bytes())
    content[SIZE_OF_HEADER] ^= 1
    changed = tmp_path / "changed.raucb"
    changed.write_bytes(content)
    rauc = trusting(tmp_path, ours)
    assert read_bundle(changed, rauc.info)
    extract = ["rauc", f"--conf={rauc.system_conf}", "extract", str(changed), str(tmp_path / "x")]
    told = subprocess.run(extract, check=False, capture_output=True, text=True)
    assert told.returncode != 0


SIZE_OF_HEADER = 4096


def test_what_is_no_bundle(ours: signing.Signer, tmp_path: Path) -> None:
    (tmp_path / "x.raucb").write_bytes(bytes(10_000))
    with pytest.raises(RefusedError):
        read_bundle(tmp_path / "x.raucb", trusting(tmp_path, ours).info)


def test_a_certificate_that_may_not_sign_code_is_not_taken(tmp_path: Path) -> None:
    signer = authority(tmp_path / "web")
    web = ("-addext", "extendedKeyUsage=serverAuth")
    _certificate(tmp_path / "web", signer, *web)
    bundle = a_bundle(tmp_path, signer)
    with pytest.raises(RefusedError, match=r"purpose|signature"):
        read_bundle(bundle, trusting(tmp_path, signer).info)


def test_a_wrong_clock_does_not_stand_in_the_way(
    ours: signing.Signer, file: Path, tmp_path: Path
) -> None:
    """The certificate has to be valid when the bundle was signed, whatever the clock shows."""
    rauc = trusting(tmp_path, ours)
    for day in ("2001-01-01", "2060-01-01"):
        wrong = tmp_path / "rauc-then"
        wrong.write_text(f'#!/bin/sh\nexec faketime -f "@{day} 00:00:00" rauc "$@"\n')
        wrong.chmod(0o755)
        assert read_bundle(file, Rauc(rauc.system_conf, str(wrong)).info)


def test_without_rauc_there_is_a_clear_word(file: Path) -> None:
    with pytest.raises(MissingToolError):
        read_bundle(file, Rauc(program="no-such-rauc").info)


def test_a_signer_is_made_once(tmp_path: Path) -> None:
    first = authority(tmp_path / "a").keyring.read_bytes()
    assert authority(tmp_path / "a").keyring.read_bytes() == first


def test_a_build_without_a_release_key_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for name in signing.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    signing.signer(tmp_path, said.append)
    assert "NOT FOR A HOSPITAL" in said[0]


def test_half_a_release_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.VARIABLES[0], "/some/key")
    with pytest.raises(signing.PartialReleaseError):
        signing.signer(tmp_path, lambda _: None)


def _certificate(folder: Path, signer: signing.Signer, *options: str) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "30", "-subj", "/CN=web", "-keyout", signer.key),
            *("-out", signer.certificate, "-CA", str(folder / "authority.pem")),
            *("-CAkey", str(folder / "authority.key"), *options),
        ],
        check=True,
        capture_output=True,
    )
