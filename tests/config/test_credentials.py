"""Secrets' files as systemd hands them over."""

from pathlib import Path

from appliance.config import parse_configuration
from appliance.config.credentials import CREDENTIALS, with_credentials

ROOT = Path(__file__).parents[2]
SETTINGS = """
[console]
certificate_file = "/run/dose-appliance/tls/certificate.pem"
private_key_file = "/elsewhere/private.key"
[[destination]]
name = "ris"
kind = "ftps"
host = "192.0.2.1"
port = 21
[destination.ftps]
user = "box"
password_file = "/etc/dose-appliance/secrets/ris"
"""


def test_what_was_handed_over_is_used_and_nothing_else_changes(tmp_path: Path) -> None:
    (tmp_path / "site_ris").touch()
    before = parse_configuration(SETTINGS)
    given = with_credentials(before, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert given.destination[0].ftps.password_file == str(tmp_path / "site_ris")
    assert given.console == before.console  # its certificate was not handed over
    assert given.site == before.site


def test_without_systemd_the_files_are_as_they_are_named() -> None:
    before = parse_configuration(SETTINGS)
    assert with_credentials(before, {}) is before


def test_the_units_hand_over_exactly_these_folders() -> None:
    wanted = {f"LoadCredential={name}:{folder}" for folder, name in CREDENTIALS.items()}
    for service in ("receiver", "forwarder", "clerk", "console", "status"):
        unit = (ROOT / f"systemd/dose-appliance-{service}.service").read_text()
        assert wanted == {line for line in unit.splitlines() if line.startswith("LoadCredential")}
