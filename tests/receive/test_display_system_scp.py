"""A Display System asked for by N-GET: by pynetdicom, and by a second implementation."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    DisplaySystem,
    DisplaySystemInstance,
    ModalityPerformedProcedureStep,
)

from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.display_system import ATTRIBUTES, INSTANCE
from appliance.receive import display_system
from appliance.receive.display_system import DisplaySystemSCP
from appliance.receive.statuses import DisplayStatus
from appliance.sop_classes import DISPLAY_SYSTEM
from tests.displayqa.workstations import system, whole_test

HERE = Path(__file__).parent / "second_scu"
MODULES = Path(__file__).parents[2] / ".venv" / "second-scu" / "node_modules"
TITLES = ("READING1", "READING2")
BROKEN = "BROKEN"


def describe(title: str) -> Dataset:
    if title == BROKEN:
        raise OSError("the disk")
    told = system(whole_test())
    told.StationName = title
    return told


@pytest.fixture(scope="module")
def scp() -> Iterator[DisplaySystemSCP]:
    titles = (*TITLES, BROKEN)
    served = DisplaySystemSCP(("127.0.0.1", 0), titles, describe, ATTRIBUTES, SYSTEM_CLOCK)
    served.start()
    yield served
    served.stop()


def asked(
    scp: DisplaySystemSCP,
    *keywords: str,
    title: str = TITLES[0],
    syntax: str = ExplicitVRLittleEndian,
    instance: str = DisplaySystemInstance,
) -> tuple[int, Dataset | None]:
    """Status and attributes."""
    entity = AE(ae_title="ASKER")
    entity.add_requested_context(DisplaySystem, syntax)
    association = entity.associate("127.0.0.1", scp.port, ae_title=title)
    assert association.is_established
    status, told = association.send_n_get(list(map(Tag, keywords)), DisplaySystem, instance)
    association.release()
    return status.Status, told


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_what_was_asked_for_is_told_and_no_more(scp: DisplaySystemSCP, syntax: str) -> None:
    status, told = asked(scp, "InstitutionName", "QAResultsSequence", syntax=syntax)
    assert status == DisplayStatus.SUCCESS
    assert told is not None
    assert told.dir() == ["InstitutionName", "QAResultsSequence", "SpecificCharacterSet"]
    assert told.InstitutionName == "施設病院"
    (of_left,) = told.QAResultsSequence[0].DisplaySubsystemQAResultsSequence
    (result,) = of_left.ConfigurationQAResultsSequence[0].LuminanceResultSequence
    assert result.NumberOfLuminancePoints == 18
    assert result.LuminanceResponseSequence[17].LuminanceValue == pytest.approx(255.8, rel=1e-6)


def test_everything_is_told_to_who_names_nothing(scp: DisplaySystemSCP) -> None:
    status, told = asked(scp)
    assert status == DisplayStatus.SUCCESS
    assert told is not None
    assert set(told.dir()) == set(ATTRIBUTES)


@pytest.mark.parametrize("title", TITLES)
def test_each_workstation_is_told_of_by_its_own_title(scp: DisplaySystemSCP, title: str) -> None:
    _, told = asked(scp, "StationName", title=title)
    assert told is not None
    assert told.StationName == title


def test_the_title_of_no_workstation_is_rejected(scp: DisplaySystemSCP) -> None:
    entity = AE(ae_title="ASKER")
    entity.add_requested_context(DisplaySystem)
    association = entity.associate("127.0.0.1", scp.port, ae_title="NOBODY")
    assert association.is_rejected
    rejection: Any = association.acceptor.primitive
    assert (rejection.result, rejection.result_source, rejection.diagnostic) == (1, 1, 7)


def test_what_is_no_attribute_of_the_class_is_told_with_a_warning(scp: DisplaySystemSCP) -> None:
    status, told = asked(scp, "Manufacturer", "PatientName")
    assert status == DisplayStatus.ATTRIBUTE_LIST_ERROR
    assert told is not None
    assert told.Manufacturer == "Acme"
    assert "PatientName" not in told


def test_another_instance_is_refused(scp: DisplaySystemSCP) -> None:
    assert asked(scp, instance="1.2.3") == (DisplayStatus.NO_SUCH_SOP_INSTANCE, None)


def test_a_failure_is_the_boxs_and_the_next_who_asks_is_told(scp: DisplaySystemSCP) -> None:
    assert asked(scp, title=BROKEN) == (DisplayStatus.PROCESSING_FAILURE, None)
    assert asked(scp)[0] == DisplayStatus.SUCCESS


def test_another_class_in_the_context_is_refused(scp: DisplaySystemSCP) -> None:
    entity = AE(ae_title="ASKER")
    entity.add_requested_context(DisplaySystem)
    association = entity.associate("127.0.0.1", scp.port, ae_title=TITLES[0])
    status, _ = association.send_n_get(
        [], ModalityPerformedProcedureStep, INSTANCE, meta_uid=DisplaySystem
    )
    association.release()
    assert status.Status == DisplayStatus.NO_SUCH_SOP_CLASS


def test_the_connection_can_be_verified(scp: DisplaySystemSCP) -> None:
    echoed = subprocess.run(["echoscu", "-aec", TITLES[0], "127.0.0.1", str(scp.port)], check=False)
    assert echoed.returncode == 0
    assert scp.is_healthy()


def test_the_standard_names_one_class_and_instance() -> None:
    assert DisplaySystem == DISPLAY_SYSTEM
    assert DisplaySystemInstance == INSTANCE == display_system.INSTANCE


def second(scp: DisplaySystemSCP, title: str, *tags: str) -> dict[str, Any]:
    ran = subprocess.run(
        ["node", str(HERE / "get_display_system.js"), str(scp.port), title, *tags],
        env=os.environ | {"NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_a_second_implementation_is_told_the_same(scp: DisplaySystemSCP) -> None:
    told = second(scp, TITLES[0], "00080070", "00287001", "0028700F")
    assert told["status"] == DisplayStatus.SUCCESS
    assert told["dataset"]["Manufacturer"] == "Acme"
    assert told["dataset"]["NumberOfDisplaySubsystems"] == 2
    first = told["dataset"]["QAResultsSequence"][0]
    assert first["DisplaySubsystemID"] == 3
    assert second(scp, "NOBODY")["status"] is None
