"""The exception tree, and the exit code each branch ends a command with.

::

    ApplianceError                       1
    ├── ConfigurationError               2   the configuration cannot be used
    ├── StateError                       3   the data directory cannot be used as it is
    │   ├── NotFoundError                4   what the command names does not exist
    │   ├── OutOfResourcesError          3   the disk cannot take more now
    │   └── MissingToolError             3   a program that the box needs cannot be run
    ├── RefusedError                     5   a person's request was refused, with the reason
    ├── UnreadableObjectError            6   bytes that are not a DICOM object we can use
    │   └── UnreadableReadingsError      6   readings of a display that are not plain
    └── ConformanceError                 7   a report that must not leave the box

**Knows:** which failures are exceptions, and their exit codes.
**Does not know:** DIMSE statuses (``receive``) and quarantine reasons (``dose.doubt``):
those are values, not exceptions.
"""

from dataclasses import dataclass
from typing import ClassVar

EXIT_OK = 0
EXIT_QUARANTINED = 1
EXIT_DISPLAY_FAILED = 8
EXIT_DISPLAY_INCOMPLETE = 9


@dataclass
class ApplianceError(Exception):
    """Something that stops the unit of work at hand.

    ``what`` says what is wrong, ``where`` in which file, key or object, ``remedy`` what to do.
    """

    what: str
    where: str = ""
    remedy: str = ""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        """One line: where, what, remedy."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}; {self.remedy}" if self.remedy else head


class ConfigurationError(ApplianceError):
    """The configuration is not valid; nothing was started."""

    exit_code: ClassVar[int] = 2


class StateError(ApplianceError):
    """The data directory, ledger or journal cannot be used as it is."""

    exit_code: ClassVar[int] = 3


class NotFoundError(StateError):
    """A command named something that does not exist."""

    exit_code: ClassVar[int] = 4


class OutOfResourcesError(StateError):
    """The disk is below its watermark, full or failing; nothing was kept, try again later."""


class MissingToolError(StateError):
    """A program that the box needs is not there or cannot be run; what needs it has to wait."""


class RefusedError(ApplianceError):
    """A person asked for something that must not be done."""

    exit_code: ClassVar[int] = 5


class UnreadableObjectError(ApplianceError):
    """Bytes that cannot be understood as the DICOM object they claim to be."""

    exit_code: ClassVar[int] = 6


class UnreadableReadingsError(UnreadableObjectError):
    """A table of a display's readings that cannot be understood, or not in one way only."""


class ConformanceError(ApplianceError):
    """A report that does not conform and so does not leave the box."""

    exit_code: ClassVar[int] = 7
