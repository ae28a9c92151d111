"""The pages of commissioning: steps kept and resumed, left out, cancelled, ended; hostile peers."""

import hashlib
import json
import threading
import tomllib
from pathlib import Path

import pytest

from appliance.accounts import Role
from appliance.clock import SYSTEM_CLOCK
from appliance.commissioning import Caller, Calls, Commissionings, Finding, Step, Verdict, What
from appliance.console.rendering import catalogue
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.services.commissioning_lines import lines_for
from appliance.services.commissioning_network import within
from tests.console.commissioning_bench import commissioning_bench, wait_until
from tests.destinations.archives import a_silent_listener

HOSTILE = "<script>alert(1)</script>\x1b[31m"
SETTINGS = """
[[destination]]
name = "pacs"
host = "127.0.0.1"
port = {port}
timeout_s = 600
"""


def test_every_finding_has_its_words_in_both_languages() -> None:
    assert set(catalogue()["commissioning_found"]) == set(What)


@pytest.mark.parametrize("what", What)
def test_a_finding_survives_its_way_through_the_ledger(what: What) -> None:
    finding = Finding.of(Verdict.BAD, what, ("a", "b"), reason=HOSTILE)
    assert Finding.from_json(json.loads(json.dumps(finding.as_json()))) == finding


def test_a_value_of_a_peer_is_plain_and_bounded() -> None:
    found = Finding.of(Verdict.NOTED, What.PEER, None, version="A\0\x1b[2J\u202e", pdu="9" * 9999)
    assert found.values["version"] == "A\\x00\\x1b[2J\\u202e"
    assert len(found.values["pdu"]) == 200


def test_it_is_begun_left_and_gone_on_with(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path) as bench:
        assert bench.post("/begin", title=" ")[0] == 422
        assert bench.post("/begin", title="CT 1")[0] == 303
        assert bench.post("/begin", title="CT 2")[0] == 409
        bench.post("/steps/network/try", subject="")
        bench.until_settled()
    with commissioning_bench(tmp_path) as bench:
        status, page = bench.get("")
        assert status == 200
        assert "Commissioning CT 1" in page
        assert "sato" in bench.get("/steps/network")[1]
        assert "eth0" in bench.get("/steps/network")[1] or "link" in page
        assert "設置確認: CT 1" in bench.get("", "ja")[1]


def test_a_role_that_may_not_sees_nothing(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path, role=Role.TECHNOLOGIST) as bench:
        for path in ("", "/steps/network", "/end", "/1"):
            assert bench.get(path)[0] == 403
        assert bench.post("/begin", title="CT 1")[0] == 403


def test_what_is_left_out_has_a_reason(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path) as bench:
        bench.post("/begin", title="CT 1")
        assert bench.post("/steps/meter/leave-out", subject="", why="")[0] == 422
        assert bench.post("/steps/meter/leave-out", subject="x", why="none")[0] == 404
        bench.post("/steps/meter/leave-out", subject="", why="no meter <b>here</b>")
        page = bench.get("/steps/meter")[1]
        assert "Left out: no meter &lt;b&gt;here&lt;/b&gt;" in page


def test_a_peer_that_says_nothing_can_be_cancelled(tmp_path: Path) -> None:
    with (
        a_silent_listener() as port,
        commissioning_bench(tmp_path, SETTINGS.format(port=port)) as bench,
    ):
        bench.post("/begin", title="CT 1")
        bench.post("/steps/destinations/try", subject="pacs", stores="no")
        assert "Being tried" in bench.get("/steps/destinations/live")[1]
        assert bench.get("")[0] == 200
        assert bench.post("/end")[0] == 409
        bench.post("/steps/destinations/cancel", subject="pacs")
        assert "Cancelled" in bench.get("/steps/destinations")[1]


def test_a_caller_with_markup_and_control_characters_is_text(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path) as bench:
        bench.post("/begin", title=HOSTILE)
        ledger = open_ledger(bench.configuration.ledger_path)
        title = "<b>A</b>"
        caller = Caller(
            calling_ae=title,
            called_ae="X\\x1b",
            address="192.0.2.9",
            called_at=SYSTEM_CLOCK.wall() + 1,
            refused="caller-not-listed",
        )
        Calls(ledger).note([caller])
        ledger.close()
        for path in ("", "/steps/titles", "/steps/titles/live", "/steps/echo", "/end"):
            page = bench.get(path)[1]
            assert "<script>alert" not in page
            assert "<b>A" not in page
        assert "&lt;b&gt;A&lt;/b&gt;" in bench.get("/steps/titles")[1]
        page = bench.get("/enter?calling_ae=%3Cb%3EA%3C%2Fb%3E&address=192.0.2.9&name=ct-1")[1]
        assert "ae_title = &#34;&lt;b&gt;A&lt;/b&gt;&#34;" in page
        refused = bench.get("/enter?calling_ae=%1b%22%0a[receiver]&address=192.0.2.9")[1]
        assert "cannot be entered" in refused
        assert "[receiver]\n" not in refused


@pytest.mark.parametrize("title", ['A"B', "A'B", "A]B", "a b", "日本", "x" * 17, 'x"\n[mqtt]', ""])
def test_lines_enter_that_caller_or_nobody(title: str) -> None:
    lines = lines_for("ct-1", title, "192.0.2.9")
    if lines.toml:
        (scanner,) = tomllib.loads(lines.toml)["scanner"]
        assert scanner == {"name": "ct-1", "ae_title": title, "address": "192.0.2.9"}
    else:
        assert lines.reason


def test_callers_are_bounded_and_the_newest_stay(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    calls = Calls(ledger)
    for at in range(5):
        calls.note(
            [
                Caller(calling_ae=f"A{at}-{each}", called_ae="B", address="a", called_at=float(at))
                for each in range(100)
            ]
        )
    known = calls.since(0.0)
    assert len(known) == 200
    assert {each.called_at for each in known} == {3.0, 4.0}
    ledger.close()


def test_it_ends_with_a_protocol_that_the_journal_vouches_for(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path, '[site]\ninstitution_name = "Kita"\n') as bench:
        bench.post("/begin", title="CT 1 <i>")
        assert bench.post("/end")[0] == 409
        for step in Step:
            for subject in bench.desk.subjects(step):
                if step in {Step.NETWORK, Step.ALARMS}:
                    bench.post(f"/steps/{step}/try", subject=subject)
                else:
                    bench.post(f"/steps/{step}/leave-out", subject=subject, why="only tried")
        bench.until_settled()
        assert bench.post("/end")[0] == 303
        wait_until(lambda: not bench.desk.ending().is_running)
        assert bench.desk.ending().failure == ""
        (protocol,) = bench.desk.protocols(1)
        assert set(protocol.files) == {
            f"commissioning-1-{language}.{form}"
            for language in ("en", "ja")
            for form in ("html", "pdf")
        }
        for name, digest in protocol.files.items():
            content = bench.bytes_of(f"/commissioning/protocols/1/{name}")
            assert hashlib.sha256(content).hexdigest() == digest
        page = bench.bytes_of("/commissioning/protocols/1/commissioning-1-ja.html").decode()
        assert "実施しない" in page or "実施なし" in page
        assert "CT 1 &lt;i&gt;" in page
        assert protocol.sha256 in page
        pdf = bench.bytes_of("/commissioning/protocols/1/commissioning-1-en.pdf")
        assert pdf.startswith(b"%PDF-")
        assert bench.get("/protocols/1/../ledger.sqlite")[0] == 404
        assert bench.post("/steps/network/try", subject="")[0] == 409
        ledger = open_ledger(bench.configuration.ledger_path)
        journal = Journal(ledger, SYSTEM_CLOCK)
        assert journal.verify().intact
        entry = next(each for each in journal.entries() if each.seq == protocol.journal_seq)
        assert (entry.kind, entry.body["sha256"]) == ("commissioning-ended", protocol.sha256)
        assert hashlib.sha256(protocol.record.encode()).hexdigest() == protocol.sha256
        kinds = [each.kind for each in journal.entries()]
        assert kinds.count("commissioning-tried") == len(
            Commissionings(ledger, SYSTEM_CLOCK).results(1)
        )
        ledger.close()
        assert "CT 1 &lt;i&gt;" in bench.get("/1")[1]


def test_former_ones_are_paged_and_found(tmp_path: Path) -> None:
    with commissioning_bench(tmp_path) as bench:
        ledger = open_ledger(bench.configuration.ledger_path)
        register = Commissionings(ledger, SYSTEM_CLOCK)
        for number in range(1, 46):
            register.begin(f"CT {number}", "sato", 0)
            register.end(number, "{}", {}, "sato")
        ledger.close()
        assert "CT 45<" in bench.get("")[1]
        assert "before=26" in bench.get("")[1]
        assert "CT 25<" in bench.get("?before=26")[1]
        assert "CT 1<" in bench.get("?before=6")[1]
        assert bench.get("?before=x&language=ja")[0] == 200
        assert bench.get("?before=99999999999999999999999")[0] == 200
        for path in ("/46", f"/{1 << 70}", f"/protocols/{1 << 70}/x.pdf"):
            assert bench.get(path)[0] == 404


def test_a_name_server_that_hangs_is_told_and_holds_nobody_up() -> None:
    released = threading.Event()

    def hang(_: str) -> list[str]:
        released.wait()
        return []

    assert within(0.1, lambda: hang("pacs")) is None
    released.set()
