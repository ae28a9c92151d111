"""Persons log in, choose a password, and are logged out; and who only seems to be one is not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from starlette.responses import Response

from appliance.accounts import Role
from appliance.console.people import cookie
from appliance.console.people.way_back import HOME, way_back
from appliance.services.people_desk import OF_ACCOUNT, OF_ADDRESS, WINDOW_S
from tests.console.entering import PASSWORD
from tests.console.entrance import Browser, House, house

SHORT = "short"
OTHER = "quiet rivers under old bridges"
SESSIONS = 50
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%0d%0aset-cookie:x=1\r\nx: y",
    "javascript:alert(1)",
    "http:evil.example",
    " //evil.example",
    "evil.example",
    "",
)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def code(box: House) -> str:
    return (box.folder / "setup-code").read_text("ascii").strip()


def first(browser: Browser, **other: str) -> int:
    given = {"code": "x", "name": "Sakura", "password": PASSWORD, "again": PASSWORD} | other
    return browser.send("/setup", **given).status


def test_the_first_account_takes_the_code_of_the_box(box: House) -> None:
    browser = Browser(box)
    assert browser.get("/ward").leads_to == "/login?then=%2Fward"
    assert browser.get("/login").leads_to == "/setup"
    assert first(browser) == 403
    assert first(browser, code=code(box), password=SHORT, again=SHORT) == 422
    assert first(browser, code=code(box), again=OTHER) == 422
    assert first(browser, code=code(box), name="../sakura") == 422
    assert first(browser, code=code(box).upper().replace("-", " ")) == 303
    assert "sakura" in browser.get("/people").text
    assert not (box.folder / "setup-code").exists()
    stranger = Browser(box)
    assert (stranger.get("/setup").status, first(stranger)) == (404, 404)


def test_the_code_cannot_be_tried_through(box: House) -> None:
    statuses = [first(Browser(box), code=str(number)) for number in range(OF_ACCOUNT + 1)]
    assert statuses == [403] * OF_ACCOUNT + [429]
    assert first(Browser(box), code=code(box)) == 429


def test_one_alone_becomes_the_first(box: House) -> None:
    known = code(box) if first(Browser(box)) else ""
    with ThreadPoolExecutor(8) as crowd:
        names = [f"person{number}" for number in range(8)]
        statuses = list(crowd.map(lambda name: first(Browser(box), code=known, name=name), names))
    assert statuses.count(303) == 1
    with box.register() as register:
        assert len(register.accounts.all()) == 1


def test_who_has_a_one_time_password_chooses_another_first(box: House) -> None:
    administrator = box.entered("sakura", Role.ADMINISTRATOR)
    made = administrator.send("/people", name="Tanaka", role="technologist")
    one_time = made.text.partition('id="one-time">')[2].partition("<")[0]
    assert len(one_time) == 19
    browser = Browser(box, "tanaka")
    assert browser.log_in(one_time, then="/ward").leads_to == "/account"
    assert browser.get("/ward").leads_to == "/account"
    assert "former" not in browser.get("/account").text
    for wrong in ({"password": SHORT, "again": SHORT}, {"password": PASSWORD, "again": OTHER}):
        assert browser.send("/account/password", **wrong).status == 422
    assert browser.get("/ward").leads_to == "/account"
    assert browser.send("/account/password", password=PASSWORD, again=PASSWORD).status == 303
    assert browser.get("/ward").text == "seen by tanaka"
    assert Browser(box, "tanaka").log_in(one_time).status == 403


def test_a_one_time_password_is_not_good_for_long(box: House) -> None:
    with box.register() as register:
        one_time = register.create("tanaka", Role.VIEWER, "root")
    box.now += 7 * 86400 + 1
    assert Browser(box, "tanaka").log_in(one_time).status == 403
    assert [each.body["reason"] for each in box.entries("login-refused")] == ["expired"]


def test_a_session_that_was_made_up_is_none(box: House) -> None:
    box.entered()
    for forged in ("", "x", "a" * 43, "0", "' OR 1=1 --", "%00", "a" * 4000):
        assert Browser(box, cookie=forged).get("/ward").status == 303


def test_a_session_that_was_put_into_the_browser_is_not_taken_over(box: House) -> None:
    thief = box.entered("thief", Role.VIEWER)
    planted = thief.cookie
    browser = box.person()
    browser.cookie = planted
    assert browser.log_in().status == 303
    assert browser.cookie != planted
    assert browser.get("/ward").text == "seen by tanaka"
    assert thief.get("/ward").status == 403
    made_up = Browser(box, "tanaka", cookie="planted")
    made_up.log_in()
    assert made_up.cookie != "planted"
    assert Browser(box, cookie="planted").get("/ward").status == 303


def test_a_name_that_nobody_has_is_answered_as_one_that_somebody_has(box: House) -> None:
    box.person()
    known, unknown = (Browser(box, name).log_in("wrong") for name in ("tanaka", "tanako"))
    assert (known.status, known.cookie) == (unknown.status, unknown.cookie) == (403, "")
    assert known.text == unknown.text.replace("tanako", "tanaka")
    told = [(each.body["by"], each.body["reason"]) for each in box.entries("login-refused")]
    assert told == [("tanaka", "wrong"), ("", "unknown")]


def test_a_locked_account_is_answered_like_a_wrong_password(box: House) -> None:
    browser = box.person()
    with box.register() as register:
        register.lock("tanaka", "root")
    assert browser.log_in().text == browser.log_in("wrong").text


@pytest.mark.parametrize("name", ["tanaka", "nobody"])
def test_a_name_cannot_be_tried_through(box: House, name: str) -> None:
    browser = box.person()
    browser.name = name
    sources = [f"127.0.0.{number + 2}" for number in range(OF_ACCOUNT + 1)]
    statuses = [browser.log_in("wrong", source=source).status for source in sources]
    assert statuses == [403] * OF_ACCOUNT + [429]
    assert browser.log_in(PASSWORD).status == 429
    box.now += WINDOW_S + 1
    assert browser.log_in(PASSWORD).status == (303 if name == "tanaka" else 403)


def test_an_address_cannot_try_names_through(box: House) -> None:
    browser = box.person()
    for number in range(OF_ADDRESS):
        assert Browser(box, f"person{number}").log_in("wrong").status == 403
    assert browser.log_in().status == 429
    assert browser.log_in(source="127.0.0.9").status == 303


def test_who_is_let_in_at_last_may_err_again(box: House) -> None:
    browser = box.person()
    for _ in range(3):
        for _ in range(OF_ACCOUNT - 1):
            assert browser.log_in("wrong", source="127.0.0.5").status in {403, 429}
        box.now += WINDOW_S / 2
        assert browser.log_in().status == 303


def test_no_log_in_leads_off_the_box(box: House) -> None:
    browser = box.person()
    for then in ELSEWHERE:
        assert browser.log_in(then=then).leads_to == "/", then
        assert browser.get(f"/login?then={then.strip()}").leads_to == "/", then


def test_a_log_in_leads_to_the_page_that_was_asked_for(box: House) -> None:
    assert box.person().log_in(then="/ward?day=2026-11-22&x=%2F").leads_to == (
        "/ward?day=2026-11-22&x=%2F"
    )


@given(st.text(st.sampled_from("/\\.:@?#%ea1\t\n\0 あ"), max_size=12))
def test_a_way_back_begins_with_one_slash(then: str) -> None:
    found = way_back(then)
    assert found in {HOME, then}
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))


def test_fifty_are_there_at_once_and_each_is_who_they_are(box: House) -> None:
    roles = list(Role)
    browsers = [box.person(f"person{at}", roles[at % len(roles)]) for at in range(SESSIONS)]

    def visit(browser: Browser) -> list[str]:
        while browser.log_in().status == 503:  # too many at once: they try again
            continue
        return [browser.get("/ward").text for _ in range(4)]

    with ThreadPoolExecutor(SESSIONS) as crowd:
        seen = list(crowd.map(visit, browsers))
    for at, (browser, pages) in enumerate(zip(browsers, seen, strict=True)):
        may = roles[at % len(roles)] is not Role.VIEWER
        assert {text == f"seen by {browser.name}" for text in pages} == {may}
    assert len({browser.cookie for browser in browsers}) == SESSIONS


def test_another_password_ends_every_other_session(box: House) -> None:
    here = box.entered()
    elsewhere = Browser(box, "tanaka")
    elsewhere.log_in()
    former = here.cookie
    assert here.send("/account/password", former="x", password=OTHER, again=OTHER).status == 403
    assert elsewhere.get("/ward").status == 200
    changed = here.send("/account/password", former=PASSWORD, password=OTHER, again=OTHER)
    assert changed.leads_to == "/account?done=1"
    assert here.get("/ward").status == 200
    assert elsewhere.get("/ward").status == 303
    assert Browser(box, cookie=former).get("/ward").status == 303
    assert Browser(box, "tanaka").log_in().status == 403
    assert Browser(box, "tanaka").log_in(OTHER).status == 303


def test_who_logs_out_is_out(box: House) -> None:
    browser = box.entered()
    kept = browser.cookie
    left = browser.send("/logout")
    assert (left.leads_to, browser.cookie) == ("/login", "")
    assert "Max-Age=0" in left.cookie
    assert Browser(box, cookie=kept).get("/ward").status == 303
    assert Browser(box).send("/logout").leads_to == "/login"
    assert [each.body["by"] for each in box.entries("logged-out")] == ["tanaka"]


def test_who_does_nothing_is_logged_out_and_a_page_by_itself_is_nothing(box: House) -> None:
    browser = box.entered()
    box.now += 20 * 60
    assert browser.get("/ward", sec_fetch_mode="cors").status == 200
    box.desk.write_used()
    box.now += 11 * 60
    assert browser.get("/ward").status == 303
    browser.log_in()
    box.now += 20 * 60
    assert browser.get("/ward", sec_fetch_mode="navigate").status == 200
    box.desk.write_used()
    box.now += 11 * 60
    assert browser.get("/ward").status == 200


def test_no_form_is_taken_from_another_sites_page(box: House) -> None:
    browser = box.entered("sakura", Role.ADMINISTRATOR)
    kept, there = browser.cookie, box.origin
    for path in ("/login", "/logout", "/setup", "/account/password", "/people"):
        for origin in ("http://evil.example", "null", there.replace("127.0.0.1", "localhost")):
            answer = browser.ask("POST", path, "name=x&role=viewer", {"origin": origin})
            assert answer.status == 403
    assert browser.cookie == kept
    assert browser.get("/people").status == 200


def connection(scheme: str, **cookies: str) -> HTTPConnection:
    text = "; ".join(f"{name.replace('Host', '__Host-')}={cookies[name]}" for name in cookies)
    head = [(b"host", b"box"), (b"cookie", text.encode())]
    scope = {"type": "http", "scheme": scheme, "path": "/", "headers": head, "server": ("box", 1)}
    return HTTPConnection(scope | {"query_string": b""})


def test_by_https_the_cookie_is_bound_to_the_host_and_to_tls() -> None:
    response = Response()
    cookie.give(response, connection("https"), "secret")
    told = response.headers["set-cookie"]
    assert told.startswith("__Host-session=secret; ")
    attributes = {each.strip().lower() for each in told.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=lax", "secure"}


def test_by_https_no_other_cookie_is_looked_at() -> None:
    assert cookie.token_of(connection("https", session="x")) == ""
    assert cookie.token_of(connection("https", Hostsession="x")) == "x"
    assert cookie.token_of(connection("http", Hostsession="x")) == ""
