"""No error in what a form is filled with is accepted unless that very field is confirmed."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from appliance.console.quarantine.desk import Checked, Filled
from appliance.dose.doubt import Reason
from appliance.dose.sight import plain
from appliance.dose.vouching import ROWS, fields
from appliance.errors import RefusedError
from appliance.quarantine import Verdict
from tests.console.persons import Room
from tests.console.seeded_errors import SeededError, every
from tests.console.waiting_studies import CONSOLES, Kept, kept, read

ERRORS = list(every())
EVERY_DOUBT = frozenset(Reason) - {Reason.PHANTOM_UNKNOWN}
study = cache(kept)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.ledger.close()


def texts(checked: Checked) -> dict[str, str]:
    """What a person confirms who says yes to everything that is open."""
    assert checked.record is not None
    said = {name: plain(value.value) for name, value in fields(checked.record)}
    return {name: said.get(name, "") for name in checked.open} | {ROWS: str(checked.rows)}


def test_there_are_fifty() -> None:
    assert len(ERRORS) == 50
    assert len({(each.console, each.kind) for each in ERRORS}) == 50


@pytest.mark.parametrize("console", CONSOLES)
def test_what_was_read_right_asks_for_nothing(room: Room, console: str) -> None:
    case = study(console).opened(room.quarantine, "1.2.3")
    checked = room.desk.check(case.id, Filled())
    assert checked.open == {}
    assert checked.is_ready


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: f"{each.console}: {each.kind}")
def test_that_very_field_is_confirmed_or_nothing_is_kept(room: Room, error: SeededError) -> None:
    record, wrong = error.put_into(study(error.console))
    case = study(error.console).opened(room.quarantine, "1.2.3", record=record)
    checked = room.desk.check(case.id, Filled())
    assert wrong <= set(checked.unconfirmed)
    for field in wrong:
        others = {name: text for name, text in texts(checked).items() if name != field}
        filled = Filled(confirmed=others, accepted=EVERY_DOUBT)
        again = room.desk.check(case.id, filled)
        assert again.unconfirmed == (field,)
        with pytest.raises(RefusedError, match="not confirmed"):
            room.desk.decide(case.id, Verdict.SETTLE, filled, "tanaka", "not looked")
    assert room.quarantine.settlement(case.id) is None
    full = Filled(confirmed=texts(checked), accepted=EVERY_DOUBT)
    assert room.desk.check(case.id, full).unconfirmed == ()


def test_a_study_of_before_sights_were_kept_is_confirmed_value_by_value(room: Room) -> None:
    ge = study("ge")
    case = ge.opened(room.quarantine, "1.2.3", sights=[], elsewhere={})
    open_ = room.desk.check(case.id, Filled()).open
    assert {name for name, _ in fields(ge.record)} | {ROWS} == set(open_)


def test_a_value_that_two_readings_are_against_is_typed_and_confirmed(room: Room) -> None:
    case = study("ge").opened(room.quarantine, "1.2.3")
    name = "events[1].ctdi_vol_mgy"
    assert study("ge").record.events[1].ctdi_vol_mgy
    typed = Filled({name: "11.11"})
    assert name in room.desk.check(case.id, typed).unconfirmed
    confirmed = Filled({name: "11.11"}, {name: "11.11"})
    assert name not in room.desk.check(case.id, confirmed).unconfirmed
    other = Filled({name: "11.12"}, {name: "11.11"})
    assert name in room.desk.check(case.id, other).unconfirmed, "what is confirmed is one value"


def test_a_value_that_is_put_right_asks_for_nothing_more(room: Room) -> None:
    error = next(each for each in ERRORS if each.kind == "digit of a DLP")
    record, (name,) = error.put_into(study(error.console))
    case = study(error.console).opened(room.quarantine, "1.2.3", record=record)
    right = dict(fields(study(error.console).record))[name].text
    assert room.desk.check(case.id, Filled({name: right})).is_ready


@pytest.mark.slow
@pytest.mark.parametrize("console", CONSOLES)
def test_the_studies_are_as_they_are_read(console: str) -> None:
    now: Kept = read(console)
    assert now.doubts == study(console).doubts
    assert now.evidence == study(console).evidence
