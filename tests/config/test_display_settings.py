"""Settings of the displays' quality assurance that cannot be meant are refused, with the reason."""

from pathlib import Path

import pytest

from appliance.config import Configuration, load_configuration
from appliance.errors import ConfigurationError

CONSOLE = "[console]\nenabled = true\n"
SITE = '[site]\ninstitution_name = "Hospital"\n'
ASKED = '[displayqa]\nport = 11113\ninstitution_address = "Tokyo"\n'
WORKSTATION = """
[[workstation]]
name = "reading-1"
ae_title = "READING1"
manufacturer = "Acme"
model = "Tower"
serial_number = "1"
"""
ARCHIVE = '[[destination]]\nname = "pacs"\nhost = "192.0.2.9"\n'
HIS = ARCHIVE.replace("pacs", "his") + 'kind = "fhir"\nfhir.patient_system = "urn:x"\n'


def loaded(folder: Path, text: str) -> Configuration:
    file = folder / "box.toml"
    file.write_text(text, encoding="utf-8")
    return load_configuration(file)


def test_workstations_can_be_asked_about(tmp_path: Path) -> None:
    found = loaded(tmp_path, CONSOLE + SITE + ASKED + WORKSTATION)
    assert found.displayqa.port == 11113
    assert [each.ae_title for each in found.workstation] == ["READING1"]


def test_reports_go_to_an_archive(tmp_path: Path) -> None:
    found = loaded(tmp_path, ARCHIVE + '[displayqa]\nsend_to = ["pacs"]\n')
    assert found.displayqa.send_to == ("pacs",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[displayqa]\nsend_to = ["nowhere"]\n', "no destination `nowhere`"),
        ('[displayqa]\nsend_to = ["his"]\n' + HIS, "takes no PDF"),
        (
            '[displayqa]\nsend_to = ["pacs"]\n' + ARCHIVE + 'deidentify = "in-house"\n',
            "nothing as it is",
        ),
        (CONSOLE + SITE + ASKED, "nobody could be asked about"),
        (SITE + ASKED + WORKSTATION, "pages of [console] are not enabled"),
        (CONSOLE + ASKED + WORKSTATION, "institution_name of [site] is empty"),
        (CONSOLE + SITE + "[displayqa]\nport = 11113\n" + WORKSTATION, "must not be empty"),
        (CONSOLE + SITE + ASKED.replace("11113", "11112") + WORKSTATION, "port of [receiver]"),
        (CONSOLE + SITE + ASKED.replace("11113", "8443") + WORKSTATION, "port of [console]"),
        (WORKSTATION + WORKSTATION.replace("READING1", "R2"), "called `reading-1`"),
        (WORKSTATION + WORKSTATION.replace("reading-1", "r-2"), "AE title `READING1`"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        loaded(tmp_path, text)
    assert words in str(refusal.value)
