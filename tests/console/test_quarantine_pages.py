"""What waits, one case, its decision, and everybody who comes in between."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.accounts import Role
from appliance.console.quarantine.answers import filled
from appliance.dose.doubt import Doubt, Reason
from appliance.journal import Journal
from appliance.quarantine import Case, Verdict
from tests.console.persons import Room
from tests.console.typing_by_ime import wide
from tests.console.waiting_studies import kept

STUDY = "1.2.826.0.1.3680043.10.543.4711"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
HOSTILE = "<script>alert('1')</script>\"'&"
CTDI = "events[1].ctdi_vol_mgy"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Room(tmp_path) as room:
        yield room


@pytest.fixture
def waiting(room: Room) -> Case:
    return kept("ge").opened(room.quarantine, STUDY)


def entries(room: Room, kind: str) -> list[dict[str, object]]:
    journal = Journal(room.ledger, room.clock)
    return [dict(each.body) for each in journal.entries() if each.kind == kind]


def test_the_list_says_age_scanner_reason_and_what_is_at_stake(room: Room, waiting: Case) -> None:
    page = room.get("/quarantine")
    for words in ("GE MEDICAL SYSTEMS LightSpeed", "just now", "mGy·cm: not reported until"):
        assert words in page.text, words
    assert Reason.CONFIRMATION_NEEDED.meaning[0] in page.text
    assert f'autofocus href="/quarantine/{waiting.id}"' in page.html


def test_a_decision_that_no_form_sends_is_refused(room: Room, waiting: Case) -> None:
    for verdict in ("", "release", HOSTILE):
        assert room.sign(waiting.id, verdict).status == 400
    assert room.quarantine.settlement(waiting.id) is None


def test_an_empty_list_says_so(room: Room) -> None:
    assert "Nothing waits" in room.get("/quarantine").text


def test_a_long_list_has_pages(room: Room) -> None:
    study = kept("ge")
    for number in range(27):
        study.opened(room.quarantine, f"1.2.{number}")
    assert "1 to 25 of 27" in room.get("/quarantine").text
    assert "26 to 27 of 27" in room.get("/quarantine?after=25").text
    assert room.get("/quarantine?after=%3Cscript%3E").status == 200


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_speaks_the_language_that_is_asked_for(
    room: Room, waiting: Case, language: str
) -> None:
    room.language, room.staff.role = language, Role.ENGINEER
    path = f"/quarantine/{waiting.id}"
    review = room.send(path, {"verdict": "wrong-patient"})
    for page in (room.get("/quarantine"), room.get(path), review, room.get(f"{path}/teach")):
        assert page.status == 200
        main = re.search(r"<main.*</main>", page.html, re.DOTALL)
        assert main
        other = re.sub(r'<span class="hint" lang=.*?</span>', "", main[0])
        assert bool(JAPANESE.search(re.sub(r"<[^>]*>", "", other))) is (language == "ja")


def test_a_doubt_is_said_in_both_languages_at_its_field(room: Room) -> None:
    doubt = Doubt(Reason.SOURCES_DISAGREE, "the image says 12.0", CTDI)
    case = kept("ge").opened(room.quarantine, STUDY, doubt)
    state = re.search(
        r'id="state-events-1-ctdi-vol-mgy".*?</div>',
        room.get(f"/quarantine/{case.id}").html,
        re.DOTALL,
    )
    assert state
    assert doubt.reason.meaning[0].replace("'", "&#39;") in state[0]
    assert doubt.reason.meaning[1] in state[0]


def test_every_value_has_its_own_part_of_the_picture(room: Room, waiting: Case) -> None:
    page = room.get(f"/quarantine/{waiting.id}")
    values = kept("ge").record.events[1].sourced()
    assert page.html.count('class="cutting"') >= len(list(values))
    assert page.html.count('id="place-events-1-') >= 4
    picture = room.get(f"/quarantine/{waiting.id}/pictures/page-1.png")
    assert "PNG" in picture.html[:8]


def test_where_there_is_no_place_the_page_says_so(room: Room) -> None:
    doubt = Doubt(Reason.PHANTOM_UNKNOWN, "not printed", "events[1].exposure_mas")
    case = kept("ge").opened(room.quarantine, STUDY, doubt)
    assert "this is the whole line" in room.get(f"/quarantine/{case.id}").text
    nothing = kept("ge").opened(room.quarantine, "1.2", sights=[], screens=[])
    page = room.get(f"/quarantine/{nothing.id}")
    assert "look at the whole picture" in page.text
    assert f'src="/quarantine/{nothing.id}/pictures/page-1.png"' in page.html


def test_a_right_screen_is_accepted_with_who_and_why(room: Room, waiting: Case) -> None:
    review = room.send(f"/quarantine/{waiting.id}", {"verdict": "settle"})
    assert "Sign as tanaka" in review.text
    page = room.sign(waiting.id, reason="compared", own_reason="")
    assert (page.path.startswith("/quarantine?done="), page.status) == (True, 200)
    settlement = room.quarantine.settlement(waiting.id)
    assert settlement
    assert (settlement.decision.person, settlement.verdict) == ("tanaka", Verdict.SETTLE)
    assert settlement.decision.reason == "compared with the picture"
    (entry,) = entries(room, "quarantine-settled")
    assert entry["person"] == "tanaka"
    assert "Nothing waits" in page.text


def test_every_look_is_written_down_once(room: Room, waiting: Case) -> None:
    room.get("/quarantine")
    assert entries(room, "patient-seen") == []
    for _ in range(3):
        assert room.get(f"/quarantine/{waiting.id}").status == 200
    room.get(f"/quarantine/{waiting.id}/pictures/page-1.png")
    (look,) = entries(room, "patient-seen")
    look.pop("clock")
    assert look == {"study_instance_uid": STUDY, "by": "tanaka", "page": "quarantine"}


def test_the_sum_is_told_while_somebody_types(room: Room, waiting: Case) -> None:
    path = f"/quarantine/{waiting.id}/check"
    assert "holds" in room.send(path, {}).text
    wrong = room.send(path, {"value:events[1].dlp_mgy_cm": "1.00"})
    assert "does not hold" in wrong.text
    assert 'id="state-events-1-dlp-mgy-cm" hx-swap-oob="true" data-open="yes"' in wrong.html
    typed = room.send(path, {"value:events[1].dlp_mgy_cm": wide("1.00")})
    assert "does not hold" in typed.text
    letters = room.send(path, {"value:events[1].dlp_mgy_cm": HOSTILE})
    assert "This is no value of this field" in letters.text
    assert "<script>alert" not in letters.html


def test_what_is_open_is_named_and_nothing_is_kept(room: Room, waiting: Case) -> None:
    form = {"verdict": "settle", f"value:{CTDI}": "99.99"}
    page = room.send(f"/quarantine/{waiting.id}", form)
    assert (page.status, "Confirm these first" in page.text) == (422, True)
    refused = room.sign(waiting.id, **{f"value:{CTDI}": "99.99"})
    assert (refused.status, "was not kept" in refused.text) == (409, True)
    assert 'value="99.99"' in refused.html, "what was typed is there still"
    assert room.quarantine.settlement(waiting.id) is None
    confirmed = {f"value:{CTDI}": "99.99", f"confirm:{CTDI}": "99.99"}
    accepted = {"accept:length-mismatch": "yes"}
    involved = ("dlp_mgy_cm", "scan_start_mm", "scan_end_mm")
    record = room.desk.check(waiting.id, filled(confirmed)).record
    assert record
    for name in involved:
        value = getattr(record.events[1], name)
        confirmed[f"confirm:events[1].{name}"] = f"{value.value:f}"
    assert room.sign(waiting.id, **confirmed, **accepted).status == 200
    settled = room.quarantine.settlement(waiting.id)
    assert settled
    assert settled.decision.corrections[CTDI] == "99.99"


def test_a_scan_that_was_not_read_is_added_and_one_is_taken_out(room: Room, waiting: Case) -> None:
    path = f"/quarantine/{waiting.id}"
    read = len(kept("ge").record.events)
    page = room.send(path, {"add": "1"})
    assert f'name="value:events[{read}].dlp_mgy_cm"' in page.html
    form = {f"remove:{read - 1}": "yes", f"value:events[{read}].label": "neu"}
    checked = room.desk.check(waiting.id, filled(form))
    assert checked.record
    assert checked.record.events[-1].label
    assert checked.record.events[-1].label.value == "neu"
    assert checked.rows == read
    assert f"events[{read - 1}]" in checked.changed


def test_a_screen_of_which_nothing_was_read_is_typed_whole(room: Room) -> None:
    doubt = Doubt(Reason.LAYOUT_UNKNOWN, "no layout fits")
    case = kept("ge").opened(room.quarantine, STUDY, doubt, record=None, sights=[], elsewhere={})
    form = {
        "value:events[0].ctdi_vol_mgy": "10.00",
        "value:events[0].dlp_mgy_cm": "300.0",
        "value:events[0].phantom": "BODY32",
        "value:total_dlp_mgy_cm": "300.0",
        "confirm:rows": "1",
    }
    assert room.sign(case.id, **form).status == 200
    settled = room.quarantine.settlement(case.id)
    assert settled
    assert settled.decision.record
    assert len(settled.decision.record.events) == 1


@pytest.mark.parametrize("verdict", ["discard", "wrong-patient"])
def test_a_case_is_ended_without_a_report(room: Room, waiting: Case, verdict: str) -> None:
    review = room.send(f"/quarantine/{waiting.id}", {"verdict": verdict})
    assert "nothing is removed" in review.text
    room.sign(waiting.id, verdict, own_reason="of somebody else")
    settled = room.quarantine.settlement(waiting.id)
    assert settled
    assert settled.verdict == verdict
    kind = "quarantine-discarded" if verdict == "discard" else "quarantine-wrong-patient"
    assert [each["reason"] for each in entries(room, kind)] == ["of somebody else"]


def test_a_decision_has_a_reason(room: Room, waiting: Case) -> None:
    assert room.sign(waiting.id, own_reason="", reason="nonsense").status == 409
    assert room.quarantine.settlement(waiting.id) is None


def test_two_persons_do_not_decide_one_case(room: Room, waiting: Case) -> None:
    room.sign(waiting.id)
    room.staff.name = "suzuki"
    late = room.sign(waiting.id, "discard")
    assert late.status == 409
    assert "Accepted by tanaka" in late.text
    settled = room.quarantine.settlement(waiting.id)
    assert settled
    assert settled.verdict is Verdict.SETTLE


def test_a_newer_look_is_said_and_not_overwritten(room: Room, waiting: Case) -> None:
    newer = kept("ge").opened(room.quarantine, STUDY)
    late = room.sign(waiting.id)
    assert late.status == 409
    assert "it was looked at again" in late.text
    assert f'href="/quarantine/{newer.id}"' in late.html
    assert room.quarantine.settlement(newer.id) is None
    assert room.quarantine.settlement(waiting.id) is None


@pytest.mark.parametrize(
    ("wanted", "verdict", "waits"),
    [
        ("always", "settle", True),
        ("corrections", "settle", False),
        ("corrections", "discard", True),
        ("never", "discard", False),
    ],
)
def test_a_second_person_is_asked_where_the_site_says_so(
    tmp_path: Path, wanted: str, verdict: str, *, waits: bool
) -> None:
    with Room(tmp_path, second_person=wanted) as room:
        case = kept("ge").opened(room.quarantine, STUDY)
        room.sign(case.id, verdict)
        assert (room.quarantine.settlement(case.id) is None) is waits


def test_nobody_agrees_with_themselves_and_another_person_does(tmp_path: Path) -> None:
    with Room(tmp_path, second_person="always") as room:
        case = kept("ge").opened(room.quarantine, STUDY)
        path = f"/quarantine/{case.id}"
        assert "waits until another person agrees" in room.sign(case.id).text
        assert "decided by tanaka" in room.get("/quarantine").text
        assert room.send(f"{path}/agree", {}).status == 409
        room.staff.name = "Tanaka"
        assert room.send(f"{path}/agree", {}).status == 409
        room.staff.name = "suzuki"
        assert room.sign(case.id, "discard").status == 409, "he agrees or not, and decides not anew"
        assert "I agree, suzuki" in room.get(path).text
        assert room.send(f"{path}/agree", {}).status == 200
        settled = room.quarantine.settlement(case.id)
        assert settled
        assert (settled.decision.person, settled.decision.seconded_by) == ("tanaka", "suzuki")
        assert [each["seconded_by"] for each in entries(room, "quarantine-settled")] == ["suzuki"]


def test_who_does_not_agree_leaves_the_case_undecided(tmp_path: Path) -> None:
    with Room(tmp_path, second_person="always") as room:
        case = kept("ge").opened(room.quarantine, STUDY)
        room.sign(case.id)
        room.staff.name = "suzuki"
        room.send(f"/quarantine/{case.id}/decline", {"own_reason": "the second DLP is 8"})
        assert [each["decided_by"] for each in entries(room, "quarantine-declined")] == ["tanaka"]
        assert "Sign as suzuki" in room.send(f"/quarantine/{case.id}", {"verdict": "settle"}).text


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.TECHNOLOGIST, 200)])
def test_who_may_not_settle_sees_no_case(
    room: Room, waiting: Case, role: Role, status: int
) -> None:
    room.staff.role = role
    paths = ("", "/pictures/page-1.png")
    assert {room.get(f"/quarantine/{waiting.id}{path}").status for path in paths} == {status}
    assert room.get(f"/quarantine/{waiting.id}/teach").status == 403, "that is an engineer's"


def test_a_label_is_put_into_pages_as_text(room: Room) -> None:
    study = kept("ge")
    record = json.loads(json.dumps(study.evidence["record"]))
    record["events"][1]["label"]["value"] = record["events"][1]["label"]["text"] = HOSTILE
    case = study.opened(
        room.quarantine, STUDY, Doubt(Reason.PAGE_MISSING, HOSTILE), record=record, drawn_by=HOSTILE
    )
    for path in ("/quarantine", f"/quarantine/{case.id}"):
        assert "<script>alert" not in room.get(path).html


@pytest.mark.parametrize(
    "path",
    [
        "/99",
        "/99/pictures/page-1.png",
        "/1/pictures/page-9.png",
        "/1/pictures/..%2f..%2fledger.png",
    ],
)
def test_what_is_not_there_is_said(room: Room, waiting: Case, path: str) -> None:
    assert waiting.id == 1
    assert room.get(f"/quarantine{path}").status == 404
