"""Screens of simulated studies with the images of every maker: every row finds its own scan."""

from decimal import Decimal

import pytest

from appliance.config import Sources
from appliance.dose.merge import Match, Merged, SourceKind, merge
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.services.study_sources import StudySources
from appliance.simulators.consoles.examination import Identity, Scan
from appliance.simulators.ct_series.acquisition import ImagedStudy
from appliance.simulators.ct_series.makers import MAKERS, Maker
from appliance.simulators.ct_series.scenarios import SCENARIOS, examination_of, scenario_study
from appliance.simulators.ct_series.series import Form, images
from tests.dose.merge.scans import SCREEN

WHO = Identity("1.2.826.0.1.3680043.10.543.4")
LATER = "20300101000000"
"""The screen was made after every scan, so that one which no row has would be missed."""


def on_screen(scan: Scan) -> IrradiationEvent:
    """The row that a console prints of a scan."""
    texts = {"label": scan.label, "series": scan.series}
    numbers = {
        "ctdi_vol_mgy": scan.ctdi_vol_mgy,
        "dlp_mgy_cm": scan.dlp_mgy_cm,
        "kvp": scan.kv,
        "exposure_mas": scan.mas,
    }
    coded = {"acquisition_type": scan.acquisition_type, "phantom": scan.phantom}
    return IrradiationEvent(
        **{name: Sourced(text, text, SCREEN) for name, text in texts.items()},  # type: ignore[arg-type] # by name
        **{name: Sourced(Decimal(n), n, SCREEN) for name, n in numbers.items() if n},  # type: ignore[arg-type] # by name
        **{name: Sourced(each, each.name, SCREEN) for name, each in coded.items() if each},  # type: ignore[arg-type] # by name
    )


def put_together(scenario: str, study: ImagedStudy) -> Merged:
    return gathered(scenario, study)[0]


def gathered(scenario: str, study: ImagedStudy) -> tuple[Merged, CTRadiationDose]:
    """Everything, and the images alone."""
    sources = StudySources(Sources(size_specific_dose=False))
    for image in images(study, Form(slices=4)):
        sources.take(image)
    rows = tuple(map(on_screen, examination_of(scenario).scans))
    screen = {SourceKind.DOSE_SCREEN: CTRadiationDose(rows)}
    said = sources.said()
    return merge({**said, **screen}, sources.names(), LATER), said[SourceKind.IMAGE_HEADERS]


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_row_finds_its_scan(scenario: str, maker: Maker) -> None:
    study = scenario_study(scenario, WHO, maker)
    merged, imaged = gathered(scenario, study)
    assert (merged.doubts, merged.refusals, merged.contradictions) == ((), (), ())
    taken = [number for match in merged.matches for number in match.events]
    assert taken == sorted(set(taken))
    for row, scanned in zip(merged.record.events, study.acquisitions, strict=True):
        assert row.kvp is not None
        assert row.kvp.value == scanned.technique.kvp
        if row.irradiation_event_uid is not None:
            assert row.irradiation_event_uid.value == scanned.event_uid
        if row.rotation_time_s is not None:
            assert row.rotation_time_s.value == Decimal(str(scanned.technique.rotation_time_s))

    assert {name for match in merged.matches for name in left_out(merged, imaged, match)} <= SCREENS


SCREENS = {"ctdi_vol_mgy", "phantom"}
"""What a row of several rotations, or a localizer without a dose, does not take from its images."""


def left_out(merged: Merged, imaged: CTRadiationDose, match: Match) -> set[str]:
    """The values that a row's one event of the images states, and the row does not have."""
    row = dict(merged.record.events[match.row].sourced())
    states = [dict(imaged.events[number].sourced()) for number in match.events]
    return set(states[0]) - set(row) if len(states) == 1 else set()


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_reconstructed_anew_a_study_is_the_same(scenario: str, times: int) -> None:
    study = scenario_study(scenario, WHO, MAKERS["siemens"])
    once, often = put_together(scenario, study), put_together(scenario, study.multiplied(times))
    assert values(often.record) == values(once.record)
    assert (often.doubts, often.refusals) == ((), ())


def values(record: CTRadiationDose) -> list[dict[str, object]]:
    return [{name: each.value for name, each in event.sourced()} for event in record.events]


def test_one_image_of_a_series_says_no_more_than_it_can() -> None:
    sources = StudySources(Sources(size_specific_dose=False))
    study = scenario_study("chest", WHO, MAKERS["siemens"])
    for image in {str(each.SeriesInstanceUID): each for each in images(study)}.values():
        sources.take(image)
    _, scan = sources.said()[SourceKind.IMAGE_HEADERS].events
    assert scan.phantom or scan.kvp
    assert (scan.tube_current_ma, scan.started, scan.top_z_mm) == (None, None, None)
