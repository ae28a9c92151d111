"""One small file of /sys or /proc."""

from pathlib import Path


def text_of(path: Path) -> str | None:
    """What the file says, without space around it; None where it is not there or says nothing."""
    try:
        return path.read_text("utf-8", "replace").strip("\0 \t\n") or None
    except OSError:
        return None


def number_of(path: Path, base: int = 10) -> int | None:
    """The whole number that the file says; None where it says none."""
    try:
        return int(text_of(path) or "", base)
    except ValueError:
        return None
