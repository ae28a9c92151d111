"""One rule of the standard that a report breaks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """Where a report does not conform, and how.

    Attributes:
        template: ``TID 10013``, or the module, ``Enhanced General Equipment``.
        row: The row of the template, ``22``, or the attribute's keyword.
        path: The content item by the meanings from the root, ``CT Acquisition[2]/CT Dose/DLP``.
        what: What is wrong.
    """

    template: str
    row: str
    path: str
    what: str

    def __str__(self) -> str:
        """One line for logs and quarantine; never a patient's data."""
        where = f" at {self.path}" if self.path else ""
        return f"{self.template} row {self.row}{where}: {self.what}"
