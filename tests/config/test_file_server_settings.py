"""Servers of files and Dose Registries in the configuration."""

import pytest

from appliance import config
from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

REGISTRY = """\
[[destination]]
name = "registry"
preset = "rad-63"
host = "registry.example"

[destination.ftps]
user = "hospital-17"

[destination.tls]
ca_file = "/etc/dose-appliance/registry.pem"
certificate_file = "/etc/dose-appliance/box.pem"
private_key_file = "/etc/dose-appliance/box.key"
"""
UPLOAD = """\
[[destination]]
name = "upload"
kind = "sftp"
host = "files.example"
port = 22

[destination.sftp]
user = "hospital-17"
private_key_file = "/etc/dose-appliance/id_ed25519"
host_key = ["SHA256:0123456789012345678901234567890123456789012"]
"""


def the_destination(text: str) -> config.Destination:
    (destination,) = parse_configuration(text).destination
    return destination


def test_rad_63_says_at_once_what_a_dose_registry_gets_and_how() -> None:
    registry = the_destination(REGISTRY)
    assert (registry.kind, registry.port, registry.deidentify) == ("ftps", 21, "registry")
    assert registry.send == ("reports", "native-reports")


def test_what_rad_63_leaves_open_may_be_chosen() -> None:
    chosen = 'preset = "rad-63"\nport = 2121\nsend = ["reports"]\nfile_name = "{digest}.dcm"'
    registry = the_destination(REGISTRY.replace('preset = "rad-63"', chosen))
    assert (registry.port, registry.send) == (2121, ("reports",))


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ('preset = "rad-63"', 'preset = "rad-63"\nkind = "sftp"\nport = 22', "destination[0].kind"),
        ('preset = "rad-63"', 'preset = "rad-63"\nkind = "c-store"', "destination[0].kind"),
        ('preset = "rad-63"', 'preset = "rad-63"\ndeidentify = "none"', "deidentify"),
        ('preset = "rad-63"', 'preset = "rad-63"\ndeidentify = "in-house"', "deidentify"),
        ('preset = "rad-63"', 'preset = "rad-63"\nsend = ["reports", "images"]', "send"),
        ('preset = "rad-63"', 'preset = "rad-63"\nsend = ["dose-screens"]', "send"),
        ('ca_file = "/etc/dose-appliance/registry.pem"\n', "", "tls.ca_file"),
        (
            REGISTRY[REGISTRY.index("certificate_file") :],
            "",
            "tls.certificate_file",
        ),
        ("[destination.tls]\n", "[destination.tls]\ncheck_host_name = false\n", "check_host_name"),
        ('user = "hospital-17"', "", "ftps.user"),
    ],
)
def test_a_dose_registry_is_refused_with_anything_weaker(
    before: str, after: str, where: str
) -> None:
    assert before in REGISTRY
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(REGISTRY.replace(before, after))
    assert where in str(refusal.value)


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ('host_key = ["SHA256:0123456789012345678901234567890123456789012"]\n', "", "host_key"),
        ('["SHA256:0123456789012345678901234567890123456789012"]', '["SHA256:short"]', "host_key"),
        ('private_key_file = "/etc/dose-appliance/id_ed25519"\n', "", "sftp"),
        ('user = "hospital-17"', 'user = ""', "user"),
        ("port = 22", "", "port"),
        ("port = 22", "port = 22\n[destination.ftp]", "ftp"),
    ],
)
def test_a_server_of_files_that_could_not_be_used_is_refused(
    before: str, after: str, where: str
) -> None:
    assert before in UPLOAD
    the_destination(UPLOAD)
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(UPLOAD.replace(before, after))
    assert where in str(refusal.value)


def test_a_key_as_known_hosts_has_it_pins_a_server() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMOl4r1lQ0jpm8Jc2kGvXxw3GJxCLTPmBRcV0ZpZcM1x"
    text = UPLOAD.replace("SHA256:0123456789012345678901234567890123456789012", key)
    assert the_destination(text).sftp.host_key == (key,)
