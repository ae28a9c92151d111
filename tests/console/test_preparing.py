"""What the first request of a page would wait for is made before, and not in the way of an end."""

import threading
import time
from typing import Any

import pytest
from jinja2 import Environment

from appliance.console.rendering import environment
from appliance.services import console_preparing
from appliance.services.console_preparing import prepared, steps

MANY = 100_000


def test_no_template_is_compiled_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for step in steps():
        step()

    def compiled(*_: Any, **__: Any) -> None:  # noqa: ANN401 - whatever a template is compiled from
        raise AssertionError("somebody would wait for it")

    monkeypatch.setattr(Environment, "compile", compiled)
    names = environment().list_templates()
    assert "studies/study.html" in names
    assert all(environment().get_template(name).name == name for name in names)


def test_it_goes_on_beside_what_is_done_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = threading.Event(), []

    def step() -> None:
        begun.set()
        done.append(1)
        time.sleep(0.001)

    monkeypatch.setattr(console_preparing, "steps", lambda: [step] * MANY)
    with prepared():
        assert begun.wait(timeout=300), "it waits for nobody"
    assert len(done) < MANY, "who ends the process waits for one step at most"
    assert "preparing" not in {each.name for each in threading.enumerate()}
