"""The box as it calls a destination."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and through what.

    Attributes:
        ae_title: The box's own AE title.
        device: The network device that every connection to the destination is held to, for one
            that is reached through the tunnel only; else ``connection.ANY_DEVICE``.
    """

    ae_title: str
    device: str
