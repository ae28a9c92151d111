"""Reports of screens with their images: completed, superseded, doubted; and without a screen."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from appliance.config import Configuration, Recogniser, Sources
from appliance.dose.doubt import Reason
from appliance.dose.record import CTRadiationDose
from appliance.rdsr import read_native
from appliance.simulators.performed_step import begun, ended
from tests.pipeline.studies import a_copy, a_siemens_study, who
from tests.services.desk import STUDY, Desk
from tests.services.imaged import examination, screens, slices
from tests.services.test_steps_of_a_study import tell

HOUR_S = 3600.0
MakeDesk = Callable[..., Desk]
TECHNIQUE = ("kvp", "tube_current_ma", "total_collimation_mm", "single_collimation_mm", "pitch")


def configuration(**sources: Any) -> Configuration:  # noqa: ANN401 - Sources's
    return Configuration(
        recogniser=Recogniser(settle_s=60, confirm_first=0),
        sources=Sources(**{"wait_for_screen_s": HOUR_S} | sources),
    )


@pytest.fixture
def make_desk(tmp_path: Path) -> MakeDesk:
    def make(**sources: Any) -> Desk:  # noqa: ANN401 - Sources's
        return Desk(tmp_path, configuration(**sources))

    return make


def last_report(desk: Desk) -> Dataset:
    return dcmread(desk.reports()[-1].path)


def stated(report: Dataset) -> CTRadiationDose:
    record = read_native(report)
    assert record is not None
    return record


def scan(report: Dataset) -> dict[str, object]:
    """The values of the one scan with a dose."""
    (event,) = stated(report).dose_events
    return {name: value.value for name, value in event.sourced()}


def predecessors(report: Dataset) -> list[str]:
    return [
        str(instance.ReferencedSOPInstanceUID)
        for study in report.get("PredecessorDocumentsSequence") or ()
        for series in study.ReferencedSeriesSequence
        for instance in series.ReferencedSOPSequence
    ]


def content(report: Dataset) -> str:
    """All that a report says, but for which instance it is and which it replaces."""
    said = Dataset()
    said.update(report)
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "PredecessorDocumentsSequence"):
        if keyword in said:
            del said[keyword]
    return said.to_json()


def unknown(report: Dataset) -> set[str]:
    """The meanings of the numbers of dose events that are said to be unknown."""
    return {
        str(item.ConceptNameCodeSequence[0].CodeMeaning)
        for item in items(report)
        if item.ValueType == "NUM" and not item.MeasuredValueSequence
    }


def items(item: Dataset) -> Iterable[Dataset]:
    for each in item.get("ContentSequence") or ():
        yield each
        yield from items(each)


def test_a_screen_with_its_images_is_reported_whole(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*slices(), *screens())
    (kept,) = desk.reports()
    report = dcmread(kept.path)
    found = scan(report)
    assert all(name in found for name in TECHNIQUE)
    alone = make_desk_alone(desk.folder / "alone")
    alone.settle(*screens())
    assert unknown(report) < unknown(last_report(alone))


def make_desk_alone(folder: Path) -> Desk:
    folder.mkdir()
    return Desk(folder, configuration())


def test_a_late_series_of_images_makes_a_new_report(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*screens())
    first = last_report(desk)
    assert "tube_current_ma" not in scan(first)
    desk.settle(*slices())
    second = last_report(desk)
    assert predecessors(second) == [first.SOPInstanceUID]
    assert "tube_current_ma" in scan(second)
    desk.settle(*slices(times=2))
    assert len(desk.reports()) == 2
    assert desk.reason() == "reported"


def test_images_without_a_screen_are_reported_when_none_comes(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*slices())
    assert desk.reason() == "waits"
    desk.hands.wait(HOUR_S)
    desk.work()
    report = last_report(desk)
    assert "dlp_mgy_cm" not in scan(report)
    assert stated(report).total_dlp_mgy_cm is None
    desk.settle(*screens())
    later = last_report(desk)
    assert predecessors(later) == [report.SOPInstanceUID]
    assert "dlp_mgy_cm" in scan(later)


def test_a_site_may_report_screens_only(make_desk: MakeDesk) -> None:
    desk = make_desk(report_without_screen=False)
    desk.settle(*slices())
    assert desk.reason() == "set-aside"


def test_images_that_state_no_dose_are_set_aside(make_desk: MakeDesk) -> None:
    desk = make_desk()
    silent = [a_copy(each) for each in slices()]
    for each in silent:
        for keyword in ("CTDIvol", "CTDIPhantomTypeCodeSequence"):
            each.pop(keyword, None)
    desk.settle(*silent)
    assert desk.reason() == "set-aside"


def other_dose(ctdi_vol_mgy: float) -> list[Dataset]:
    return [a_copy(each, CTDIvol=ctdi_vol_mgy) if "CTDIvol" in each else each for each in slices()]


def test_images_with_another_dose_ask_a_person(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*other_dose(8.5), *screens())
    assert desk.reason() == Reason.SOURCES_DISAGREE
    (doubt,) = desk.case().doubts
    assert dict(doubt.readings) == {"dose-screen": "6.50", "image-headers": "8.5"}


def test_a_site_may_allow_for_a_scanner_whose_images_say_otherwise(make_desk: MakeDesk) -> None:
    desk = make_desk(ctdi_vol_tolerance_percent=30)
    desk.settle(*other_dose(8.5), *screens())
    assert str(scan(last_report(desk))["ctdi_vol_mgy"]) == "6.50"


def test_what_a_person_signed_stays_when_images_come(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*other_dose(8.5), *screens())
    typed = {"events[1].ctdi_vol_mgy": "6.50", "events[1].kvp": "110"}
    desk.settling.settle(desk.case().id, "Tanaka^Jiro", "compared", typed)
    desk.work()
    first = last_report(desk)
    assert (str(scan(first)["kvp"]), desk.reason()) == ("110", "settled by a person")
    assert "tube_current_ma" in scan(first)
    desk.settle(*(each for each in slices(times=3) if "LOCALIZER" not in each.ImageType))
    assert (desk.reason(), len(desk.quarantine.cases())) == ("settled by a person", 0)
    last = last_report(desk)
    assert {key: str(scan(last)[key]) for key in ("kvp", "ctdi_vol_mgy")} == {
        "kvp": "110",
        "ctdi_vol_mgy": "6.50",
    }
    persons = {str(each.PersonName) for each in last.ContentSequence if "PersonName" in each}
    assert persons == {"Tanaka^Jiro"}


def test_images_complete_what_a_person_signed(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*wrong_total())
    assert desk.reason() == Reason.TOTAL_MISMATCH
    typed = {"total_dlp_mgy_cm": "234.00"}
    desk.settling.settle(desk.case().id, "Tanaka^Jiro", "compared", typed)
    desk.work()
    first = last_report(desk)
    desk.settle(*slices())
    second = last_report(desk)
    assert predecessors(second) == [first.SOPInstanceUID]
    assert "tube_current_ma" in scan(second)
    assert str(stated(second).total_dlp_mgy_cm.value) == "234.00"  # type: ignore[union-attr] # asserted
    assert desk.reason() == "settled by a person"


def wrong_total() -> list[Dataset]:
    wrong = replace(examination(), total_dlp_mgy_cm="240.00")
    return a_siemens_study(1, examination=wrong, identity=who(1))


def test_a_step_alone_is_reported_when_no_screen_comes(make_desk: MakeDesk) -> None:
    desk = make_desk()
    tell(desk, begun(who(1)))
    tell(desk, ended(who(1), examination("phases")))
    desk.hands.wait(2 * HOUR_S)
    desk.work()
    report = last_report(desk)
    doses = [event.ctdi_vol_mgy for event in stated(report).dose_events]
    assert [str(dose.value) for dose in doses if dose] == ["9.8", "10.1", "10.2"]
    desk.settle(*screens("phases"))
    assert predecessors(last_report(desk)) == [report.SOPInstanceUID]


def test_a_step_that_names_no_image_waits_for_an_object(make_desk: MakeDesk) -> None:
    desk = make_desk()
    without = ended(who(1), examination())
    for each in without.PerformedSeriesSequence:
        each.ReferencedImageSequence = []
    tell(desk, begun(who(1)))
    tell(desk, without)
    desk.hands.wait(2 * HOUR_S)
    desk.work()
    assert (desk.reason(), desk.alarms()) == ("set-aside", [])
    desk.settle(*slices())
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.reason() == "reported"


def test_reconstructions_that_nothing_joins_are_not_reported_as_two_scans(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    loose = [a_copy(each) for each in slices(times=2)]
    for each in loose:
        for keyword in ("AcquisitionTime", "AcquisitionDateTime", "IrradiationEventUID"):
            each.pop(keyword, None)
    desk.settle(*loose)
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.reason() == Reason.HEADERS_CONTRADICT
    desk.settle(*screens())
    assert desk.reason() == "reported"


OBJECTS = (*screens("phases"), *slices("phases")[::3])
"""One page, and a third of the images."""


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Dataset]]:
    """The same objects in any order, in up to three groups with quiet between them."""
    order = draw(st.permutations(range(len(OBJECTS))))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=2)))
    ends = [0, *cuts, len(order)]
    groups = [order[a:b] for a, b in pairwise(ends)]
    return [[OBJECTS[at] for at in group] for group in groups if group]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> str:
    desk = Desk(tmp_path_factory.mktemp("wanted"), configuration())
    desk.settle(*OBJECTS)
    return content(last_report(desk))


NOT_ANEW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(NOT_ANEW, max_examples=5)
@given(groups=arrivals())
def test_any_order_of_arrival_ends_in_the_same_report(
    groups: list[list[Dataset]], wanted: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert content(arrived(groups, tmp_path_factory.mktemp("order"))) == wanted


@pytest.mark.slow
@settings(NOT_ANEW, max_examples=60)
@given(groups=arrivals())
def test_really_any_order_of_arrival_ends_in_the_same_report(
    groups: list[list[Dataset]], wanted: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert content(arrived(groups, tmp_path_factory.mktemp("order"))) == wanted


def arrived(groups: list[list[Dataset]], folder: Path) -> Dataset:
    """The last report when the groups came one after the other."""
    desk = Desk(folder, configuration())
    for group in groups:
        desk.settle(*group)
    desk.hands.wait(HOUR_S)
    desk.work()
    assert desk.decision(STUDY) is not None
    return last_report(desk)


def test_a_report_names_the_tables_it_was_made_with(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*screens())
    (made,) = [
        each
        for each in last_report(desk).ContributingEquipmentSequence
        if each.ContributionDescription == "dose report made"
    ]
    named = [str(each).partition("/")[0] for each in made.SoftwareVersions]
    assert f"reference levels {desk.configuration.drl.edition}" in named
    assert "reference levels lung-screening" in named
    assert "layout patient-protocol" in named
