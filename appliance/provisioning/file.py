"""What is to stand in the system's folders, as values."""

from dataclasses import dataclass

PUBLIC, GROUP_ONLY, PRIVATE = 0o644, 0o640, 0o600
ROOT = "root"


@dataclass(frozen=True, slots=True)
class SystemFile:
    """A file; ``path`` is relative to /run, ``group`` the name of who may read it with root."""

    path: str
    content: bytes
    mode: int = PUBLIC
    group: str = ROOT


@dataclass(frozen=True, slots=True)
class SystemLink:
    """A symbolic link at ``path``, relative to /run, that leads to ``target``."""

    path: str
    target: str


def text_file(path: str, *lines: str, mode: int = PUBLIC, group: str = ROOT) -> SystemFile:
    """A text file of ``lines`` under a head that says who wrote it."""
    head = "# From box.toml, made anew at every start; see docs/provisioning.md."
    return SystemFile(path, "\n".join([head, *lines, ""]).encode(), mode, group)


def section(title: str, *entries: tuple[str, object]) -> list[str]:
    """A section of a systemd file; entries whose value is None or empty are left out."""
    lines = [f"{key}={_word(value)}" for key, value in entries if value not in (None, "", ())]
    return ["", f"[{title}]", *lines] if lines else []


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value)
