"""The front panel of a box on a desk: files that stand for its lines.

The box has to run with ``front_panel.simulated`` naming the same folder.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.frontpanel.patterns import Light

BUTTON, POWER_FAIL = "button", "power-fail"


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """Hands and eyes at the panel; ``sleep`` waits for so many seconds."""

    folder: Path
    sleep: Callable[[float], None] = time.sleep

    def press(self, for_s: float) -> None:
        """Press the button, and let it go after so many seconds. Raises OSError."""
        self._hold(BUTTON, for_s)

    def lose_mains(self, for_s: float) -> None:
        """Take the mains away for so many seconds. Raises OSError."""
        self._hold(POWER_FAIL, for_s)

    def lit(self) -> dict[Light, bool]:
        """Which lights are lit; one whose file is not there is dark."""
        return {light: self._is_on(light) for light in Light}

    def _hold(self, line: str, for_s: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / line).write_text("1", "ascii")
        try:
            self.sleep(for_s)
        finally:
            (self.folder / line).write_text("0", "ascii")

    def _is_on(self, line: str) -> bool:
        file = self.folder / line
        return file.exists() and file.read_text("ascii") == "1"
