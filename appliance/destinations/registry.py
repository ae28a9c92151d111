"""Which module serves which kind of destination."""

from collections.abc import Callable
from typing import Protocol

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.fhir import Fhir
from appliance.destinations.folder import Folder
from appliance.destinations.ftps import Ftps
from appliance.destinations.outcome import Outcome
from appliance.destinations.stow import Stow


class Destination(Protocol):
    """A way out. One thread uses it; connections may stay open between two sends."""

    def send(self, consignment: Consignment) -> Outcome:
        """Deliver one object. A repeat of the same one does no harm there."""

    def close(self) -> None:
        """Nothing more is due now: end the connections."""


def _c_store(settings: config.Destination, caller: Caller) -> Destination:
    """DICOM over the network costs 8 MiB: who only asks about outcomes does not pay."""
    from appliance.destinations.c_store import CStore  # noqa: PLC0415

    return CStore(settings, caller)


def _sftp(settings: config.Destination, caller: Caller) -> Destination:
    """SSH costs a fifth of a second and 30 MiB: only who has such a destination pays."""
    from appliance.destinations.sftp import Sftp  # noqa: PLC0415

    return Sftp(settings, caller)


KINDS: dict[str, Callable[[config.Destination, Caller], Destination]] = {
    "c-store": _c_store,
    "stow": Stow,
    "fhir": Fhir,
    "ftps": Ftps,
    "sftp": _sftp,
    "folder": Folder,
}
"""``kind`` in the configuration → how to open it, with the settings and who calls."""


def open_destination(settings: config.Destination, caller: Caller) -> Destination:
    """The destination of these settings, called by ``caller``."""
    return KINDS[settings.kind](settings, caller)
