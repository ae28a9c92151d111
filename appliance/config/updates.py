"""Settings of updates: where they lie, who offers them, and how a new version proves itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.config.contradiction import Contradiction
from appliance.config.setting import FILE, HOURS, PATH, Form, setting

_URL = Form(
    r"|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*",
    "empty, or a URL such as https://updates.example.org/dose, without a slash at its end",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """``[updates]``: new versions of the whole system."""

    folder: Path = setting(
        "Folder for what is kept of updates; of an installed box, on its data partition.",
        Path("/data/updates"),
        form=PATH,
    )
    url: str = setting(
        "Folder of the site's web server with the newest bundle; empty: there is none.",
        "",
        form=_URL,
    )
    ca_file: str = setting(
        "PEM file of the authorities that its certificate must come from.", "", form=FILE
    )
    poll: bool = setting("Ask the server once an hour, and fetch what is newer.", default=False)
    install_hours: str = setting(
        "Hours in which what was fetched is installed and the box restarts by itself; empty: only "
        "a person installs.",
        "",
        form=HOURS,
    )
    max_mib: int = setting("Largest bundle that is fetched, in MiB.", 2048, minimum=1, maximum=8192)
    gate_s: float = setting(
        "Seconds after its start in which a new version has to be well, else the former one is "
        "started again.",
        600.0,
        minimum=60,
        maximum=1800,
    )
    steady_s: float = setting(
        "Seconds for which it has to be well without a break.", 30.0, minimum=0, maximum=600
    )


def update_contradictions(updates: Updates) -> Iterator[Contradiction]:
    """What cannot be meant of ``[updates]``."""
    if updates.url and not updates.ca_file:
        what = "is missing: nobody could tell whether it is the right server"
        yield ("updates", "ca_file"), what, "name the authority of its certificate"
    for name in ("poll", "install_hours"):
        if getattr(updates, name) and not updates.url:
            yield ("updates", name), "there is nobody to ask", "give updates.url"
    if updates.install_hours and not updates.poll:
        yield ("updates", "install_hours"), "nothing is fetched by itself", "write poll = true"
    if updates.steady_s > updates.gate_s / 2:
        what = "must not be more than half of gate_s"
        yield ("updates", "steady_s"), what, "a new version would hardly have the time"
