"""Workstations told of by DICOM, from the register and the tests that are on record."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import Dataset
from pynetdicom import AE
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    DisplaySystem,
    DisplaySystemInstance,
)

from appliance.displayqa.ruleset import Occasion
from appliance.errors import NotFoundError
from appliance.services.display_system import DisplaySystems, display_systems_told
from appliance.simulators.monitor import Gamma
from tests.receive.box import a_free_port
from tests.services.ward import Ward, ward

SETTINGS = """
[site]
institution_name = "施設病院"
[console]
enabled = true
[displayqa]
port = {port}
institution_address = "Tokyo"
[[workstation]]
name = "reading-1"
ae_title = "READING1"
manufacturer = "Acme"
model = "Tower"
serial_number = "W-1"
[[workstation]]
name = "reading-2"
ae_title = "READING2"
manufacturer = "Acme"
model = "Tower"
serial_number = "W-2"
[[meter]]
name = "m-1"
manufacturer = "Meters Ltd"
"""


@pytest.fixture
def a_ward(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path, SETTINGS.format(port=a_free_port())) as made:
        yield made


def described(of: Ward, title: str = "READING1") -> Dataset:
    return DisplaySystems(of.configuration, of.clock).describe(title)


def results(told: Dataset, at: int = 0) -> Dataset:
    (of_configuration,) = told.QAResultsSequence[at].DisplaySubsystemQAResultsSequence
    found: Dataset = of_configuration.ConfigurationQAResultsSequence[0]
    return found


def test_a_display_that_was_accepted_is_told_with_what_was_measured(a_ward: Ward) -> None:
    a_ward.tested()
    told = described(a_ward)
    assert told.InstitutionName == "施設病院"
    assert told.DisplaySubsystemSequence[0].SystemStatus == "NORMAL"
    (response,) = results(told).LuminanceResultSequence
    assert response.NumberOfLuminancePoints == 18
    assert response.LuminanceResponseSequence[0].LuminanceValue == pytest.approx(0.9, abs=0.01)
    (meter,) = response.MeasurementEquipmentSequence
    assert meter.Manufacturer == "Meters Ltd"
    (target,) = told.TargetLuminanceCharacteristicsSequence
    assert target.TargetMaximumLuminance == pytest.approx(450.1, abs=0.5)


def test_a_workstation_has_its_own_displays_only(a_ward: Ward) -> None:
    a_ward.enter("other", workstation="reading-2")
    a_ward.enter("beside", make="P")
    assert described(a_ward).NumberOfDisplaySubsystems == 2
    assert described(a_ward, "READING2").DisplaySubsystemSequence[0].DisplaySubsystemName == "other"
    with pytest.raises(NotFoundError):
        described(a_ward, "READING3")


def test_a_display_keeps_its_number_when_it_is_entered_anew(a_ward: Ward) -> None:
    a_ward.enter("beside")
    before = [each.DisplaySubsystemID for each in described(a_ward).DisplaySubsystemSequence]
    a_ward.tests.register.change(a_ward.tests.register.display("left"), "tanaka")
    after = [each.DisplaySubsystemID for each in described(a_ward).DisplaySubsystemSequence]
    assert before == after
    assert len(set(after)) == 2


def test_the_last_test_counts_and_one_that_was_given_up_does_not(a_ward: Ward) -> None:
    a_ward.tested()
    a_ward.now += 86400
    a_ward.tested(occasion=Occasion.CONSTANCY, curve=Gamma(0.8, 450, 2.2))
    given_up = a_ward.begin(occasion=Occasion.CONSTANCY)
    a_ward.tests.give_up(given_up.identifier, "yamada")
    told = described(a_ward)
    (display,) = told.DisplaySubsystemSequence
    assert "SystemStatus" not in display
    assert display.SystemStatusComment == "last test: fail"
    level = results(told).LuminanceResultSequence[0].LuminanceResponseSequence[8]
    assert level.LuminanceValue == pytest.approx(Gamma(0.8, 450, 2.2)(8 / 17) + 0.1, abs=0.1)
    assert len(told.TargetLuminanceCharacteristicsSequence) == 1


def test_who_asks_is_answered_as_long_as_it_is_served(a_ward: Ward) -> None:
    a_ward.tested()
    with display_systems_told(a_ward.configuration, a_ward.clock):
        entity = AE(ae_title="ASKER")
        entity.add_requested_context(DisplaySystem)
        port = a_ward.configuration.displayqa.port
        association = entity.associate("127.0.0.1", port, ae_title="READING1")
        status, told = association.send_n_get([], DisplaySystem, DisplaySystemInstance)
        association.release()
    assert status.Status == 0
    assert told is not None
    assert len(results(told).LuminanceUniformityResultSequence) == 1
    assert not entity.associate("127.0.0.1", port).is_established


def test_nothing_listens_where_no_port_is_set(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with ward(tmp_path) as made, display_systems_told(made.configuration, made.clock):
        assert set(threading.enumerate()) == before
