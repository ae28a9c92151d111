"""What these pages ask of the process that serves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from appliance.config.contradiction import Contradiction
from appliance.config.source import KeyPath


@dataclass(frozen=True, slots=True)
class Text:
    """The text of the settings; ``beside`` is ``appliance.toml`` where ``main`` is a box.toml."""

    main: str
    beside: str | None = None

    @property
    def whole(self) -> str:
        """Both, for whoever compares them."""
        if self.beside is None:
            return self.main
        return f"{self.main.rstrip()}\n\n# appliance.toml\n{self.beside}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """That ``person`` is writing other settings."""

    person: str
    begun_at: float
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The settings as one person has them before him: those in force, or what he changed of them.

    Attributes:
        settings: A Box or a Configuration: what ``text`` means.
        document: What stands in it, without defaults.
        in_force: The text that holds now.
        base: The text that he began from; another than ``in_force`` when somebody was faster.
        is_box: Whether it is a box.toml.
        faults: What cannot be meant.
        others: Who else is writing.
    """

    settings: Any
    document: Mapping[str, Any]
    text: Text
    in_force: Text
    base: Text
    is_box: bool
    faults: tuple[Contradiction, ...]
    others: tuple[Writing, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything would be applied."""
        return self.text != self.in_force

    @property
    def is_overtaken(self) -> bool:
        """Whether other settings came into force since he began."""
        return self.base != self.in_force


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):  # noqa: N818 - a state of the text, not of this program
    """The text in force is no settings at all; ``why`` names the line."""

    why: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Settings that were in force; ``by`` is empty where the file was found so."""

    number: int
    made_at: float
    by: str
    reason: str
    text: Text
    back_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a request goes or went; see ``services.settings_folder.Outcome``."""

    identifier: str
    kind: str
    by: str
    asked_at: float
    state: str
    is_over: bool
    steps: tuple[tuple[float, str], ...] = ()
    why: str = ""
    lines: tuple[str, ...] = ()
    moved_mib: float | None = None
    until: float | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One of a file; times in seconds since the epoch."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins_at: float
    ends_at: float
    fingerprint: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """``why`` says why nothing can be shown of it."""

    setting: str
    path: str
    certificates: tuple[Certificate, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Its name, and the settings that use it; what it is nobody is shown."""

    name: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """What the ledger has of backups."""

    last_at: float | None
    last_file: str
    last_fault: str
    is_scheduled: bool
    stick: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Versions of both slots; empty names where there are none."""

    running: str
    slot: str
    slots: Mapping[str, str] = field(default_factory=dict)
    on_trial: str = ""
    last_version: str = ""
    last_outcome: tuple[str, str] = ("", "")
    last_at: float | None = None
    last_detail: str = ""
    offered: str = ""
    url: str = ""


class Desk(Protocol):
    """Whoever knows the settings."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def sheet(self, person: str) -> Sheet:
        """What ``person`` has before him. Raises Unreadable."""

    def change(self, person: str, changes: Mapping[KeyPath, Any]) -> bool:
        """Change values of what he writes (None: take away); whether all comments stayed.

        Raises ConfigurationError for what cannot stand there.
        """

    def write(self, person: str, text: Text) -> None:
        """Have him write ``text``. Raises ConfigurationError where a value by itself is wrong."""

    def discard(self, person: str) -> None:
        """Give up what he writes."""

    def rest_on_present(self, person: str) -> None:
        """He has seen what somebody else changed, and wants what he wrote all the same."""

    def ask(self, person: str, kind: str, wanted: Mapping[str, object], language: str) -> str:
        """Ask for something that is root's to do; its identifier.

        ``language`` is that of who asks, and of a command that does it.
        Raises RefusedError for what may not be asked, and while another request is carried out.
        """

    def apply(self, person: str, reason: str) -> str:
        """Ask for what he wrote to come into force. Raises RefusedError."""

    def go_back(self, person: str, version: int, reason: str) -> str:
        """Ask for a former version to come into force. Raises RefusedError, NotFoundError."""

    def keep(self, identifier: str) -> None:
        """Settings on trial stay."""

    def course(self) -> Course | None:
        """The request at hand, or the last one; None: there was none since the start."""

    def versions(self) -> Sequence[Version]:
        """The newest first."""

    def version(self, number: int) -> Version:
        """Raises NotFoundError."""

    def certificates(self) -> Sequence[CertificateFile]:
        """Of every file that the settings name."""

    def secrets(self) -> Sequence[Secret]:
        """Those that there are as far as settings tell."""

    def sticks(self) -> Sequence[str]:
        """Devices that may be sticks: ``/dev/sdb1``."""

    def destinations(self) -> Sequence[str]:
        """Names of those that take reports on sticks."""

    def waiting(self) -> int:
        """Reports that wait for a stick."""

    def backups(self) -> Backups:
        """What is known of backups."""

    def updates(self) -> Updates:
        """What is known of versions."""
