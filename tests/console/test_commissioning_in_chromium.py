"""Commissioning a CT from nothing to its first report, as an engineer does with a tablet.

The box's processes, its console, an archive, a worklist, a broker, a meter and a CT are real or
simulated programs; the engineer is Chromium. With ALBUM=docs/pictures in the environment the pages'
pictures go there.
"""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from appliance.accounts import Role
from appliance.clock import SYSTEM_CLOCK
from appliance.commissioning import Commissionings, Outcome, Step
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.entering import account, log_in
from tests.destinations.archives import (
    LOOPBACK,
    a_free_port,
    is_listening,
    stored,
    storescp,
    wait_until,
)
from tests.meters.simulated import steady
from tests.orders.ris import an_entry, wlmscpfs
from tests.pipeline.plant import Plant
from tests.pipeline.studies import ROOT, a_ge_study
from tests.status.brokers import Mosquitto

PATIENCE_S = 240.0
LONG_MS = 240_000
COLOURS = 64
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1280, "height": 800}
SETTINGS = """
[site]
institution_name = "北病院"
[console]
enabled = true
port = {console}
[worklist]
host = "127.0.0.1"
port = {ris}
wait_s = 0
[mqtt]
enabled = true
host = "127.0.0.1"
port = {broker}
site = "north"
device = "b1"
[displayqa]
ports = ["ca-410@{meter}"]
[[destination]]
name = "disk"
kind = "folder"
send = ["reports"]
[destination.folder]
path = "{folder}"
"""


@dataclass
class Site:
    """A plant with a console and peers."""

    folder: Path
    plant: Plant
    console: int
    opened: ExitStack = field(default_factory=ExitStack)

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.console}"

    def open(self) -> None:
        enter = self.opened.enter_context
        today = datetime.now(UTC).astimezone().strftime("%Y%m%d")
        entry = an_entry()
        entry.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate = today
        enter(storescp(self.folder / "archive", self.plant.archive_port))
        ris = enter(wlmscpfs(self.folder / "ris", [entry]))
        broker = Mosquitto(self.folder / "broker")
        enter(broker.running())
        meter = enter(plugged(BODIES["ca-410"](steady("123.45"))))
        (self.folder / "reports").mkdir()
        self.plant.settings = SETTINGS.format(
            console=self.console,
            ris=ris,
            broker=broker.port,
            meter=meter,
            folder=self.folder / "reports",
        )
        self.plant.folder.mkdir(parents=True, exist_ok=True)
        self.plant.write_config()
        account(self.plant.ledger_file(), "sato", Role.ENGINEER)
        self.opened.callback(self.plant.end)
        self.plant.start()
        self.plant.start("console")
        wait_until(lambda: is_listening(self.console), PATIENCE_S)

    def echo(self, ae_title: str) -> int:
        command = ["echoscu", "-aet", ae_title, "-aec", "DOSEBOX", LOOPBACK, str(self.plant.port)]
        return subprocess.run(command, check=False).returncode


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, Plant(tmp_path / "box", confirm_first=1), a_free_port())
    with made.opened:
        made.open()
        yield made


@dataclass
class Engineer:
    """Who goes from step to step, by what the page offers."""

    page: Page
    site: Site
    language: str

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.origin}/commissioning{path}")

    def looks(self, name: str) -> None:
        """Nobody is kept from using the page; its picture goes into the album, if there is one."""
        assert_accessible(self.page)
        if album := os.environ.get("ALBUM"):
            file = Path(album) / f"console-commissioning-{name}-{self.language}.png"
            with Image.open(io.BytesIO(self.page.screenshot(full_page=True))) as picture:
                picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)

    def does(self, step: Step, subject: str = "", **typed: str) -> None:
        self.go(f"/steps/{step}")
        form = self.page.locator(f"[id='part-{subject}'] form").first
        for name, text in typed.items():
            form.locator(f"input[name={name}]").fill(text)
        form.locator("button").first.click()
        self.page.wait_for_selector("#live")
        self.page.wait_for_function(
            "() => !document.querySelector('#live progress')", timeout=LONG_MS
        )

    def leaves_out(self, step: Step, subject: str, why: str) -> None:
        self.go(f"/steps/{step}")
        form = self.page.locator(f"[id='part-{subject}'] form").nth(1)
        form.locator("input[name=why]").fill(why)
        form.locator("button").click()
        self.page.wait_for_selector("#live")


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with chromium("820x1180") as context:
        yield context


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_from_nothing_to_the_first_report(
    site: Site, browser: BrowserContext, language: str
) -> None:
    page = browser.new_page()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    log_in(page, site.origin, "sato")
    engineer = Engineer(page, site, language)
    engineer.go(f"?language={language}")
    page.fill("#title", "CT 1")
    page.click("main form button")
    page.wait_for_selector("ol.steps")
    engineer.looks("steps")
    engineer.does(Step.NETWORK)
    engineer.looks("network")
    enters_the_ct(engineer)
    echoes(engineer)
    confirms_the_first_screen(engineer)
    engineer.does(Step.DESTINATIONS, "archive")
    engineer.does(Step.DESTINATIONS, "disk")
    engineer.looks("destinations")
    page.emulate_media(color_scheme="dark")
    engineer.looks("destinations-dark")
    page.emulate_media(color_scheme="light")
    engineer.leaves_out(Step.METER, "", "none at this site")
    for step in (Step.WORKLIST, Step.BROKER, Step.METER, Step.ALARMS):
        engineer.does(step)
        engineer.looks(step)
    ends(engineer)
    is_kept(site)


def enters_the_ct(engineer: Engineer) -> None:
    page = engineer.page
    engineer.go("/steps/titles")
    assert engineer.site.echo("CT_ROOM_1") == 0
    page.wait_for_selector("#live code:text('CT_ROOM_1')", timeout=LONG_MS)
    engineer.looks("waiting-room")
    page.click("#live form button")
    page.wait_for_selector("pre.code")
    assert 'ae_title = "CT_ROOM_1"' in page.inner_text("pre.code")
    engineer.looks("enter")
    page.click("main form[method=post] button")
    page.wait_for_url("**/settings/difference")
    assert 'ae_title = "CT_ROOM_1"' in page.inner_text("main")
    engineer.does(Step.TITLES)


def echoes(engineer: Engineer) -> None:
    engineer.does(Step.ECHO, "from-ct", ae="CT_ROOM_1")
    address = {"host": LOOPBACK, "port": str(engineer.site.plant.archive_port)}
    engineer.does(Step.ECHO, "to-ct", ae="ARCHIVE", **address)
    assert "OFFIS_DCMTK" in engineer.page.inner_text("#live")
    engineer.looks("echo")


def confirms_the_first_screen(engineer: Engineer) -> None:
    page, plant = engineer.page, engineer.site.plant
    engineer.go("/steps/screens")
    plant.send(a_ge_study(1))
    page.wait_for_selector("#live a[href^='/quarantine/']", timeout=LONG_MS)
    engineer.looks("screens")
    assert "0" in page.inner_text("#live .figure-big")
    page.click("#live a[href^='/quarantine/']")
    page.wait_for_selector("[href*='/pictures/']", state="attached")
    engineer.go("/steps/screens")
    case = str(plant.case(f"{ROOT}.1"))
    signed = ("--by", "sato", "--reason", "compared", "--accept-doubt", "confirmation-needed")
    assert plant.command("quarantine", "settle", case, *signed).returncode == 0
    page.wait_for_selector("#live a[href^='/studies/']", timeout=LONG_MS)
    wait_until(lambda: bool(stored(engineer.site.folder / "archive")), PATIENCE_S)
    engineer.does(Step.SCREENS)


def ends(engineer: Engineer) -> None:
    page = engineer.page
    engineer.go("/end")
    engineer.looks("end")
    page.click("#making button")
    page.wait_for_selector("a[href$='-ja.pdf']", timeout=LONG_MS)
    engineer.looks("protocols")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark")
    engineer.looks("protocols-dark")


def is_kept(site: Site) -> None:
    ledger = open_ledger(site.plant.ledger_file())
    results = Commissionings(ledger, SYSTEM_CLOCK).results(1)
    last = {(each.step, each.subject): each for each in results}
    good = {Outcome.PASSED, Outcome.DOUBTFUL}
    for step in set(Step) - {Step.NETWORK, Step.ALARMS}:  # which are of this very machine
        assert [e for (of, _), e in last.items() if of is step and e.outcome not in good] == []
    assert Outcome.LEFT_OUT in {each.outcome for each in results}
    assert {each.by for each in results} == {"sato"}
    assert Journal(ledger, SYSTEM_CLOCK).verify().intact
    ledger.close()
    names = {str(each.PatientID) for each in stored(site.folder / "archive").values()}
    assert "TEST-NO-PATIENT" in names
    assert not [each for each in (site.folder / "reports").iterdir() if "test" in each.name]
    assert "Traceback" not in site.plant.log("console")
