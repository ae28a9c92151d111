"""Settings of the displays' quality assurance that are each valid but cannot be meant together."""

from collections.abc import Iterator

from appliance.config.contradiction import Contradiction
from appliance.config.schema import Configuration

WITHOUT_FILES = ("fhir",)
"""Kinds of destinations that take no object as it is."""


def display_contradictions(configuration: Configuration) -> Iterator[Contradiction]:
    """Everything that cannot be meant of ``[displayqa]`` and ``[[workstation]]``."""
    yield from _sent_to(configuration)
    yield from _titles(configuration)
    if configuration.displayqa.port:
        yield from _asked(configuration)


def _sent_to(configuration: Configuration) -> Iterator[Contradiction]:
    path, known = ("displayqa", "send_to"), {each.name: each for each in configuration.destination}
    for name in configuration.displayqa.send_to:
        if name not in known:
            yield path, f"there is no destination `{name}`", ", ".join(known) or "none is named"
        elif known[name].kind in WITHOUT_FILES:
            yield path, f"`{name}` takes no PDF", "name one of another kind"
        elif known[name].deidentify != "none":
            yield path, f"`{name}` is sent nothing as it is", "what is sent here names no patient"


def _titles(configuration: Configuration) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for at, each in enumerate(configuration.workstation):
        title = each.ae_title.strip()
        if title in seen:
            what = f"another workstation has the AE title `{title}`"
            yield ("workstation", at, "ae_title"), what, "who is called is who is asked about"
        seen.add(title)


def _asked(configuration: Configuration) -> Iterator[Contradiction]:
    settings, receiver, path = configuration.displayqa, configuration.receiver, ("displayqa",)
    if not configuration.workstation:
        yield (*path, "port"), "nobody could be asked about", "add a [[workstation]]"
    if not configuration.console.enabled:
        what = "nothing would listen: the pages of [console] are not enabled"
        yield (*path, "port"), what, "write enabled = true in [console]"
    if not configuration.site.institution_name:
        what = "institution_name of [site] is empty"
        yield (*path, "port"), what, "whoever asks must be told where the displays stand"
    if not settings.institution_address:
        what = "must not be empty where `port` is not 0"
        yield (*path, "institution_address"), what, ""
    for name, port in (("receiver", receiver.port), ("console", configuration.console.port)):
        if port == settings.port:
            yield (*path, "port"), f"this is the port of [{name}]", "each listens at its own"
