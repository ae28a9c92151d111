"""Teaching a layout from a page: `appliance teach`, run beside the process that serves pages.

Reading takes the memory of all readers, and trying a draft on other screens takes minutes; so the
command that engineers know does it, with the same checks, in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

from appliance.console.quarantine.desk import Lesson
from appliance.console.quarantine.desk import Lessons as State
from appliance.errors import EXIT_OK, NotFoundError, RefusedError

LONGEST_S = 3600
TOO_LONG = "the lesson took longer than an hour and was ended"


@dataclass
class Lessons:
    """What was taught since the process began; one lesson at a time.

    ``command`` is what begins `appliance` with the box's configuration.
    """

    command: Sequence[str]
    _lessons: dict[int, Lesson] = field(default_factory=dict)
    _archives: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _running: "subprocess.Popen[str] | None" = None

    def begin(
        self, case: int, typed: Mapping[str, str], name: str, language: str, *, replacing: bool
    ) -> None:
        """Teach from a case; without ``typed`` what a person settled of it is taught.

        ``language`` is that of who asks, and of what the command then says.
        Raises RefusedError while another lesson goes on.
        """
        with self._lock:
            if any(each.state is State.GOING_ON for each in self._lessons.values()):
                raise RefusedError("another layout is being taught", f"case {case}")
            self._lessons[case] = Lesson(state=State.GOING_ON)
            self._archives.pop(case, None)
        options = [f"--speak={language}"] + [f"--name={name}"] * bool(name)
        options += ["--replace"] * replacing
        Thread(target=self._teach, args=(case, dict(typed), options), daemon=True).start()

    def of(self, case: int) -> Lesson:
        """How the teaching from a case stands."""
        with self._lock:
            return self._lessons.get(case, Lesson())

    def archive(self, case: int) -> tuple[str, bytes]:
        """The file of what was taught, and its name. Raises NotFoundError."""
        with self._lock:
            if case not in self._archives:
                raise NotFoundError("nothing was taught from it since the pages began", str(case))
            return self._archives[case]

    def end(self) -> None:
        """End a lesson that goes on; what it had kept stays kept."""
        with self._lock:
            if self._running is not None:
                self._running.terminate()

    def _teach(self, case: int, typed: Mapping[str, str], options: Sequence[str]) -> None:
        """However it ends, another lesson may begin then."""
        lesson = Lesson(state=State.REFUSED)
        try:
            lesson = self._taught(case, typed, options)
        except OSError as fault:  # no room on the disk, or for one process more
            lesson = Lesson(state=State.REFUSED, said=[str(fault.strerror)])
        finally:
            with self._lock:
                self._lessons[case] = lesson

    def _taught(self, case: int, typed: Mapping[str, str], options: Sequence[str]) -> Lesson:
        with tempfile.TemporaryDirectory() as folder:
            values = Path(folder) / "typed.json"
            values.write_text(json.dumps(typed, ensure_ascii=False), "utf-8")
            given = [f"--values={values}"] if typed else []
            archived = Path(folder) / "archive"
            said, status = self._run(
                ["teach", str(case), *given, *options, f"--archive={archived}"]
            )
            found = sorted(archived.glob("*.zip")) if archived.is_dir() else []
            if found:
                self._archives[case] = found[0].name, found[0].read_bytes()
        # Where the archive lay is nobody's business: it is gone.
        lines = [each for each in said.splitlines() if folder not in each]
        state = State.TAUGHT if status == EXIT_OK else State.REFUSED
        return Lesson(state=state, said=lines, archive=bool(found))

    def _run(self, arguments: Sequence[str]) -> tuple[str, int]:
        """What the command said, and its exit code."""
        process = subprocess.Popen(
            [*self.command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._running = process
        try:
            said, _ = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return TOO_LONG, 1
        finally:
            self._running = None
        return said, process.returncode


def as_begun(arguments: Sequence[str], word: str) -> list[str]:
    """What begins `appliance` with the settings that this process was begun with.

    ``arguments`` are those of the process, ``word`` the command among them.
    """
    given = list(arguments[1:])
    return [sys.executable, "-m", "appliance", *given[: given.index(word) if word in given else 0]]
