"""Placing files on a server that fails at any step, before or after it did what it was asked."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from appliance.config.file_server import FileServer as Settings
from appliance.destinations import Delivered
from appliance.destinations.file_server import Digest, Places
from tests.destinations.archives import a_report, consigned

REPORT = a_report("1.1")
NAME = "in/1.1.dcm"


@dataclass(frozen=True)
class Failure:
    """The call number ``step`` fails; ``done`` of what it stores is there then, or all of it."""

    step: int
    done: float


@dataclass
class Failing:
    """A server in memory."""

    files: dict[str, bytes] = field(default_factory=dict)
    failure: Failure | None = None
    calls: int = 0

    def _fails(self) -> bool:
        self.calls += 1
        return self.failure is not None and self.calls == self.failure.step

    def _do(self, *, undone: bool = False) -> bool:
        """Whether to do what is asked; ends the session before, if the failure comes then."""
        if self._fails():
            assert self.failure is not None
            if self.failure.done < 1 or undone:
                raise ConnectionResetError
            return True
        return False

    def size_bytes(self, path: str) -> int | None:
        self._do(undone=True)
        return len(self.files[path]) if path in self.files else None

    def digest(self, path: str) -> Digest | None:  # noqa: ARG002 - as the others have it
        self._do(undone=True)
        return None

    def read(self, path: str, most_bytes: int) -> bytes | None:
        self._do(undone=True)
        return self.files[path][:most_bytes]

    def make_folder(self, path: str) -> None:  # noqa: ARG002
        self._do(undone=True)

    def store(self, path: str, content: bytes) -> None:
        if self._fails():
            assert self.failure is not None
            self.files[path] = content[: int(len(content) * self.failure.done)]
            raise ConnectionResetError
        self.files[path] = content

    def rename(self, path: str, new_path: str) -> None:
        failed = self._do()
        self.files[new_path] = self.files.pop(path)
        if failed:
            raise ConnectionResetError

    def remove(self, path: str) -> None:
        failed = self._do()
        self.files.pop(path, None)
        if failed:
            raise ConnectionResetError


FAILURES = st.builds(Failure, step=st.integers(1, 12), done=st.sampled_from([0, 0.5, 0.99, 1]))


@given(failures=st.lists(FAILURES, max_size=6), read_back=st.booleans())
def test_whatever_fails_no_half_file_has_the_name_and_a_repeat_completes_it(
    *, failures: list[Failure], read_back: bool
) -> None:
    settings = Settings(user="box", folder="in", read_back=read_back)
    server = Failing()
    for failure in [*failures, None]:
        server.failure, server.calls = failure, 0
        try:
            outcome = Places(server, settings).put(consigned(REPORT))
        except ConnectionResetError:
            outcome = None
        assert server.files.get(NAME, REPORT) == REPORT
        assert outcome is None or isinstance(outcome, Delivered)
        assert NAME in server.files or outcome is None
    assert server.files == {NAME: REPORT}
