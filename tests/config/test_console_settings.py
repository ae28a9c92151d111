"""The settings of the pages: what cannot be meant is said, and its certificate is watched."""

from pathlib import Path

import pytest

from appliance.config import CertificateFile, Configuration, certificate_files, parse_configuration
from appliance.errors import ConfigurationError


def test_pages_are_off_and_on_the_box_alone_unless_somebody_says_otherwise() -> None:
    console = Configuration().console
    assert (console.enabled, console.bind) == (False, "127.0.0.1")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('bind = "box.example"', "bind: must be an IP address"),
        ('names = ["https://box.example"]', "a host name"),
        ('names = ["box.example:8443"]', "a host name"),
        ('certificate_file = "/a.pem"', "private_key_file: is missing"),
        ('private_key_file = "/a.key"', "certificate_file: is missing"),
        ("port = 0", "port"),
    ],
)
def test_what_cannot_be_meant_is_said(settings: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as fault:
        parse_configuration(f"[console]\n{settings}\n")
    assert said in str(fault.value).replace("`", "")


def test_its_certificate_is_watched() -> None:
    text = '[console]\ncertificate_file = "/a.pem"\nprivate_key_file = "/a.key"\n'
    watched = list(certificate_files(parse_configuration(text)))
    expected = CertificateFile("console.certificate_file", Path("/a.pem"), Path("/a.key"))
    assert watched == [expected]
