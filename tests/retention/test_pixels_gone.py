"""A study that is read again after its pixels went: nothing that was measured is lost."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset

from appliance.config import Configuration, Recogniser, Sources
from appliance.dose.merge import merge
from appliance.dose.record import CTRadiationDose
from appliance.headers.size import is_needed, sizes_from_text, sizes_to_text
from appliance.services.study_sources import Sizes, StudySources, without_pixels
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.scenarios import scenario_study
from appliance.simulators.ct_series.series import Form, images
from appliance.spool import Remains, Verdict, Why
from appliance.spool.folder import Folder
from appliance.spool.reduction import Reduction, to_header
from tests.pipeline.studies import a_copy, who, with_meta
from tests.services.desk import STUDY, Desk
from tests.services.imaged import screens

BOX = Configuration(recogniser=Recogniser(confirm_first=0))
LATE = 40


@cache
def slices() -> tuple[Dataset, ...]:
    """Enough of a chest for its size, and a few more."""
    study = scenario_study("chest", who(1), MAKERS["siemens"])
    made = tuple(map(with_meta, images(study, Form(slices=None, matrix=64))))
    return tuple(each for at, each in enumerate(made) if is_needed(each) or at % 10 == 0)


@cache
def read_whole() -> tuple[Sizes, CTRadiationDose]:
    """What was read of every image, as it comes back from a ledger, and the record made of it."""
    sources = StudySources(Sources())
    for each in slices():
        sources.take(each)
    found = sources.images_read(())
    kept = {uid: sizes_from_text(sizes_to_text(sizes)) for uid, sizes in found.items()}
    return kept, measured(sources)


def measured(sources: StudySources) -> CTRadiationDose:
    """What the images say, each event with a dose as long as the chest is."""
    merged = merge(sources.said(), sources.names(), "")
    events = (
        replace(each, dlp_mgy_cm=replace(each.ctdi_vol_mgy, value=32 * each.ctdi_vol_mgy.value))
        if each.ctdi_vol_mgy
        else each
        for each in merged.record.events
    )
    return sources.measured(replace(merged.record, events=tuple(events)), merged)


def test_the_sizes_give_an_estimate_at_all() -> None:
    _, record = read_whole()
    assert any(event.size_specific_doses for event in record.events)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_any_images_without_pixels_in_any_order_give_the_same_record(data: st.DataObject) -> None:
    before, record = read_whole()
    gone = data.draw(st.sets(st.integers(0, len(slices()) - 1)))
    order = data.draw(st.permutations(range(len(slices()))))
    sources = StudySources(Sources(), before)
    for at in order:
        sources.take(without_pixels(slices()[at]) if at in gone else slices()[at])
    assert measured(sources) == record


def test_without_what_was_read_the_estimate_would_be_lost() -> None:
    sources = StudySources(Sources())
    for each in slices():
        sources.take(without_pixels(each))
    assert not any(event.size_specific_doses for event in measured(sources).events)


def a_desk(folder: Path) -> Desk:
    folder.mkdir()
    return Desk(folder, replace(BOX, data_dir=folder))


def drop_pixels(desk: Desk) -> int:
    """Of every image whose pixels were read."""
    folder = Folder(desk.configuration.spool_dir)
    may = {row[0] for row in desk.ledger.rows("SELECT instance_id FROM image_reading")}
    found = [to_header(folder, each) for each in desk.spool.instances(STUDY) if each.id in may]
    planned = [each for each in found if each is not None]
    with desk.ledger.transaction():
        desk.spool.reductions.plan(planned, Why.AGE, desk.hands.now)
    return desk.spool.reductions.carry_out()


def record_of(desk: Desk) -> dict[str, object]:
    decision = desk.decision()
    assert decision is not None
    return {"outcome": decision.outcome, "record": json.loads(decision.record)}


@pytest.fixture(scope="module")
def kept_whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What comes of the same arrivals when no pixels go."""
    desk = a_desk(tmp_path_factory.mktemp("whole") / "box")
    desk.settle(*screens(), *slices()[:-LATE])
    desk.settle(*slices()[-LATE:])
    return record_of(desk)


def test_late_images_after_the_pixels_went_change_no_value(
    tmp_path: Path, kept_whole: dict[str, object]
) -> None:
    desk = a_desk(tmp_path / "box")
    desk.settle(*screens(), *slices()[:-LATE])
    assert drop_pixels(desk) == len(slices()) - LATE
    desk.settle(*slices()[-LATE:])
    assert record_of(desk) == kept_whole
    assert len(desk.reports()) <= 2
    assert '"size_specific_doses": [{' in json.dumps(kept_whole["record"])
    assert set(desk.get(*slices())) == {Verdict.REPEAT}
    assert drop_pixels(desk) == LATE


def test_study_whose_objects_were_removed_stands_as_it_was_reported(
    tmp_path: Path,
) -> None:
    desk = a_desk(tmp_path / "box")
    desk.settle(*screens(), *slices()[:-LATE])
    before, reports = record_of(desk), desk.reports()
    removed = [Reduction(each, Remains.NOTHING) for each in desk.spool.instances(STUDY)[2:9]]
    with desk.ledger.transaction():
        desk.spool.reductions.plan(removed, Why.AGE, 1.0)
    desk.spool.reductions.carry_out()
    desk.settle(*slices()[-LATE:])
    assert record_of(desk) == before
    assert desk.reports() == reports
    uid = f"{screens()[0].SOPInstanceUID}.7"
    late = with_meta(a_copy(screens()[0], SOPInstanceUID=uid))
    desk.settle(late)
    assert desk.reason() == "evidence-removed"
    assert desk.reports() == reports
