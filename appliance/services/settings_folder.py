"""Where a request waits for root, and where root says how it goes: two folders, one writer each.

The pages' process writes into ``asked`` alone, root into ``told`` alone (and takes requests away);
so neither can be led astray by what the other left lying there.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.errors import RefusedError
from appliance.services.settings_request import (
    LARGEST_BYTES,
    Request,
    content_of,
    is_of_media,
    request_of,
)

ASKED, TOLD = "console", "carried"
"""The two folders, in run_dir on a box and in data_dir at a desk."""
AT_A_DESK = "requests"
REQUEST, MEDIA = "request.json", "request-media.json"
"""Two files, for two units of systemd with other rights: for sticks and slots, and for the rest."""
KEEP, OUTCOME, LOCK = "keep.json", "outcome.json", "lock"
REQUEST_CARRIED_OUT = "request-carried-out"
"""The entry in the journal."""
READABLE, OWN = 0o640, 0o600
MOST_STEPS = 60


class State(StrEnum):
    """How it goes."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKS = "asks"
    """New settings are in force and go again unless somebody keeps them."""
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    WENT_BACK = "went-back"
    """New settings did no good, or nobody kept them: the former ones are in force."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self not in (State.WAITING, State.RUNNING, State.ASKS)


class Step(StrEnum):
    """What is being done."""

    CHECKING = "checking"
    WRITING = "writing"
    RESTARTING = "restarting"
    LOOKING = "looking"
    ASKING = "asking"
    GOING_BACK = "going-back"
    WORKING = "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request goes or went.

    Attributes:
        steps: What was done and when, in seconds since the epoch.
        why: What went wrong, in words of the box.
        lines: What a command said.
        moved_mib: How much was written to disks and sticks so far; None: not measured.
        until: When settings go again that nobody keeps; None: they do not.
        version: The version of the settings that came to be; None: none.
    """

    identifier: str
    kind: str
    by: str
    asked_at: float
    state: State = State.WAITING
    steps: tuple[tuple[float, str], ...] = ()
    why: str = ""
    lines: tuple[str, ...] = ()
    moved_mib: float | None = None
    until: float | None = None
    version: int | None = None


def outcome_of(content: bytes) -> Outcome:
    """Of JSON that root wrote. Raises ValueError, TypeError or KeyError when it is none."""
    whole: dict[str, Any] = json.loads(content)
    steps = tuple((float(at), str(step)) for at, step in whole.pop("steps"))
    state, lines = State(whole.pop("state")), tuple(map(str, whole.pop("lines")))
    return Outcome(steps=steps, state=state, lines=lines, **whole)


@dataclass(frozen=True, slots=True)
class RequestFolder:
    """The two folders below ``path``."""

    path: Path

    @property
    def asked(self) -> Path:
        """The pages' process writes here."""
        return self.path / ASKED

    @property
    def told(self) -> Path:
        """Root writes here."""
        return self.path / TOLD

    def ask(self, request: Request) -> None:
        """Have it wait. Raises RefusedError while another one waits or is carried out."""
        outcome = self.outcome()
        if self.waits() or (outcome and not outcome.state.is_over):
            raise RefusedError("another request is being carried out")
        with suppress(FileNotFoundError):
            (self.asked / KEEP).unlink()
        name = MEDIA if is_of_media(request.wanted) else REQUEST
        _write(self.asked / name, content_of(request), OWN)

    def keep(self, identifier: str) -> None:
        """The settings of that request stay."""
        _write(self.asked / KEEP, json.dumps(identifier).encode(), OWN)

    def is_kept(self, identifier: str) -> bool:
        """Whether somebody said so."""
        try:
            return bool(json.loads(_read(self.asked / KEEP)) == identifier)
        except (OSError, ValueError, RefusedError):
            return False

    def waits(self) -> bool:
        """Whether a request waits."""
        return any((self.asked / name).exists() for name in (REQUEST, MEDIA))

    def take(self, *, of_media: bool) -> Request | None:
        """The request that waits, which is gone with this; None: none waits.

        Raises RefusedError for what is none, and for one in the wrong file.
        """
        file = self.asked / (MEDIA if of_media else REQUEST)
        try:
            content = _read(file)
        except FileNotFoundError:
            return None
        finally:
            file.unlink(missing_ok=True)
        request = request_of(content)
        if is_of_media(request.wanted) is not of_media:
            raise RefusedError("asked for in the wrong file", request.wanted.KIND)
        return request

    def tell(self, outcome: Outcome) -> None:
        """Have everybody who may read it know how it goes."""
        _write(self.told / OUTCOME, json.dumps(asdict(outcome), ensure_ascii=False).encode())

    def outcome(self) -> Outcome | None:
        """How the last request goes or went; None: there was none since the start."""
        try:
            return outcome_of((self.told / OUTCOME).read_bytes())
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def abandoned(self) -> Outcome | None:
        """A request that somebody began who is no more; call it under the lock."""
        outcome = self.outcome()
        if outcome is None or outcome.state.is_over:
            return None
        return replace(outcome, state=State.FAILED, until=None, why="it was interrupted")

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Nobody else carries one out while the block lasts."""
        with (self.told / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def request_folder(run_dir: Path, data_dir: Path) -> tuple[RequestFolder, bool]:
    """The one that systemd watches; else one at a desk. And whether it is watched."""
    watched = RequestFolder(run_dir)
    if watched.asked.is_dir() and watched.told.is_dir():
        return watched, True
    folder = RequestFolder(data_dir / AT_A_DESK)
    for each in (folder.asked, folder.told):
        each.mkdir(0o750, parents=True, exist_ok=True)
    return folder, False


def _read(file: Path) -> bytes:
    """Of a plain file: root follows no link that somebody else laid, and waits for no pipe."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as failure:
        raise RefusedError("not a plain file", file.name) from failure
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise RefusedError("not a plain file", file.name)
        return opened.read(LARGEST_BYTES + 1)


def _write(file: Path, content: bytes, mode: int = READABLE) -> None:
    """Whole for whoever reads it; it does not outlast the machine's stop."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with part.open("xb") as opened:
        os.fchmod(opened.fileno(), mode)
        opened.write(content)
    part.replace(file)
