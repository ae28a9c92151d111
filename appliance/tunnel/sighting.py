"""What was seen of the tunnel, kept in a small file for ``appliance status``.

The forwarder has the privileges to ask WireGuard; whoever asks for the status need not have them.
The file is written anew at each look and may be lost without harm.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "tunnel.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look; times are wall times in seconds since the epoch.

    Attributes:
        interface: The tunnel's network device.
        seen_at: When it was looked at.
        is_up: Whether the device was there.
        handshake_at: When the newest handshake was; None when none is known.
    """

    interface: str
    seen_at: float
    is_up: bool
    handshake_at: float | None

    def handshake_age_s(self, now: float) -> float | None:
        """Age of the handshake at the wall time ``now``; None without one, or with one to come."""
        if self.handshake_at is None or self.handshake_at > now:
            return None
        return now - self.handshake_at


def note_sighting(folder: Path, sighting: Sighting) -> None:
    """Keep ``sighting`` in ``folder``, in the place of the one before. Raises OSError."""
    part = folder / f"{FILE_NAME}.part"
    part.write_text(json.dumps(asdict(sighting)), encoding="utf-8")
    part.replace(folder / FILE_NAME)


def last_sighting(folder: Path) -> Sighting | None:
    """What was noted last in ``folder``; None when there is nothing that can be read."""
    try:
        return Sighting(**json.loads((folder / FILE_NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
