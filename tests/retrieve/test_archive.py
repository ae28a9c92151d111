"""Queries and retrievals against real archives, and one that fails as told."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset

from appliance.clock import SYSTEM_CLOCK
from appliance.errors import OutOfResourcesError
from appliance.retrieve.contexts import MOST_CONTEXTS, RETRIEVAL_MODELS, proposal
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import StorageForm
from appliance.sop_classes import STORAGE_CLASSES
from appliance.spool import Spool
from tests.destinations.archives import HASTY_S, LOOPBACK, PATIENT_S, a_free_port, a_silent_listener
from tests.pipeline.studies import (
    a_copy,
    a_ge_study,
    a_native_report,
    a_siemens_study,
    an_image,
    encoded,
    who,
)
from tests.retrieve.pacs import ARCHIVES, Mood, Shelf, Unruly

DAY = date(2012, 1, 4)
"""When the simulated studies are made."""
CT = "CT"


def a_study_with_images(number: int) -> list[Dataset]:
    identity = who(number)
    images = [an_image(identity, at) for at in range(1, 6)]
    return [*a_ge_study(number), *images, a_native_report(identity)]


def screens_and_reports(study: list[Dataset]) -> dict[str, bytes]:
    return {
        str(each.SOPInstanceUID): encoded(each)
        for each in study
        if each.SOPClassUID.name != "CT Image Storage"
    }


@pytest.mark.parametrize("model", ["study-root", "patient-root"])
@pytest.mark.parametrize("archive", ARCHIVES)
def test_what_says_dose_is_found_and_comes_as_it_was_stored(
    tmp_path: Path, archive: str, model: str
) -> None:
    studies = [a_study_with_images(1), a_siemens_study(2)]
    with ARCHIVES[archive](tmp_path / "pacs", studies) as port:
        shelf = Shelf(tmp_path / "box", port)
        retriever = shelf.retriever(model=model, most_instances=4)
        found = retriever.archive.studies(DAY, CT)
        assert {each.study_instance_uid for each in found} == {
            study[0].StudyInstanceUID for study in studies
        }
        for each in found:
            uid = each.study_instance_uid
            assert retriever.fetch(uid, retriever.look(uid, CT)) == frozenset()
        assert shelf.kept() == screens_and_reports(studies[0]) | screens_and_reports(studies[1])
        assert all(map(shelf.retrievals.was_asked_for, shelf.kept()))
        rows = shelf.ledger.rows("SELECT DISTINCT calling_ae, called_ae, address FROM instance")
        assert [tuple(row) for row in rows] == [("ARCHIVE", "DOSEBOX", LOOPBACK)]
        retriever.archive.rest()


@pytest.mark.parametrize("archive", ARCHIVES)
def test_a_study_of_another_modality_is_left(tmp_path: Path, archive: str) -> None:
    study = a_ge_study(1)
    for each in study:
        each.Modality = "MR"
    with ARCHIVES[archive](tmp_path / "pacs", [study]) as port:
        retriever = Shelf(tmp_path / "box", port).retriever()
        # dcmqrscp ignores Modalities in Study (0008,0061), as an archive may (PS3.4 C.6.2.1.3).
        assert len(retriever.archive.studies(DAY, CT)) == (archive == "dcmqrscp")
        assert retriever.look(str(study[0].StudyInstanceUID), CT) == []
        retriever.archive.rest()


@pytest.mark.parametrize("archive", ARCHIVES)
def test_one_image_of_each_series_comes_when_it_is_asked_for(tmp_path: Path, archive: str) -> None:
    study = a_study_with_images(1)
    with ARCHIVES[archive](tmp_path / "pacs", [study]) as port:
        shelf = Shelf(tmp_path / "box", port)
        retriever = shelf.retriever()
        assert retriever.fetch_images(str(study[0].StudyInstanceUID)) == 1
        (name,) = shelf.kept()
        assert name.startswith(f"{study[0].StudyInstanceUID}.2.")
        retriever.archive.rest()


def test_an_unknown_short_series_is_probed_where_the_archive_does_not_say_the_class(
    tmp_path: Path,
) -> None:
    screens, scouts = a_siemens_study(1), [an_image(who(1), at) for at in (1, 2)]
    pages = [a_copy(screens[0], SOPInstanceUID=f"1.9.{at}", SeriesNumber=77) for at in (1, 2, 3)]
    with ARCHIVES["dcmqrscp"](tmp_path / "pacs", [[*pages, *scouts]]) as port:
        shelf = Shelf(tmp_path / "box", port)
        retriever = shelf.retriever()
        study = str(pages[0].StudyInstanceUID)
        assert retriever.fetch(study, retriever.look(study, CT)) == frozenset()
        kept = set(shelf.kept())
        assert {f"1.9.{at}" for at in (1, 2, 3)} < kept
        assert len(kept) == 4  # and one of the scouts, which proved to be none
        retriever.archive.rest()


def test_a_compressed_screen_comes_compressed(tmp_path: Path) -> None:
    pages = [each.pixel_array.astype("uint8") for each in a_ge_study(1)]
    study = secondary_capture(pages, GE, who(1), StorageForm.RLE)
    with ARCHIVES["orthanc"](tmp_path / "pacs", [study]) as port:
        shelf = Shelf(tmp_path / "box", port)
        retriever = shelf.retriever()
        uid = str(study[0].StudyInstanceUID)
        assert retriever.fetch(uid, retriever.look(uid, CT)) == frozenset()
        (row,) = shelf.ledger.rows("SELECT transfer_syntax_uid FROM instance")
        assert row[0] == study[0].file_meta.TransferSyntaxUID
        retriever.archive.rest()


def test_what_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    with Unruly([a_study_with_images(1)]).running() as archive:
        shelf = Shelf(tmp_path, archive.port)
        retriever = shelf.retriever()
        uid = str(archive.studies[0][0].StudyInstanceUID)
        for _ in range(2):
            assert retriever.fetch(uid, retriever.look(uid, CT)) == frozenset()
        archive.moods = [Mood.ABORTS]
        assert retriever.fetch(uid, retriever.look(uid, CT)) == frozenset()
        assert archive.associations == 1
        retriever.archive.rest()


def fetch(archive: Unruly, shelf: Shelf, **changes: float) -> frozenset[str]:
    retriever = shelf.retriever(**changes)
    uid = str(archive.studies[0][0].StudyInstanceUID)
    try:
        return retriever.fetch(uid, retriever.look(uid, CT))
    finally:
        retriever.archive.rest()


def two_screens() -> list[Dataset]:
    screen = a_siemens_study(1)[0]
    return [screen, a_copy(screen, SOPInstanceUID="1.9.2")]


@pytest.mark.parametrize("mood", [Mood.ABORTS, Mood.SILENT])
def test_an_archive_that_ends_in_the_middle_is_asked_for_the_rest(
    tmp_path: Path, mood: Mood
) -> None:
    with Unruly([two_screens()], [mood]).running() as archive:
        shelf = Shelf(tmp_path, archive.port)
        with pytest.raises(ArchiveUnavailableError):
            fetch(archive, shelf, timeout_s=HASTY_S if mood is Mood.SILENT else PATIENT_S)
        assert len(shelf.kept()) == 1
        assert fetch(archive, shelf) == frozenset()
        assert shelf.kept() == screens_and_reports(two_screens())


@pytest.mark.parametrize("mood", [Mood.LACKS_ONE, Mood.NO_RESOURCES])
def test_what_did_not_come_is_told(tmp_path: Path, mood: Mood) -> None:
    with Unruly([two_screens()], [mood]).running() as archive:
        shelf = Shelf(tmp_path, archive.port)
        missing = fetch(archive, shelf)
        assert missing == {str(each.SOPInstanceUID) for each in two_screens()} - set(shelf.kept())
        assert len(missing) == (1 if mood is Mood.LACKS_ONE else 2)
        assert fetch(archive, shelf) == frozenset()


def test_an_object_that_nobody_asked_for_is_not_kept(tmp_path: Path) -> None:
    studies = [two_screens(), a_ge_study(7)]
    with Unruly(studies, [Mood.SENDS_ANOTHER]).running() as archive:
        shelf = Shelf(tmp_path, archive.port)
        assert fetch(archive, shelf) == frozenset()
        assert shelf.kept() == screens_and_reports(studies[0])


def test_an_archive_that_cannot_do_it_is_not_asked_again_and_again(tmp_path: Path) -> None:
    unruly = Unruly([two_screens()], [Mood.DOES_NOT_DO_IT])
    with unruly.running() as archive, pytest.raises(ArchiveRefusalError, match="0xA900"):
        fetch(archive, Shelf(tmp_path, archive.port))


def test_a_full_disk_is_the_box_s_own_trouble(tmp_path: Path) -> None:
    with Unruly([two_screens()]).running() as archive:
        shelf = Shelf(tmp_path, archive.port)
        shelf.spool = Spool(tmp_path / "spool", shelf.ledger, SYSTEM_CLOCK, min_free_bytes=1 << 60)
        with pytest.raises(OutOfResourcesError, match="watermark"):
            fetch(archive, shelf)
        assert shelf.kept() == {}


@pytest.mark.parametrize("says_so", [True, False])
def test_a_day_that_is_too_long_for_the_archive_is_asked_for_in_parts(
    tmp_path: Path, *, says_so: bool
) -> None:
    template = a_siemens_study(1)[0]
    studies = [
        [a_copy(template, StudyInstanceUID=f"1.8.{at}", StudyTime=f"{at % 9 + 9:02}{at:02}00")]
        for at in range(40)
    ]
    with Unruly(studies, most_matches=7, says_so=says_so).running() as archive:
        retriever = Shelf(tmp_path, archive.port).retriever(most_matches=7)
        found = retriever.archive.studies(DAY, CT)
        retriever.archive.rest()
    assert sorted(each.study_instance_uid for each in found) == sorted(
        f"1.8.{at}" for at in range(40)
    )


def test_an_archive_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for port in (a_free_port(), None):
        with a_silent_listener() as silent:
            shelf = Shelf(tmp_path, port or silent)
            archive = shelf.archive(timeout_s=HASTY_S, connection_timeout_s=HASTY_S)
            with pytest.raises(ArchiveUnavailableError):
                archive.studies(DAY, CT)


def test_the_association_is_opened_again_after_it_was_lost(tmp_path: Path) -> None:
    with Unruly([two_screens()]).running() as archive:
        asked = Shelf(tmp_path, archive.port).archive()
        for number in (1, 2):
            assert len(asked.studies(DAY, CT)) == 1
            assert archive.associations == number
            asked._association.abort()  # type: ignore[union-attr]  # noqa: SLF001 - as a peer does
        asked.rest()


@pytest.mark.parametrize("model", RETRIEVAL_MODELS.values())
def test_every_storage_class_is_offered_in_one_association(model: str) -> None:
    offered = proposal(model, receives=True)  # type: ignore[arg-type] # a UID
    assert len(offered.contexts) <= MOST_CONTEXTS
    assert {each.sop_class_uid for each in offered.roles} == set(STORAGE_CLASSES)


def test_only_the_asker_takes_answers_off_the_queue(tmp_path: Path) -> None:
    """pynetdicom's reactor took one now and then, and a match was missing."""
    with Unruly([two_screens()]).running() as archive:
        asked = Shelf(tmp_path, archive.port).archive()
        asked.studies(DAY, CT)
        line: Any = asked._association  # noqa: SLF001 - what the reactor sees
        line.dimse.msg_queue.put((1, "an answer"))
        time.sleep(0.1)
        assert line.dimse.get_msg(block=True) == (1, "an answer")
        asked.rest()
