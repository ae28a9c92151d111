"""Whether a stick is the site's."""

from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import RefusedError
from appliance.ledger import Ledger
from appliance.media.mounting import expect_mount, label_of
from appliance.media.stick import Sticks


def enrolled_name(configuration: Configuration, ledger: Ledger, clock: Clock, root: Path) -> str:
    """What the stick mounted at ``root`` is enrolled as.

    Raises NotFoundError when nothing is mounted there, RefusedError for a stranger.
    """
    expect_mount(root)
    name = Sticks(ledger, clock).name_of(root)
    if name is None and configuration.media.labels:
        label = label_of(root)
        name = label if label and label in configuration.media.labels else None
    if name is None:
        raise RefusedError(
            "this stick is not enrolled; nothing was written on it. "
            "登録されていない媒体のため、何も書き込みませんでした。",
            str(root),
            "`appliance media enrol` enrols it",
        )
    return name
