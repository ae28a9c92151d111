"""An acceptance test as it is done: the real process, two pages in Chromium, a meter that sees."""

from pathlib import Path

import pytest

from appliance.displayqa.sessions.happening import Ended, Hindered, Measured
from appliance.displayqa.sessions.session import Session
from appliance.simulators.monitor import Gamma, Monitor
from tests.console.workbench import Workbench, workbench

SCALE, SCREEN = 18, 5


def hindrances(session: Session) -> list[str]:
    happenings = [each.happening for each in session.entries]
    return [each.by for each in happenings if isinstance(each, Hindered)]


def readings(session: Session) -> int:
    return sum(isinstance(each.happening, Measured) for each in session.entries)


def wait_for_readings(bench: Workbench, count: int) -> None:
    for _ in range(12_000):
        if readings(bench.session()) >= count:
            return
        assert bench.asked_now() in {"", "hindered"}, "it should measure by itself"
    raise AssertionError("it does not measure")


def close_the_page_on_the_display(bench: Workbench) -> None:
    bench.browser.do(lambda _: bench.window.close())


def open_another(bench: Workbench) -> None:
    """It knows nothing of the one before: somebody types its code."""
    bench.browser.do(bench.open_window)
    bench.does(lambda page: page.click("a[href$=equipment]"))
    bench.pair()


def test_a_good_display_passes_though_its_page_is_closed_and_its_meter_unplugged(
    tmp_path: Path,
) -> None:
    with workbench(tmp_path) as bench:
        bench.begin()
        bench.answer(bench.go_on(lambda asked: asked == "place-middle"))
        wait_for_readings(bench, 3)

        bench.unplug()
        assert bench.go_on(lambda _: True) == "hindered"
        bench.plug()
        wait_for_readings(bench, 6)

        close_the_page_on_the_display(bench)
        open_another(bench)
        assert bench.go_on(lambda asked: asked == "ended") == "ended"

        assert "pass" in bench.verdict()
        session = bench.session()
    assert session.ended == Ended(verdict="pass", by="tanaka")
    assert len(session.readings) == SCALE + SCREEN
    assert "unplugged" in hindrances(session)
    assert session.begun.operator == "tanaka"
    assert session.light
    assert str(session.light.ambient_cd_m2) == "0.02"


@pytest.mark.slow
def test_a_display_that_nobody_calibrated_fails(tmp_path: Path) -> None:
    with workbench(tmp_path, Monitor(curve=Gamma(1.0, 420.0))) as bench:
        bench.begin()
        assert bench.go_on(lambda asked: asked == "ended") == "ended"
        assert "fail" in bench.verdict()
        with bench.tests() as tests:
            judged = tests.judged(1)
    failed = {each.limit.identifier for each in judged.evaluation.items if each.verdict == "fail"}
    assert failed == {"contrast-response"}
