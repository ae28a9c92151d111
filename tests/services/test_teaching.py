"""Teaching: from one screen and what a person typed, exams of that console are read, or wait."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from appliance.dose.correction import corrected, corrections
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome
from appliance.dosescreen.layout import layouts, parse_layout
from appliance.dosescreen.teaching import Draft, Occasion, drafted
from appliance.dosescreen.teaching.extension import extended
from appliance.dosescreen.teaching.golden import identity
from appliance.dosescreen.teaching.seen import seen
from appliance.dosescreen.transcript import Transcript
from appliance.errors import ConfigurationError, RefusedError
from appliance.services.site_layouts import known_layouts, site_layouts
from appliance.services.teaching import Lesson, School, Taught, archive
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.specimens import specimens
from tests.dosescreen.fictional import CONSOLES, GERMAN, ORION, RENAMED, Fictional, typed
from tests.dosescreen.world import recogniser, values

PATIENT = Identity(
    "1.2.826.0.1.3680043.10.5", patient_name="MUSTERMANN^ERIKA", patient_id="7654321"
)
BOTH_KINDS = 8
"""A seed whose examination has a helical and an axial scan, of body and head."""
NOWHERE = Path("/nonexistent")
OCCASION = Occasion("a-dose", 1, "2026-11-21", "dose-appliance 0")
every_console = pytest.mark.parametrize("console", CONSOLES, ids=lambda each: each.name)


def screen(console: Fictional, seed: int, who: Identity = PATIENT) -> Dataset:
    return console.screen(console.examination(Random(seed)), who)


def as_typed(console: Fictional, seed: int, **changed: str) -> CTRadiationDose:
    fields = typed(console, console.examination(Random(seed)))
    fields |= {name.replace("__", "."): text for name, text in changed.items()}
    return corrected(None, corrections(fields), "a physicist")


def lesson(console: Fictional, seed: int = BOTH_KINDS, **changed: Any) -> Lesson:  # noqa: ANN401 - a lesson's own fields
    given = Lesson(
        screen(console, seed), as_typed(console, seed), f"{console.name}-dose", "2026-11-21",
        "dose-appliance 0",
    )  # fmt: skip
    return replace(given, **changed)


@cache
def transcript(console: Fictional, seed: int, who: Identity = PATIENT) -> Transcript:
    return seen(recogniser(), screen(console, seed, who))


def draft(console: Fictional, seed: int, who: Identity = PATIENT) -> Draft:
    header = screen(console, seed, who)
    return drafted(transcript(console, seed, who), as_typed(console, seed), header, OCCASION)


def types(record: CTRadiationDose) -> set[str]:
    return {e.acquisition_type.value.name for e in record.events if e.acquisition_type}


@cache
def taught(console: Fictional) -> Taught:
    return School(NOWHERE, recogniser()).teach(lesson(console))


def doses(record: CTRadiationDose) -> list[dict[str, Any]]:
    """The dose rows that were read, by the fields that a console prints."""
    found = []
    for event in record.dose_events:
        coded = {name: getattr(value.value, "name", value.text) for name, value in event.sourced()}
        found.append({name: str(text).casefold() for name, text in coded.items()})
    return found


# What is learnt from one screen


@every_console
def test_other_examinations_of_the_console_are_read_exactly(console: Fictional) -> None:
    box = replace(recogniser(), layouts=(*layouts(), taught(console).layout))
    for seed in range(40, 45):
        who = Identity(f"1.2.826.0.1.3680043.10.{seed}", patient_id=str(7000000 + seed))
        found = box.recognise([screen(console, seed, who)])
        assert found.outcome is Outcome.RECOGNISED, found.doubts
        assert found.record is not None
        wanted = as_typed(console, seed)
        assert found.record.layout == taught(console).layout.identifier
        assert values(found)["total_dlp_mgy_cm"] == str(wanted.total_dlp_mgy_cm.value)  # type: ignore[union-attr]
        for row, expected in zip(doses(found.record), doses(wanted), strict=True):
            assert {name: row[name] for name in expected} == expected


def test_what_the_taught_screen_did_not_show_waits() -> None:
    """No word for an axial scan is known of this console, so none is guessed."""
    seed = next(seed for seed in range(100) if types(as_typed(GERMAN, seed)) == {"SPIRAL"})
    half = parse_layout(draft(GERMAN, seed))
    found = replace(recogniser(), layouts=(half,)).recognise([screen(GERMAN, BOTH_KINDS)])
    assert found.outcome is Outcome.QUARANTINED
    assert any("acquisition_type" in doubt.field for doubt in found.doubts)


@every_console
def test_a_draft_says_what_it_stands_on_and_nothing_of_the_patient(console: Fictional) -> None:
    toml = taught(console).toml
    assert taught(console).layout.tier == "bronze"
    assert "Taught on site on 2026-11-21" in toml
    assert console.console.model in toml
    assert "MUSTERMANN" not in toml.upper()
    assert "7654321" not in toml


def test_a_title_is_never_a_name() -> None:
    """A word that is no dose word does not tell the layout, though it stands beside one."""
    who = replace(PATIENT, patient_name="DOSE^JOHANNA")
    assert "JOHANNA" not in str(draft(ORION, BOTH_KINDS, who)).upper()


# Goldens


@every_console
def test_a_golden_is_the_screen_without_its_patient(console: Fictional) -> None:
    picture = taught(console).golden.dataset
    whole = screen(console, BOTH_KINDS).pixel_array
    assert not picture.pixel_array[: 2 * 20].any()
    assert whole[: 2 * 20].any()
    kept = picture.pixel_array > 0
    assert (whole[kept] > 0).all()
    content = io.BytesIO()
    picture.save_as(content, enforce_file_format=True)
    for _, value in identity(screen(console, BOTH_KINDS)):
        assert value.encode() not in content.getvalue().lower()
    assert picture.PatientIdentityRemoved == "YES"


def test_an_identity_that_stays_readable_is_refused() -> None:
    """A console that prints the patient's name as the name of the scan."""
    scans = [replace(scan, label="MUSTERMANN") for scan in ORION.examination(Random(BOTH_KINDS))]
    given = lesson(
        ORION,
        screen=ORION.screen(scans, PATIENT),
        typed=corrected(None, corrections(typed(ORION, scans)), "a physicist"),
    )
    with pytest.raises(RefusedError, match="PatientName can still be read"):
        School(NOWHERE, recogniser()).teach(given)


# What is refused


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("events[0].dlp_mgy_cm", "437.09", "no line"),
        ("events[0].dlp_mgy_cm", "437.0", "no line"),
        ("events[0].kvp", "101", "kvp"),
        ("total_dlp_mgy_cm", "1974.11", "1974.11"),
        ("events[1].phantom", "BODY32", "phantom"),
        ("events[1].acquisition_type", "SPIRAL", "acquisition_type"),
        ("events[0].series", "9", "series"),
    ],
)
def test_a_mistyped_value_drafts_nothing(field: str, text: str, message: str) -> None:
    fields = typed(ORION, ORION.examination(Random(BOTH_KINDS))) | {field: text}
    wrong = corrected(None, corrections(fields), "a physicist")
    header = screen(ORION, BOTH_KINDS)
    with pytest.raises(RefusedError, match=message):
        drafted(transcript(ORION, BOTH_KINDS), wrong, header, OCCASION)


def test_a_row_left_out_teaches_nothing() -> None:
    fields = typed(ORION, ORION.examination(Random(BOTH_KINDS)))
    last = max(name for name in fields if name.startswith("events")).partition(".")[0]
    fewer = {name: text for name, text in fields.items() if not name.startswith(last)}
    wrong = corrected(None, corrections(fewer), "a physicist")
    with pytest.raises(RefusedError, match="typed"):
        School(NOWHERE, recogniser()).teach(lesson(ORION, typed=wrong))


def test_a_draft_that_harms_another_console_is_refused() -> None:
    """The screen of a shipped layout, taught anew: both would fit it."""
    (objects, *_) = specimens()
    record = recogniser().recognise(objects).record
    assert record is not None
    given = Lesson(objects[0], record, "again", "2026-11-21", "dose-appliance 0")
    with pytest.raises(RefusedError):
        School(NOWHERE, recogniser(), [objects]).teach(given)


# The folder


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path / "layouts", recogniser())


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(folder)), file.read_bytes()


def test_a_lesson_twice_changes_nothing(school: School) -> None:
    """Neither on the same day nor on another."""
    school.keep(taught(RENAMED))
    before = dict(files(school.folder))
    again = school.teach(lesson(RENAMED, date="2026-12-24"))
    assert school.keep(again) == []
    assert dict(files(school.folder)) == before
    assert archive(again) == archive(taught(RENAMED))


def test_a_second_screen_adds_its_words() -> None:
    seed = next(seed for seed in range(100) if types(as_typed(GERMAN, seed)) == {"SPIRAL"})
    both = parse_layout(extended(draft(GERMAN, seed), draft(GERMAN, BOTH_KINDS)))
    assert set(both.types) >= {"Spirale", "Sequenz"}
    found = replace(recogniser(), layouts=(both,)).recognise([screen(GERMAN, BOTH_KINDS)])
    assert found.outcome is Outcome.RECOGNISED, found.doubts


def test_a_layout_is_made_anew_only_when_told(school: School) -> None:
    """The old version is kept aside, and so are its goldens."""
    school.keep(taught(RENAMED))
    file = school.folder / "renamed-dose.toml"
    file.write_text(file.read_text("utf-8").replace('Axial = "SEQUENCED"\n', ""), "utf-8")
    before = dict(files(school.folder))
    with pytest.raises(RefusedError, match="--replace"):
        school.teach(lesson(RENAMED))
    assert dict(files(school.folder)) == before
    newer = school.teach(lesson(RENAMED), replacing=True)
    assert newer.layout.version == 2
    assert "Axial" in newer.layout.types
    school.keep(newer)
    after = dict(files(school.folder))
    assert after["superseded/renamed-dose-1.toml"] == before["renamed-dose.toml"]
    assert {name for name in before if name.startswith("goldens/")} < set(after)


def test_what_contradicts_an_earlier_lesson_is_refused() -> None:
    earlier = {"types": {"Spirale": "SPIRAL"}}
    with pytest.raises(RefusedError, match="SEQUENCED"):
        extended(earlier, {"types": {"spirale": "SEQUENCED"}})


def test_a_site_reads_with_what_it_was_taught(school: School) -> None:
    school.keep(taught(ORION))
    known = known_layouts(school.folder)
    assert {layout.name for layout in known} == {*(each.name for each in layouts()), "orion-dose"}
    (stored,) = (school.folder / "goldens").glob("*.dcm")
    found = replace(recogniser(), layouts=known).recognise([dcmread(stored)])
    assert found.outcome is Outcome.RECOGNISED
    kept = json.loads(stored.with_suffix(".json").read_text("utf-8"))
    assert kept["layout"] == "orion-dose"
    assert kept["typed"] == typed(ORION, ORION.examination(Random(BOTH_KINDS)))


def test_an_archive_holds_layout_and_golden() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(taught(GERMAN)))) as bundle:
        names = bundle.namelist()
        assert [Path(name).suffix for name in sorted(names)] == [".toml", ".dcm", ".json"]
        assert all(b"MUSTERMANN" not in bundle.read(name).upper() for name in names)


SPOILT = {
    "no TOML": (b"name = ", "orion-dose.toml"),
    "a key that does not exist": (b'colour = "red"\n', "colour"),
    "another name": (b"", "cannot hold"),
}


@pytest.mark.parametrize(("content", "message"), SPOILT.values(), ids=SPOILT.keys())
def test_a_layout_that_is_not_sound_is_refused(
    school: School, content: bytes, message: str
) -> None:
    name = "other.toml" if message == "cannot hold" else "orion-dose.toml"
    school.folder.mkdir()
    (school.folder / name).write_bytes(content + taught(ORION).toml.encode())
    with pytest.raises(ConfigurationError, match=message):
        site_layouts(school.folder)


def test_a_shipped_layout_is_replaced_by_a_higher_version_alone(school: School) -> None:
    school.folder.mkdir()
    file = school.folder / "dose-info.toml"
    text = taught(ORION).toml.replace("orion-dose", "dose-info")
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="does not replace"):
        known_layouts(school.folder)
    file.write_text(text.replace("version = 1", "version = 99"))
    (found,) = [each for each in known_layouts(school.folder) if each.name == "dose-info"]
    assert found.version == 99
