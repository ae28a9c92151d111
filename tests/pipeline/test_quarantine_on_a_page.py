"""A CT sends a screen that is doubted, a person corrects a number on the page, the archive has it.

Every part is a real process: the receiver, the recogniser, the forwarder, the pages, Chromium, and
dcmtk's archive.
"""

from pathlib import Path
from random import Random

from playwright.sync_api import Page
from pydicom import Dataset

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.vouching import fields
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.rdsr.readback import read_record
from appliance.simulators.consoles.examinations import ge_examination
from tests.console.browsers import chromium
from tests.console.entering import account, log_in
from tests.destinations.archives import a_free_port, is_listening, stored, storescp, wait_until
from tests.pipeline.plant import MakePlant, Plant
from tests.pipeline.studies import (
    a_copy,
    an_unreadable_study,
    ge_screens,
    print_before,
    who,
)

NUMBER, PERSON = 3, "tanaka"
LONG_S = 600


def earlier_print() -> list[Dataset]:
    """The same examination before its last scan, read for certain."""
    return ge_screens(who(NUMBER), print_before(ge_examination(Random(NUMBER), 2), 1))


def doubted_print() -> list[Dataset]:
    """All of it, with one digit of the last DLP unreadable."""
    (screen,) = an_unreadable_study(NUMBER)
    again = a_copy(screen, SOPInstanceUID=f"{screen.SOPInstanceUID}.2")
    again.file_meta.MediaStorageSOPInstanceUID = again.SOPInstanceUID
    return [again]


def printed_dlp() -> str:
    printed = ge_examination(Random(NUMBER), 2).scans[-1].dlp_mgy_cm
    assert printed
    return printed


def corrected(page: Page, origin: str) -> str:
    """A person sees to the next case, types the number, and signs; the field that was asked for."""
    log_in(page, origin, PERSON)
    page.goto(f"{origin}/quarantine")
    page.click("#next")
    page.wait_for_selector("#accept")
    name = str(page.evaluate("document.activeElement.name"))
    page.keyboard.type(printed_dlp())
    page.wait_for_selector("#arithmetic .ready .badge.good")
    page.click("#accept")
    page.click("form[action$=sign] button")
    page.wait_for_selector(".flash.good")
    return name


def looks(plant: Plant) -> list[dict[str, object]]:
    ledger = open_ledger(plant.ledger_file())
    try:
        entries = Journal(ledger, SYSTEM_CLOCK).entries()
        return [dict(each.body) for each in entries if each.kind == "patient-seen"]
    finally:
        ledger.close()


def test_a_corrected_number_supersedes_the_report_in_the_archive(
    tmp_path: Path, make_plant: MakePlant
) -> None:
    study, port = who(NUMBER).study_instance_uid, a_free_port()
    settings = f"[console]\nenabled = true\nport = {port}\n"
    with storescp(tmp_path / "archive") as archive_port:
        plant = make_plant(archive_port=archive_port, settings=settings)
        plant.start()
        account(plant.ledger_file(), PERSON)
        plant.start("console")
        plant.send(earlier_print())
        plant.wait_until_delivered(1, LONG_S)
        plant.send(doubted_print())
        wait_until(lambda: plant.outcome(study) not in {"", "reported"}, LONG_S)
        wait_until(lambda: is_listening(port), LONG_S)
        with chromium("1280x900") as browser:
            field = corrected(browser.new_page(), f"http://127.0.0.1:{port}")
        assert field.endswith("dlp_mgy_cm")
        plant.wait_until_delivered(2, LONG_S)
        first, second = sorted(
            stored(tmp_path / "archive").values(),
            key=lambda report: "PredecessorDocumentsSequence" in report,
        )
    series = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0]
    replaced = series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    assert replaced == first.SOPInstanceUID
    assert PERSON in str(second)
    said = dict(fields(read_record(second)))
    assert printed_dlp() in {value.text for value in said.values()}
    (look,) = looks(plant)
    assert (look["by"], look["study_instance_uid"]) == (PERSON, study)
