"""What the first request of a page would have to wait for, made while nobody asks yet.

Templates are compiled and tables parsed once a process, which takes more than most pages do; on the
box, where nothing compiled may be kept beside the program, after every start.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from appliance.console.rendering import catalogue, environment
from appliance.console.sentences import japanese
from appliance.displayqa.ruleset_file import shipped
from appliance.memory import give_back
from appliance.services.companion import companion


def prepared() -> AbstractContextManager[None]:
    """In a thread of its own while the block runs: whoever comes first has not to wait for all."""

    def prepare(over: threading.Event) -> None:
        for step in steps():
            if over.is_set():
                return
            step()

    return companion("preparing", prepare)


def steps() -> Iterator[Callable[[], object]]:
    """Each of which is short; what all pages need comes first."""
    yield catalogue
    templates = environment()
    for name in ("base.html", *templates.list_templates()):
        yield partial(templates.get_template, name)
    yield partial(japanese, "")
    yield shipped
    yield give_back
