"""Confirmations are counted for each scanner and layout, and start again."""

from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.doubt import Doubt, Reason
from appliance.ledger import open_ledger
from appliance.quarantine import Confirmations, Quarantine

DOUBT = Doubt(Reason.CONFIRMATION_NEEDED, "0 of 3")
HERE = ("CT 1", "dose-report/1")


class Office:
    """Where persons say what they think of cases."""

    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder / "ledger.sqlite")
        self.quarantine = Quarantine(folder / "quarantine", self.ledger, SYSTEM_CLOCK)
        self.confirmations = Confirmations(self.ledger)

    def say(
        self, study: str, scanner: str = HERE[0], layout: str = HERE[1], *, confirmed: bool = True
    ) -> None:
        with self.quarantine.pictures({}) as folder:
            case = self.quarantine.open(study, [DOUBT], {}, folder)
        self.confirmations.add(case.id, scanner, layout, confirmed=confirmed)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_scanner_nobody_spoke_of_has_none(office: Office) -> None:
    assert office.confirmations.count(*HERE) == 0


def test_a_study_counts_once(office: Office) -> None:
    for study in ("1.1", "1.2", "1.1"):
        office.say(study)
    assert office.confirmations.count(*HERE) == 2


def test_another_scanner_or_version_of_the_layout_is_another_count(office: Office) -> None:
    office.say("1.1")
    office.say("1.2", scanner="CT 2", confirmed=False)
    office.say("1.3", layout="dose-report/2")
    assert office.confirmations.count(*HERE) == 1
    assert office.confirmations.count("CT 2", HERE[1]) == 0
    assert office.confirmations.count(HERE[0], "dose-report/2") == 1


def test_what_was_not_confirmed_starts_the_count_again(office: Office) -> None:
    office.say("1.1")
    office.say("1.2")
    office.say("1.3", confirmed=False)
    assert office.confirmations.count(*HERE) == 0
    office.say("1.2")
    assert office.confirmations.count(*HERE) == 1


def test_the_count_is_durable(office: Office, tmp_path: Path) -> None:
    office.say("1.1")
    office.ledger.close()
    assert Office(tmp_path).confirmations.count(*HERE) == 1
