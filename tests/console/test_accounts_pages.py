"""Administrators look after accounts on the pages: it holds at once, and is written down."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from websockets import Origin
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from appliance.accounts import Role
from appliance.console import access
from appliance.services.account_events import AccountEvent
from tests.console.entering import PASSWORD
from tests.console.entrance import Browser, House, house

LONG_S = 120


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def box(tmp_path: Path, ended: threading.Event, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(access, "LOOK_S", 0.05)
    with house(tmp_path, ended) as made:
        yield made


@pytest.fixture
def administrator(box: House) -> Browser:
    return box.entered("sakura", Role.ADMINISTRATOR)


def test_a_role_changes_at_once(box: House, administrator: Browser) -> None:
    browser = box.entered("田中")
    assert browser.get("/ward").status == 200
    changed = administrator.send("/people/田中/role", role="viewer")
    assert changed.leads_to == "/people/%E7%94%B0%E4%B8%AD"
    assert browser.get("/ward").status == 403
    administrator.send("/people/田中/role", role="engineer")
    assert browser.get("/ward").status == 200
    told = [
        (each.body["old"], each.body["new"], each.body["by"])
        for each in box.entries("role-changed")
    ]
    assert told == [("technologist", "viewer", "sakura"), ("viewer", "engineer", "sakura")]


def test_a_locked_person_is_out_at_once(box: House, administrator: Browser) -> None:
    browser = box.entered()
    assert administrator.send("/people/tanaka/lock").status == 303
    assert browser.get("/ward").status == 303
    assert browser.log_in().status == 403
    assert "Unlock the account" in administrator.get("/people/tanaka").text
    administrator.send("/people/tanaka/unlock")
    assert browser.log_in().status == 303


def test_a_one_time_password_is_shown_once(box: House, administrator: Browser) -> None:
    browser = box.entered()
    shown = administrator.send("/people/tanaka/reset")
    one_time = shown.text.partition('id="one-time">')[2].partition("<")[0]
    assert browser.get("/ward").status == 303
    assert one_time not in administrator.get("/people/tanaka").text
    assert one_time not in "".join(str(each.body) for each in box.entries("password-reset"))
    assert browser.log_in(one_time).leads_to == "/account"


def test_the_last_administrator_stays(box: House, administrator: Browser) -> None:
    for path in ("role", "lock"):
        answer = administrator.send(f"/people/sakura/{path}", role="viewer")
        assert answer.status == 409
        assert "Nobody else is an administrator" in answer.text
    box.person("other", Role.ADMINISTRATOR)
    assert administrator.send("/people/sakura/role", role="viewer").status == 303
    assert administrator.get("/people").status == 403


def test_what_cannot_be_is_refused_and_said(box: House, administrator: Browser) -> None:
    hostile = "<script>alert(1)</script>"
    for name, role in ((hostile, "viewer"), ("sakura", "viewer"), ("x", "root"), ("x", "")):
        answer = administrator.send("/people", name=name, role=role)
        assert answer.status == 422
        assert 'role="alert"' in answer.text
    assert administrator.get("/people/nobody").status == 404
    assert administrator.send("/people/nobody/lock").status == 404
    assert len(box.entries("account-created")) == 0


def test_no_name_becomes_a_part_of_the_page(administrator: Browser) -> None:
    html = administrator.send("/people", name="<script>alert(1)</script>", role="viewer").html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_every_act_is_in_the_journal(box: House, administrator: Browser) -> None:
    administrator.send("/people", name="x", role="viewer")
    for act in ("role", "reset", "lock", "unlock"):
        administrator.send(f"/people/x/{act}", role="engineer")
    browser = box.person("y")
    browser.log_in("wrong")
    browser.log_in()
    other = "quiet rivers under old bridges"
    browser.send("/account/password", former=PASSWORD, password=other, again=other)
    browser.send("/logout")
    assert [each for each in AccountEvent if not box.entries(each)] == []
    assert other not in "".join(entry.text for kind in AccountEvent for entry in box.entries(kind))


@contextmanager
def stream(browser: Browser) -> Iterator[HTTPResponse]:
    link = HTTPConnection("127.0.0.1", browser.house.port, timeout=LONG_S)
    link.request("GET", "/ward/live", None, {"cookie": f"session={browser.cookie}"})
    answer = link.getresponse()
    assert answer.status == 200
    assert answer.readline() == b"event: beat\n"
    yield answer
    link.close()


@pytest.mark.parametrize("end", ["log-out", "lock", "role", "idle"])
def test_what_goes_on_ends_with_the_session(
    box: House, administrator: Browser, ended: threading.Event, end: str
) -> None:
    browser = box.entered()
    with stream(browser) as answer:
        assert not ended.is_set()
        end_of(browser, administrator, end)
        while answer.readline():
            continue
    assert ended.wait(LONG_S)


def end_of(browser: Browser, administrator: Browser, how: str) -> None:
    if how == "log-out":
        browser.send("/logout")
    elif how == "idle":
        browser.house.now += 86400
    else:
        administrator.send(f"/people/tanaka/{how}", role="viewer")


def test_a_socket_ends_with_the_session(box: House) -> None:
    browser = box.entered()
    address = f"ws://127.0.0.1:{box.port}/ward/channel"
    head = {"cookie": f"session={browser.cookie}"}
    with connect(address, origin=Origin(box.origin), additional_headers=head) as socket:
        assert socket.recv(timeout=LONG_S) == "here"
        browser.send("/logout")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=LONG_S)
        assert socket.close_code == access.POLICY_VIOLATION
    with pytest.raises(InvalidStatus):
        connect(address, origin=Origin(box.origin), additional_headers=head)
