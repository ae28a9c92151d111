"""What the first page makes of the state of a box."""

import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.alarms import Alarm, AlarmCode, Severity
from appliance.clock import Clock, ClockState
from appliance.config import Configuration
from appliance.console.overview import MeterHere, Seen
from appliance.console.overview.machine import facts
from appliance.console.overview.standing import PAGES, destinations, raised, scanners
from appliance.console.rendering import catalogue
from appliance.destinations import Cause
from appliance.ledger import open_ledger
from appliance.machine import Boot, ClockFacts, Machine
from appliance.services.overview_desk import OverviewDesk, alarmed_since
from appliance.spool import Outcome
from appliance.status import Check, DestinationQueue, Snapshot, Verdict
from appliance.status.snapshot import CertificateState, DisplayCondition, DisplayConditions
from appliance.status.today import ScannerDay, begin_of_day
from appliance.texts import Texts
from appliance.tls import Worn
from appliance.tunnel import Sighting
from tests.console.overview_box import Looked, a_day, a_machine, configured, looked, receive

NOW = 1_800_000_000.0
MACHINE = Machine(clock=ClockFacts(state=ClockState.NTP), boot=Boot(uptime_s=7200.0))
EMPTY = Snapshot(
    taken_at=NOW, data_dir=Path("/d"), disk_free_mib=512, disk_total_mib=1024, machine=MACHINE
)
ENGLISH = Texts("en", catalogue())


def seen(
    snapshot: Snapshot | None = EMPTY, *checks: Check, verdict: Verdict = Verdict.GOOD
) -> Seen:
    return Seen(taken_at=NOW, snapshot=snapshot, checks=checks, verdict=verdict, since=NOW)


def alarm(code: AlarmCode, subject: str = "", at: float = NOW) -> Alarm:
    return Alarm(1, code, subject, "", at)


def said(of: Seen, label: str) -> list[tuple[str, str]]:
    return [(each.state, each.words) for each in facts(of, ENGLISH) if each.label == label]


def test_every_word_that_may_be_asked_for_is_there() -> None:
    texts = catalogue()
    assert {str(each) for each in Cause} <= set(texts["cause"])
    wanted = [f"is_{each}" for each in ("good", "doubt", "bad")]
    wanted += [f"clock_{each}" for each in ClockState]
    wanted += [f"severity_{each}" for each in Severity]
    wanted += [f"certificate_{each}" for each in Worn if each is not Worn.GOOD]
    wanted += [f"scanner_{each}" for each in ("good", "doubt", "idle")]
    wanted += [f"destination_{each}" for each in ("good", "doubt", "bad", "idle")]
    assert [each for each in wanted if each not in texts["overview"]] == []


@pytest.mark.parametrize(
    ("state", "news"),
    [("ntp", "good"), ("rtc", "good"), ("restored", "bad"), ("unset", "bad")],
)
def test_a_clock_that_nobody_vouches_for_is_bad_news(state: str, news: str) -> None:
    machine = replace(MACHINE, clock=ClockFacts(state=ClockState(state)))
    ((found, _),) = said(seen(replace(EMPTY, machine=machine)), "clock")
    assert found == news


def test_the_disk_is_as_good_as_its_alarm_says() -> None:
    assert said(seen(), "disk") == [("good", "50 % free, 0.5 GiB")]
    low = replace(EMPTY, alarms=(alarm(AlarmCode.DISK_LOW, "spool"),))
    assert said(seen(low), "disk")[0][0] == "bad"


def test_processes_that_do_not_run_are_named() -> None:
    dead = Check("service-lives", "forwarder", is_well=False, detail="dead")
    well = Check("ledger-readable", "", is_well=True, detail="")
    assert said(seen(EMPTY, well, dead), "processes") == [("bad", "not running: forwarder")]
    assert said(seen(EMPTY, well, replace(dead, is_well=True)), "processes")[0][0] == "good"
    assert said(seen(EMPTY, well), "processes") == []


def test_a_ledger_that_cannot_be_read_leaves_what_is_known_without_it() -> None:
    unreadable = Check("ledger-readable", "", is_well=False, detail="")
    found = seen(None, unreadable, verdict=Verdict.BAD)
    assert [each.label for each in facts(found, ENGLISH)] == ["processes"]


@pytest.mark.parametrize(
    ("is_up", "handshake_at", "news"),
    [(False, None, "bad"), (True, None, "doubt"), (True, NOW - 60, "good")],
)
def test_a_tunnel_is_as_good_as_its_last_handshake(
    is_up: bool,  # noqa: FBT001 - a case of the table
    handshake_at: float | None,
    news: str,
) -> None:
    tunnel = Sighting(interface="wg0", seen_at=NOW, is_up=is_up, handshake_at=handshake_at)
    assert said(seen(replace(EMPTY, tunnel=tunnel)), "vpn")[0][0] == news


def test_the_certificate_that_ends_first_is_told_or_each_that_is_not_good() -> None:
    good = CertificateState("console.certificate_file", NOW + 86400 * 400, Worn.GOOD)
    later = replace(good, ends_at=NOW + 86400 * 800)
    ((state, words),) = said(seen(replace(EMPTY, certificates=(later, good))), "certificate")
    assert (state, words) == ("good", "good until 2028-02-19")
    gone = CertificateState("mqtt.tls.certificate_file", None, Worn.UNUSABLE)
    assert said(seen(replace(EMPTY, certificates=(good, gone))), "certificate") == [
        ("bad", "mqtt.tls.certificate_file cannot be used")
    ]


def test_displays_that_failed_count_more_than_those_that_are_due() -> None:
    one = DisplayCondition("reading-1", "constancy", "2026-01-01")
    due = DisplayConditions(in_use=3, due=(one,))
    assert said(seen(replace(EMPTY, displays=due)), "monitors")[0][0] == "doubt"
    failed = replace(due, failed=(one,))
    assert said(seen(replace(EMPTY, displays=failed)), "monitors")[0][0] == "bad"


def test_a_meter_whose_certificate_ended_is_told() -> None:
    found = replace(seen(), meters=[MeterHere("m-1", "2026-01-01"), MeterHere("m-2", "2099-01-01")])
    assert [state for state, _ in said(found, "meter")] == ["doubt", "good"]


def test_a_slot_on_trial_is_told() -> None:
    on_trial = replace(EMPTY, update={"trial": "B", "offered": None})
    assert said(seen(on_trial), "update") == [("doubt", "slot B is on trial")]


@pytest.mark.parametrize(
    ("queue", "news", "error"),
    [
        (DestinationQueue("a", {}, None), "idle", ""),
        (DestinationQueue("a", {}, None, None, NOW), "good", ""),
        (DestinationQueue("a", {}, NOW, None, NOW, "unreachable (x)."), "doubt", "unreachable"),
        (DestinationQueue("a", {"refused": 1}, None, None, NOW), "bad", ""),
        (DestinationQueue("a", {}, None, None, NOW, "YAMADA^TARO"), "doubt", "other"),
    ],
)  # fmt: skip
def test_a_destination_is_as_good_as_what_it_took_last(
    queue: DestinationQueue, news: str, error: str
) -> None:
    (found,) = destinations(replace(EMPTY, destinations=(queue,)))
    assert (found.state, found.error) == (news, error)


def test_a_destination_that_fails_for_long_is_bad_news() -> None:
    queue = DestinationQueue("a", {"waiting": 1}, NOW, None, NOW, "unreachable (x). y")
    failing = alarm(AlarmCode.DESTINATION_FAILING, "a")
    (found,) = destinations(replace(EMPTY, destinations=(queue,), alarms=(failing,)))
    assert (found.state, found.waiting) == ("bad", 1)
    assert found.remedy == Cause.UNREACHABLE.remedy


def test_a_scanner_s_day_is_counted_by_outcome() -> None:
    counts = {Outcome.REPORTED: 3, Outcome.QUARANTINED: 1, Outcome.SET_ASIDE: 2, "": 4}
    day = (ScannerDay("ct-1", dict(counts)), ScannerDay("ct-2", {}))
    busy, idle = scanners(replace(EMPTY, today=day))
    assert (busy.read, busy.waiting, busy.set_aside, busy.undecided) == (3, 1, 2, 4)
    assert (busy.studies, busy.state, idle.state) == (10, "doubt", "idle")


def test_the_most_urgent_alarm_comes_first() -> None:
    found = (alarm(AlarmCode.BACKUP_OVERDUE), alarm(AlarmCode.DISK_LOW, "spool"))
    urgent, minor = raised(replace(EMPTY, alarms=found))
    assert (urgent.notice.code, urgent.state, minor.state) == (AlarmCode.DISK_LOW, "bad", "doubt")
    assert "room" in urgent.remedy[0]


def test_an_alarm_leads_to_where_it_is_settled_and_only_who_may_go_there() -> None:
    known = tomllib.loads((Path(__file__).parent / "demands.toml").read_text("utf-8"))["demands"]
    for page in PAGES.values():
        assert page.partition("?")[0] in known
    (overdue,) = raised(replace(EMPTY, alarms=(alarm(AlarmCode.BACKUP_OVERDUE),)))
    assert (overdue.page, overdue.section) == ("/settings/backups", "/settings")
    (worn,) = raised(replace(EMPTY, alarms=(alarm(AlarmCode.DISK_WORN),)))
    assert (worn.page, worn.section) == ("", "")


def test_since_when_it_is_so() -> None:
    assert alarmed_since(EMPTY) == NOW - 7200
    assert alarmed_since(replace(EMPTY, last_cleared_at=NOW - 60)) == NOW - 60
    old, new = alarm(AlarmCode.BACKUP_OVERDUE, at=NOW - 90), alarm(AlarmCode.DISK_LOW, at=NOW - 9)
    assert alarmed_since(replace(EMPTY, alarms=(old,))) == NOW - 90
    assert alarmed_since(replace(EMPTY, alarms=(old, new))) == NOW - 9


def test_a_day_begins_at_the_box_s_midnight() -> None:
    begun = begin_of_day(NOW)
    assert 0 <= NOW - begun < 25 * 3600
    assert begin_of_day(begun) == begun


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return configured(tmp_path)


@pytest.fixture
def box(configuration: Configuration) -> Iterator[Looked]:
    a_day(configuration)
    with looked(configuration) as served:
        yield served


def got(box: Looked, path: str, language: str = "en") -> tuple[str, dict[str, str]]:
    request = urllib.request.Request(box.origin + path, headers={"accept-language": language})  # noqa: S310 - http of a test
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
        return answer.read().decode(), {name.lower(): each for name, each in answer.getheaders()}


@pytest.mark.parametrize("path", ["/", "/?view=wall", "/overview/now"])
def test_no_patient_is_on_it_and_no_uid(box: Looked, path: str) -> None:
    page, _ = got(box, path)
    assert "dose-registry" in page
    assert "YAMADA" not in page
    assert "1.2.826" not in page


def test_without_scripts_the_page_loads_itself_again(box: Looked) -> None:
    page, _ = got(box, "/")
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page


def test_it_is_said_in_both_languages(box: Looked) -> None:
    assert "Working; see the alarms" in got(box, "/", "en")[0]
    assert "動作中(アラームあり)" in got(box, "/", "ja")[0]


def test_what_renews_itself_says_whether_it_changed_and_until_when_it_holds(box: Looked) -> None:
    first, second = got(box, "/overview/now")[1], got(box, "/overview/now")[1]
    assert first["x-digest"] == second["x-digest"]
    assert first["x-taken-at"] < first["x-valid-until"]
    assert first["cache-control"] == "no-store"


def test_the_day_is_the_ledger_s(box: Looked) -> None:
    snapshot = box.desk.seen().snapshot
    assert snapshot is not None
    assert {each.scanner: sum(each.by_outcome.values()) for each in snapshot.today} == {
        "ct-1": 14,
        "ct-2": 0,
    }
    assert snapshot.destinations[0].last_delivered_at is not None
    assert snapshot.destinations[1].last_error.startswith("unreachable")


def test_studies_of_yesterday_are_not_today_s(configuration: Configuration) -> None:
    ledger = open_ledger(configuration.ledger_path)
    desk = OverviewDesk(configuration, clock_at(NOW))
    receive(ledger, 1, "CT1", begin_of_day(NOW) - 1, "reported")
    receive(ledger, 2, "CT1", begin_of_day(NOW), "reported")
    receive(ledger, 3, "STRANGER", NOW, None)
    ledger.close()
    snapshot = desk.seen().snapshot
    assert snapshot is not None
    assert [(each.scanner, each.by_outcome) for each in snapshot.today] == [
        ("ct-1", {"reported": 1}),
        ("ct-2", {}),
        (None, {"": 1}),
    ]


def test_what_was_booted_is_told(configuration: Configuration, tmp_path: Path) -> None:
    with looked(configuration, a_machine(tmp_path / "root")) as served:
        page, _ = got(served, "/")
    assert "2026.11.1 · slot a · up for 10 days" in page
    assert "set by a time server" in page


def test_twenty_pages_are_one_look(configuration: Configuration) -> None:
    a_day(configuration)
    looks: list[int] = []
    begun = threading.Barrier(20)

    def checks(_: Configuration) -> list[Check]:
        looks.append(1)
        return [Check("ledger-readable", "", is_well=True, detail="")]

    clock = clock_at(NOW)
    desk = OverviewDesk(configuration, clock, checks=checks)

    def ask() -> None:
        begun.wait()
        desk.seen()

    pages = [threading.Thread(target=ask) for _ in range(20)]
    for each in pages:
        each.start()
    for each in pages:
        each.join()
    assert len(looks) == 1


def test_a_ledger_that_is_damaged_is_said(configuration: Configuration) -> None:
    configuration.ledger_path.write_bytes(b"not a database, but long enough to be looked at" * 99)
    with looked(configuration) as served:
        page, _ = got(served, "/overview/now")
    assert "The box is not well" in page
    assert "The ledger cannot be read" in page


def test_a_screen_on_a_wall_sees_the_box_by_its_address_and_nothing_else(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    console = replace(configuration.console, wall_from=("127.0.0.0/8",))
    with looked(replace(configuration, console=console)) as served:
        served.access.is_logged_in = False
        assert 'hx-get="/wall/now"' in got(served, "/wall")[0]
        assert "x-digest" in got(served, "/wall/now")[1]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            got(served, "/overview/now")  # led to log in, for which there is no page here


def test_other_addresses_are_not_shown_it(box: Looked) -> None:
    for path in ("/wall", "/wall/now"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            got(box, path)


def test_what_the_configuration_says_stays_text(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    hostile = replace(configuration.meter[0], name="<script>alert(1)</script>")
    with looked(replace(configuration, meter=(hostile,))) as served:
        page, _ = got(served, "/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def clock_at(now: float) -> Clock:
    return Clock(wall=lambda: now, monotonic=lambda: 1.0)
