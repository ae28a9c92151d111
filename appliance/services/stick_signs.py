"""What the front panel shows of sticks: one light for all that are plugged in.

One that works outweighs one that failed, and that one which is done: the light says that sticks may
be pulled only when every one of them may.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from appliance.frontpanel import Subject, Word, tell
from appliance.frontpanel.telling import FOLDER as PANEL

FOLDER = "sticks"
PULLED = "pulled"
"""In place of a device: a stick that was pulled out in the middle; until the next one comes."""
_WEIGHT = (Word.WORKING, Word.FAILED, Word.DONE)


class StickSigns:
    """One small file a stick below ``run_dir``, gone after a restart; none where there is none."""

    def __init__(self, run_dir: Path) -> None:
        self._folder = run_dir / FOLDER
        self._panel = run_dir / PANEL

    def show(self, device: str, word: Word) -> None:
        """How it is with the stick in ``device``."""
        with suppress(OSError), self._held():
            if word is Word.WORKING:
                (self._folder / PULLED).unlink(missing_ok=True)
            (self._folder / device).write_text(word, "ascii")
            self._tell()

    def gone(self, device: str) -> bool:
        """It is not plugged in any more; whether it was pulled out in the middle."""
        was_at_work = False
        with suppress(OSError), self._held():
            file = self._folder / device
            was_at_work = file.exists() and file.read_text("ascii") == Word.WORKING
            file.unlink(missing_ok=True)
            if was_at_work:
                (self._folder / PULLED).write_text(Word.FAILED, "ascii")
            self._tell()
        return was_at_work

    def _tell(self) -> None:
        shown = {each.read_text("ascii") for each in self._folder.iterdir() if each.name != "lock"}
        tell(self._panel, Subject.STICK, next((each for each in _WEIGHT if each in shown), None))

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
