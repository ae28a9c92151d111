"""Secrets, which stand in files of their own and never in the configuration."""

from pathlib import Path


class UnusableCredentialError(Exception):
    """A file that the configuration names as password, certificate or key cannot be used."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why


def password_in(path: str) -> str:
    """The first line of the file, as it is but for its end; empty when ``path`` is.

    Raises UnusableCredentialError when the file cannot be read.
    """
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except OSError as failure:
        raise UnusableCredentialError(path, failure.strerror or "unreadable") from failure
    except UnicodeDecodeError as failure:
        raise UnusableCredentialError(path, "not UTF-8 text") from failure
