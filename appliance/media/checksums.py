"""``SHA256.TXT``: the digest of every file of a folder, as ``sha256sum -c`` reads it."""

import hashlib
from pathlib import Path

NAME = "SHA256.TXT"


def write_checksums(folder: Path) -> str:
    """Write it, one line a file, in the order of their names; the digest of the list itself."""
    names = sorted(each for each in folder.rglob("*") if each.is_file() and each.name != NAME)
    lines = "".join(f"{_digest(each)}  {each.relative_to(folder).as_posix()}\n" for each in names)
    (folder / NAME).write_text(lines, "ascii")
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def listed(folder: Path, digest: str) -> dict[str, str]:
    """Name → digest of every file, as the list in ``folder`` says; the list has that digest.

    Empty when it has another one, or is not there. Raises OSError.
    """
    file = folder / NAME
    content = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        return {}
    pairs = (line.split("  ", 1) for line in content.decode("ascii").splitlines())
    return {name: each for each, name in pairs}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
