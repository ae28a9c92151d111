"""What the first request of a page would wait for is made before, and not in the way of an end."""

import threading
from typing import Any

import pytest
from jinja2 import Environment

from appliance.console.rendering import environment
from appliance.services import console_preparing
from appliance.services.console_preparing import prepared, steps


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
    begun, go_on, done = threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        assert go_on.wait(timeout=300)

    monkeypatch.setattr(console_preparing, "steps", lambda: [first, lambda: done.append(1)])
    ended = threading.Event()
    with prepared(ended):
        assert begun.wait(timeout=300), "it waits for nobody"
        ended.set()
        go_on.set()
    assert done == [], "who ends the process waits for one step at most"
    assert "preparing" not in {each.name for each in threading.enumerate()}
