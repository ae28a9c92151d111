"""The configuration file: what is accepted, and the one message for what is not."""

from dataclasses import fields
from pathlib import Path

import pytest

from appliance.config import Configuration, load_configuration, parse_configuration
from appliance.errors import ConfigurationError

A_FULL_FILE = """\
# A site with two scanners and two archives.
data_dir = "/srv/dose"
log_level = "warning"

[site]
institution_name = "中央病院"
language = "ja"

[receiver]
ae_title = "DOSEBOX"
bind = "0.0.0.0"
port = 11112
callers = "listed"
require_called_ae_title = true
acse_timeout_s = 3

[recogniser]
settle_s = 0.5

[[scanner]]
name = "ct1"
ae_title = "CT1"
address = "192.0.2.0/24"
manufacturer = "Maker"
character_set = "shift_jis"

[[scanner.rule]]
label = "head.*"
phantom = "HEAD16"

[[scanner.rule]]
label = ".*"
phantom = "BODY32"

[[scanner]]
name = "ct2"
ae_title = "CT2"
address = "2001:db8::1"

[[destination]]
name = "archive"
host = "192.0.2.9"
port = 104

[[destination]]
name = "dose"
host = "dose.example"
port = 11112
ae_title = "DOSE"
"""


def message(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(text, "box.toml")
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_an_empty_file_is_the_defaults() -> None:
    assert parse_configuration("") == Configuration() == load_configuration(None)


def test_every_kind_of_setting_is_read() -> None:
    read = parse_configuration(A_FULL_FILE)
    assert read.data_dir == Path("/srv/dose")
    assert read.site.institution_name == "中央病院"
    assert read.receiver.require_called_ae_title is True
    assert [rule.phantom for rule in read.scanner[0].rule] == ["HEAD16", "BODY32"]
    assert [each.name for each in read.destination] == ["archive", "dose"]


def test_a_whole_number_is_accepted_for_a_number_with_fraction() -> None:
    seconds = parse_configuration(A_FULL_FILE).receiver.acse_timeout_s
    assert (seconds, type(seconds)) == (3.0, float)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[receiver]\nprot = 104\n",
            "box.toml:2 receiver.prot: unknown setting; did you mean `port`?",
        ),
        (
            "[reciever]\nport = 104\n",
            "box.toml:1 reciever: unknown setting; did you mean `receiver`?",
        ),
        (
            "# top\n\nzzz = 1\n",
            (
                "box.toml:3 zzz: unknown setting; known are "
                + ", ".join(each.name for each in fields(Configuration))
            ),
        ),
        (
            '[receiver]\nport = "104"\n',
            "box.toml:2 receiver.port: must be a whole number, not text",
        ),
        (
            "receiver.port = true\n",
            "box.toml:1 receiver.port: must be a whole number, not true or false",
        ),
        (
            "[receiver]\nport = 104.0\n",
            "box.toml:2 receiver.port: must be a whole number, not a number",
        ),
        (
            "[receiver]\nrequire_called_ae_title = 1\n",
            (
                "box.toml:2 receiver.require_called_ae_title: must be true or false, not a whole "
                "number"
            ),
        ),
        (
            "[receiver]\n\nport = 65536\n",
            "box.toml:3 receiver.port: must be from 1 to 65535",
        ),
        (
            "[recogniser]\nsettle_s = inf\n",
            "box.toml:2 recogniser.settle_s: must be a finite number",
        ),
        (
            "[recogniser]\nsettle_s = nan\n",
            "box.toml:2 recogniser.settle_s: must be a finite number",
        ),
        (
            "data_dir = 1979-05-27\n",
            "box.toml:1 data_dir: must be a path in quotes, not a date or time",
        ),
        ('data_dir = " "\n', "box.toml:1 data_dir: must be a path, not empty"),
        (
            'data_dir = "a\\u0000b"\n',
            "box.toml:1 data_dir: must not hold line breaks or control characters",
        ),
        (
            'log_level = "warn"\n',
            (
                'box.toml:1 log_level: must be one of "info", "warning", "error"; did you mean '
                "`warning`?"
            ),
        ),
        (
            '[recogniser]\ntrusted_tier = "sliver"\n',
            (
                'box.toml:2 recogniser.trusted_tier: must be one of "bronze", "silver", "gold", '
                '"none"; did you mean `silver`?'
            ),
        ),
        (
            "[recogniser]\nconfirm_frist = 3\n",
            "box.toml:2 recogniser.confirm_frist: unknown setting; did you mean `confirm_first`?",
        ),
        (
            "[recogniser]\nconfirm_always = true\nconfirm_first = 0\n",
            (
                "box.toml:2 recogniser.confirm_always: cannot be meant together with "
                "confirm_first = 0; leave confirm_first out"
            ),
        ),
        (
            '[receiver]\nae_title = "A TITLE THAT IS TOO LONG"\n',
            (
                "box.toml:2 receiver.ae_title: must be an AE title: up to 16 printable ASCII "
                "characters, no backslash, not only spaces"
            ),
        ),
        (
            '[receiver]\nbind = "localhost"\n',
            "box.toml:2 receiver.bind: must be an IP address; 0.0.0.0 is every IPv4 interface",
        ),
        ("site = 3\n", "box.toml:1 site: must be a table, not a whole number; write [site]"),
        (
            '[scanner]\nname = "ct"\n',
            "box.toml:1 scanner: must be a list of tables, not a table; write [[scanner]]",
        ),
        (
            'scanner = ["ct"]\n',
            "box.toml:1 scanner[0]: must be a table, not text",
        ),
        (
            "[receiver]\nport = 1\n[[scanner]]\nae_title = 'CT'\n",
            "box.toml:3 scanner[0]: `name` is missing; it is Name in logs and status.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, expected: str) -> None:
    assert message(text) == expected


def test_broken_toml_is_named_with_its_line() -> None:
    assert message("[site]\n[receiver\n").startswith("box.toml:2: not valid TOML: Expected ']'")
    assert message('a = 1\nb = """\n').startswith("box.toml:3: not valid TOML: Unterminated")
    assert message("a = 1\na = 2\n") == "box.toml:2: not valid TOML: Cannot overwrite a value"


def change(old: str, new: str) -> str:
    assert A_FULL_FILE.count(old) >= 1
    return A_FULL_FILE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (change('"ct2"', '"CT1"'), "scanner[1].name", "another scanner is called `CT1`"),
        (change('"dose"\n', '"archive"\n'), "destination[1].name", "another destination"),
        (change("192.0.2.0/24", "192.0.2.1/24"), "scanner[0].address", "a network such as"),
        (change("192.0.2.0/24", "ct.example"), "scanner[0].address", "must be an IP address"),
        (change("head.*", "head(.*"), "scanner[0].rule[0].label", "not a regular expression"),
        (change('phantom = "HEAD16"', ""), "scanner[0].rule[0]", "the rule sets nothing"),
        (change("dose.example", "localhost"), "destination[1].port", "the receiver's own port"),
        (change('manufacturer = "Maker"', ""), "scanner[0]", "apply to every scanner"),
        (
            change('"CT2"\naddress = "2001:db8::1"', '"CT1"\naddress = "192.0.2.0/24"'),
            "scanner[1]",
            "same ae_title and address",
        ),
        (
            change("port = 104\n", "port = 104\nretry_first_s = 9000\n"),
            "destination[0].retry_first_s",
            "must not be longer than retry_max_s, 900",
        ),
        ('[receiver]\ncallers = "listed"\n', "receiver.callers", "nobody could send"),
    ],
)
def test_settings_that_cannot_be_meant_together(text: str, key: str, words: str) -> None:
    found = message(text)
    assert f" {key}: " in found
    assert words in found


def test_the_line_is_where_the_statement_begins() -> None:
    text = A_FULL_FILE.replace("port = 104\n", "# a comment\n\nport = 0\n")
    line = text.split("\n").index("port = 0") + 1
    assert message(text).startswith(f"box.toml:{line} destination[0].port: ")
    assert message(text.replace("\n", "\r\n")).startswith(f"box.toml:{line} ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.toml: cannot be read: No such file"):
        load_configuration(tmp_path / "absent.toml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load_configuration(tmp_path)


def test_text_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "box.toml"
    file.write_bytes("[site]\ninstitution_name = '中央病院'\n".encode("shift_jis"))
    with pytest.raises(ConfigurationError, match=r"box\.toml:2: not UTF-8 text"):
        load_configuration(file)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "box.toml"
    file.write_bytes(b"\xef\xbb\xbf[receiver]\nport = 2104\n")
    assert load_configuration(file).receiver.port == 2104


def test_a_relative_data_folder_is_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "box.toml"
    file.write_text('data_dir = "state"\n', "utf-8")
    assert load_configuration(file).ledger_path == tmp_path / "state" / "ledger.sqlite"
