"""Reading box.toml: whatever editor saved it, one clear line for whatever is wrong in it."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.config import Configuration
from appliance.errors import ConfigurationError
from appliance.provisioning import Box, BoxText, box_text, parse_box
from appliance.provisioning.secret_forms import without_values
from tests.provisioning.world import A_SITE, KEY
from tests.provisioning.writing import boxes

PRIVATE = '\n[[interface]]\nname = "a"\naddressing = "static"\naddress = ["10.0.0.2/24"]\n'
WITH_VALUE = '\n[[secret]]\nname = "s"\nvalue = "{}"\n'
TLS = (
    '[appliance.receiver.tls]\nport = 2762\nca_file = "{}"\n'
    'certificate_file = "/a"\nprivate_key_file = "/b"'
)
PEER = f'\n[[wireguard.peer]]\npublic_key = "{KEY}"\n'


def read(text: str, appliance: str | None = None) -> Box:
    return parse_box(BoxText(text, appliance))


def message(text: str, appliance: str | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(text, appliance)
    return str(caught.value)


def test_an_empty_file_is_a_box_that_receives() -> None:
    box = read("")
    assert (box.hostname, box.timezone, box.ssh.enabled) == ("dosebox", "UTC", False)
    assert (box.appliance.receiver.bind, box.appliance.receiver.port) == ("0.0.0.0", 104)  # noqa: S104


def test_the_appliances_settings_are_a_table_or_a_file_beside_it() -> None:
    inside = read('[appliance.receiver]\nae_title = "BOX"\n')
    beside = read("", '[receiver]\nae_title = "BOX"\n')
    assert inside == beside
    assert inside.appliance.receiver.port == 104
    assert read("[appliance.receiver]\nport = 11112\n").appliance.receiver.port == 11112
    assert message("", "[receiver]\nprot = 1\n").startswith("appliance.toml:2 receiver.prot:")
    assert message("", '[receiver]\nbind = "x"\n').startswith("appliance.toml:2 receiver.bind:")
    assert message("[appliance]\n", "").startswith("box.toml:1 appliance: there is appliance.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hostnme = 1", "box.toml:1 hostnme: unknown setting; did you mean `hostname`?"),
        ("[secrets]", "box.toml:1 secrets: unknown setting; did you mean `secret`?"),
        ('hostname = "CT_1"', "box.toml:1 hostname: must be a host name"),
        ('timezone = "Asia/Tokio"', "box.toml:1 timezone: there is no such time zone"),
        ('timezone = "Asia"', "box.toml:1 timezone: there is no such time zone"),
        (
            "\n[appliance.receiver]\nprot = 1",
            "box.toml:3 appliance.receiver.prot: unknown setting; did you mean `port`?",
        ),
        (
            '[appliance.receiver]\nbind = "here"',
            "box.toml:2 appliance.receiver.bind: must be an IP",
        ),
        ('[appliance]\ndata_dir = "/srv"', "box.toml:2 appliance.data_dir: is fixed on a box"),
        ("appliance = 1", "box.toml:1 appliance: must be a table"),
        (PRIVATE.replace("0.2/24", "0.0/24"), "box.toml:5 interface[0].address[0]: is the network"),
        (
            PRIVATE.replace("0.2/24", "0.300/24"),
            "box.toml:5 interface[0].address[0]: is not an address",
        ),
        (PRIVATE.replace("10.0.0.2", "127.0.0.2"), "box.toml:5 interface[0].address[0]: no box"),
        (
            PRIVATE + 'gateway = ["10.0.1.1"]',
            "box.toml:6 interface[0].gateway[0]: is in no network",
        ),
        (
            PRIVATE + 'gateway = ["10.0.0.2"]',
            "box.toml:6 interface[0].gateway[0]: is the box's own",
        ),
        (PRIVATE + "mtu_bytes = 60", "box.toml:6 interface[0].mtu_bytes: must be 0 or at least"),
        (PRIVATE + "vlan_id = 7", "box.toml:6 interface[0].vlan_id: on which card?"),
        (PRIVATE + PRIVATE, "box.toml:8 interface[1].name: another interface is called `a`"),
        (
            PRIVATE + PRIVATE.replace('"a"', '"b"\ndevice = "eth1"'),
            "box.toml:11 interface[1].address[0]: another interface is in the same network",
        ),
        (
            PRIVATE + PRIVATE.replace('"a"', '"b"').replace("10.0.0", "10.1.0"),
            "box.toml:7 interface[1]: another interface is the same network of the same card",
        ),
        ('[[interface]]\nname = "lo"', "box.toml:2 interface[0].name: the kernel has a device"),
        ('[[interface]]\nname = "a"\naddressing = "static"', "box.toml:1 interface[0].address: is"),
        (PEER, "box.toml:2 wireguard.address: is missing"),
        ('wireguard.address = ["10.7.0.2/32"]', "box.toml:1 wireguard.peer: is missing"),
        ("[ssh]\nenabled = true", "box.toml:1 ssh.authorized_keys: nobody could log in"),
        (
            '[ssh]\nauthorized_keys = ["hunter2"]',
            "box.toml:2 ssh.authorized_keys[0]: must be a pub",
        ),
        ('recovery.password_hash_secret = "s"', "box.toml:1 recovery.password_hash_secret: there"),
        (
            'recovery.password_hash_secret = "s"' + WITH_VALUE.format("hunter2"),
            "box.toml:4 secret[0].value: `s` is not the hash of a password; make one with",
        ),
        (
            'wireguard.private_key_secret = "s"\nwireguard.address = ["10.7.0.2/32"]'
            + WITH_VALUE.format("x")
            + PEER
            + 'allowed_ips = ["10.7.0.0/24"]\nendpoint = "a:1"',
            "box.toml:5 secret[0].value: `s` is not a WireGuard key",
        ),
        (
            '[appliance.console]\nca_file = "x"',
            "box.toml:2 appliance.console.ca_file: unknown setting",
        ),
        (
            TLS.format("/run/dose-appliance/secrets/ca.pem"),
            "box.toml:3 appliance.receiver.tls.ca_file: there is no [[secret]] called `ca.pem`",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_key(text: str, expected: str) -> None:
    assert message(text).startswith(expected), message(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_notepad_saves_is_read(encoding: str, ending: str) -> None:
    text = A_SITE.replace("A box beside", "CTの横の装置").replace("\n", ending)
    assert read(box_text(text.encode(encoding), "box.toml")) == read(A_SITE)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# 装置\n".encode("shift_jis"), "box.toml:1: not UTF-8 text; save the file as UTF-8"),
        ("a = 1\n# é\n".encode("latin-1"), "box.toml:2: not UTF-8 text; save the file as UTF-8"),
        ("a = 1\n".encode("utf-16-be"), "box.toml:1: not UTF-8 text; save the file as UTF-8"),
        (b"\xff\xfea", "box.toml:1: not UTF-8 text; save the file as UTF-8"),
        (bytes(4096), "box.toml: holds nothing but zeros; write the file anew"),
        (b"#" * (1 << 19), "box.toml: larger than 256 KiB"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        box_text(content, "box.toml")
    assert str(caught.value).startswith(expected)


@settings(deadline=None, max_examples=50)
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_at_all(content: bytes) -> None:
    try:
        read(box_text(content, "box.toml"))
    except ConfigurationError as failure:
        told = str(failure)
        assert told.startswith("box.toml")
        assert "\n" not in told


@settings(deadline=None, max_examples=25)
@given(text=boxes())
def test_any_valid_file_is_read_and_comes_back_without_its_secrets(text: str) -> None:
    box = read(text)
    rest = without_values(text, box, "box.toml")
    assert all(each.value not in rest for each in box.secret)
    wanted = tomllib.loads(text)
    for each in wanted["secret"]:
        del each["value"]
    assert tomllib.loads(rest) == wanted
    again = read(rest)
    assert again.interface == box.interface
    assert [each.name for each in again.secret] == [each.name for each in box.secret]


LINES = A_SITE.split("\n")
AT = st.integers(0, len(LINES) - 1)
A_VALUE = (
    st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.lists(st.text(max_size=3), max_size=2)
    | st.sampled_from(["10.1.2.3/24", "10.1.2.0/24", "::1", "static", "lo", KEY, "registry"])
)


def is_clear(text: str) -> bool:
    """Valid, or one line that names the file and a line, and quotes no secret."""
    try:
        read(text)
    except ConfigurationError as failure:
        told = str(failure)
        return told.startswith("box.toml:") and told.isprintable() and KEY not in told
    return True


@settings(deadline=None, max_examples=50)
@given(at=AT, value=A_VALUE)
def test_a_changed_value_is_valid_or_refused_with_line_and_key(at: int, value: object) -> None:
    key, equals, _ = LINES[at].partition(" = ")
    changed = [*LINES[:at], key + equals + (json.dumps(value) if equals else ""), *LINES[at + 1 :]]
    assert is_clear("\n".join(changed))


@settings(deadline=None, max_examples=50)
@given(
    at=AT, typed=st.text(alphabet="abprt_[]='\"\\.#\r\x00é", max_size=6), column=st.integers(0, 60)
)
def test_typing_into_a_line_and_losing_one(at: int, typed: str, column: int) -> None:
    changed = LINES[at][:column] + typed + LINES[at][column:]
    assert is_clear("\n".join([*LINES[:at], changed, *LINES[at + 1 :]]))
    assert is_clear("\n".join(LINES[:at] + LINES[at + 1 :]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'secret = [{name = "a", value = "hunter2"}]',
            "write each value on a line of its own",
        ),
        ('# was hunter2\n[[secret]]\nname = "a"\nvalue = "hunter2"', "stands elsewhere"),
        ('[[secret]]\nname = "a"\nvalue = """\\\n  hunter2"""', "on a line of its own"),
    ],
)
def test_a_secret_that_cannot_be_removed_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        without_values(text, read(text), "box.toml")
    assert expected in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_defaults_of_a_box_are_settings() -> None:
    assert read("").appliance != Configuration()
    assert read("").appliance.console.private_key_file.startswith("/run/dose-appliance/tls/")


def test_the_names_of_the_box_are_those_of_its_topics() -> None:
    mqtt = read('site = "central"\nhostname = "ct2"\n').appliance.mqtt
    assert (mqtt.site, mqtt.device) == ("central", "ct2")
    mqtt = read('device = "two"\nappliance.mqtt.site = "other"\n').appliance.mqtt
    assert (mqtt.site, mqtt.device) == ("other", "two")
    assert read(f'hostname = "{"x" * 40}"').appliance.mqtt.device == ""
