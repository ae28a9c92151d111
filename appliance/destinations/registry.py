"""Which module serves which kind of destination."""

from collections.abc import Callable
from typing import Protocol

from appliance import config
from appliance.destinations.c_store import CStore
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Outcome


class Destination(Protocol):
    """A way out. One thread uses it; connections may stay open between two sends."""

    def send(self, consignment: Consignment) -> Outcome:
        """Deliver one object. A repeat of the same one does no harm there."""

    def close(self) -> None:
        """Nothing more is due now: end the connections."""


KINDS: dict[str, Callable[[config.Destination, Caller], Destination]] = {"c-store": CStore}
"""``kind`` in the configuration → how to open it, with the settings and who calls."""


def open_destination(settings: config.Destination, caller: Caller) -> Destination:
    """The destination of these settings, called by ``caller``."""
    return KINDS[settings.kind](settings, caller)
