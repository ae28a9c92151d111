"""What the other processes tell the front panel: one small file a subject, one word in it.

The files lie in ``run_dir``/panel, which is empty after each start of the box. A subject of which
nothing is told, or a word that is not in the table, is not shown.
"""

import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

FOLDER = "panel"
"""Below ``run_dir``."""
MODE = 0o664
LONGEST_BYTES = 64


class Subject(StrEnum):
    """What is told of."""

    STICK = "stick"
    CONFIGURATION = "configuration"
    UPDATE = "update"
    BACKUP = "backup"
    RESET = "reset"
    SUPPLY = "supply"


class Word(StrEnum):
    """How it is with it."""

    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    FAULTY = "faulty"
    INSTALLING = "installing"
    ARMED = "armed"


Telling = dict[Subject, Word]
"""What is told now."""

WORDS: dict[Subject, tuple[Word, ...]] = {
    Subject.STICK: (Word.WORKING, Word.DONE, Word.FAILED),
    Subject.CONFIGURATION: (Word.FAULTY,),
    Subject.UPDATE: (Word.INSTALLING, Word.FAILED),
    Subject.BACKUP: (Word.WORKING, Word.DONE, Word.FAILED),
    Subject.RESET: (Word.ARMED,),
    Subject.SUPPLY: (Word.FAILED,),
}
"""What can be told of each."""


def tell(folder: Path, subject: Subject, word: Word | None) -> bool:
    """Tell ``word`` of ``subject`` in ``folder``; None: nothing any more.

    Raises ValueError for a word that is not of the subject. False when it could not be told, as on
    a machine without a front panel: nobody's work hangs on a light.
    """
    if word is not None and word not in WORDS[subject]:
        raise ValueError(f"{subject}: {word}")
    try:
        _write(folder, subject, word)
    except OSError:
        return False
    return True


def told(folder: Path) -> Telling:
    """What is told in ``folder`` now."""
    return {each: word for each in Subject if (word := _read(folder, each)) is not None}


def _write(folder: Path, subject: Subject, word: Word | None) -> None:
    if word is None:
        (folder / subject).unlink(missing_ok=True)
        return
    part = folder / f".{subject}.{os.getpid()}"
    part.write_text(word, "ascii")
    part.chmod(MODE)
    part.replace(folder / subject)


def _read(folder: Path, subject: Subject) -> Word | None:
    with suppress(OSError, ValueError), (folder / subject).open(encoding="ascii") as file:
        word = Word(file.read(LONGEST_BYTES).strip())
        return word if word in WORDS[subject] else None
    return None
