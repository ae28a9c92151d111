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


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
