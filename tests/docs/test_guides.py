"""The guides lead somewhere: every command, setting, unit and word in them is one that there is."""

import re
import shlex
import subprocess
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from appliance.alarms import AlarmCode
from appliance.cli.arguments import build_parser
from appliance.config import parse_configuration
from appliance.config.reference import setting_names
from appliance.destinations import Cause
from appliance.dose.doubt import Reason
from appliance.frontpanel.patterns import table
from appliance.media.fault import Fault
from appliance.provisioning import BoxText, parse_box
from appliance.provisioning.firewall import ports
from appliance.status.broker import Cause as BrokerCause
from appliance.updates.rules import Objection

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TWINS = ("installation", "commissioning", "troubleshooting")
GUIDES = [f"{name}{language}.md" for name in TWINS for language in ("", ".ja")]
PAGES = [*GUIDES, "audit.md"]
SYMPTOMS: list[dict[str, Any]] = tomllib.loads((DOCS / "symptoms.toml").read_text("utf-8"))[
    "symptom"
]
WORDS = {
    "alarms": AlarmCode,
    "reasons": Reason,
    "causes": Cause,
    "faults": Fault,
    "broker": BrokerCause,
    "updates": Objection,
}
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))
SHEETS = sorted((DOCS / "print").glob("*.html"))


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def commands(text: str) -> list[str]:
    """What stands as a command of the appliance: in backquotes, or as a line of a block."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for line in "\n".join(blocks).splitlines()]
    inline = re.findall(r"`(appliance [^`]+)`", text)
    return inline + [line for line in lines if line.startswith("appliance ")]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_is_one_that_there_is(name: str) -> None:
    found = commands(page(name))
    for command in found:
        build_parser().parse_args(shlex.split(command)[1:])
    assert found


@pytest.mark.parametrize("name", ["installation.md", "installation.ja.md"])
def test_the_example_of_a_box_is_valid(name: str) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page(name), re.DOTALL)
    box = parse_box(BoxText(example))
    assert box.appliance.receiver.port == 104
    assert f"port **{box.appliance.receiver.port}**" in page("installation.md")
    assert f"**{box.appliance.receiver.ae_title}**" in page(name)


def test_the_example_of_an_audit_trail_is_valid() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page("audit.md"), re.DOTALL)
    assert parse_configuration(example).audit.host


@pytest.mark.parametrize("name", TWINS)
def test_the_japanese_twin_has_the_same_parts_and_commands(name: str) -> None:
    english, japanese = page(f"{name}.md"), page(f"{name}.ja.md")
    for pattern in (r"^#+ ", r"^!\[", r"^\d+\. ", r"^\| ", r"^```"):
        counts = [len(re.findall(pattern, each, re.MULTILINE)) for each in (english, japanese)]
        assert counts[0] == counts[1], pattern
    without_reasons = [
        sorted(re.sub(r'--reason "[^"]*"', "", each) for each in commands(text))
        for text in (english, japanese)
    ]
    assert set(without_reasons[0]) == set(without_reasons[1])


@pytest.mark.parametrize("name", WORDS)
def test_every_word_leads_to_a_symptom_and_no_other(name: str) -> None:
    told = list(chain.from_iterable(each.get(name, ()) for each in SYMPTOMS))
    assert sorted(set(told)) == sorted(str(each) for each in WORDS[name])
    if name != "broker":
        assert len(told) == len(set(told))


def test_every_message_of_the_lights_leads_to_a_symptom() -> None:
    told = set(chain.from_iterable(each.get("lights", ()) for each in SYMPTOMS))
    assert told == {each.when for each in table().messages}


def test_every_symptom_is_told_in_both_languages() -> None:
    for each in SYMPTOMS:
        for english, japanese in (each["title"], each["look"], *each["do"]):
            assert re.search(r"[\u3040-\u9fff]", japanese), japanese
            assert not re.search(r"[\u3040-\u9fff]", english), english


@pytest.mark.parametrize("language", ["", ".ja"])
def test_the_picture_of_the_lights_says_what_the_lights_say(language: str) -> None:
    picture = (DOCS / "pictures" / f"lights{language}.svg").read_text("utf-8")
    shown = "".join(re.sub(r"<[^>]+>", "", picture).split())
    for each in table().messages:
        assert "".join(each.meaning[bool(language)].split()) in shown


@pytest.mark.parametrize("file", PICTURES, ids=lambda file: file.name)
def test_a_picture_is_drawn_whole_and_shown(file: Path) -> None:
    ET.parse(file)  # noqa: S314 - ours
    language = ".ja" if file.stem.endswith(".ja") else ""
    assert f"(pictures/{file.name})" in page(f"installation{language}.md")


@pytest.mark.parametrize("file", SHEETS, ids=lambda file: file.name)
def test_a_checklist_is_two_sheets_of_a4(file: Path, tmp_path: Path) -> None:
    printed = tmp_path / "sheet.pdf"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={tmp_path}/profile", f"--print-to-pdf={printed}", file.as_uri()]
    subprocess.run(command, check=True, capture_output=True)
    told = subprocess.run(["pdfinfo", str(printed)], check=True, capture_output=True, text=True)
    assert re.search(r"^Pages: +2$", told.stdout, re.MULTILINE)
    assert "(A4)" in told.stdout
    content = tomllib.loads((DOCS / "checklist.toml").read_text("utf-8"))
    boxes = sum(len(group["items"]) for group in content["group"])
    text = subprocess.run(["pdftotext", str(printed), "-"], check=True, capture_output=True).stdout
    assert text.decode().count("☐") == boxes


def test_every_set_of_ports_of_the_firewall_is_told() -> None:
    rules = "".join(each.read_text("utf-8") for each in (ROOT / "systemd/nftables").iterdir())
    told = set(re.findall(r'"(\w+_ports)"', (DOCS / "flows.py").read_text("utf-8")))
    assert set(ports(parse_box(BoxText("")))) <= told
    assert told == set(re.findall(r"set (\w+_ports)", rules))


def test_every_process_with_a_network_is_told_and_no_other() -> None:
    told = set(re.findall(r"\| `([a-z-]+)` \|", page("security.md")))
    networked = {
        file.stem.removeprefix("dose-appliance-")
        for file in (ROOT / "systemd").glob("dose-appliance-*.service")
        if "AF_INET" in file.read_text("utf-8")
    }
    ask_themselves = {"trial", "request"}
    assert networked - ask_themselves == told - {"sshd", "kernel", "systemd"}


@pytest.mark.parametrize("name", [*PAGES, "security.md"])
def test_settings_and_units_are_those_that_there_are(name: str) -> None:
    text = page(name)
    names = set(setting_names())
    for place, key in re.findall(r"`\[+([a-z_.]+)\]+ ([a-z_]+)`", text):
        assert f"{place}.{key}" in names, (place, key)
    for unit in re.findall(r"dose-appliance-([a-z-]+)", text):
        if unit not in ("amd", "rpi"):
            assert (ROOT / "systemd" / f"dose-appliance-{unit}.service").exists(), unit
