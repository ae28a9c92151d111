"""What persons look for, kept in memory: an address names a search, never a patient."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from appliance.console.studies.desk import Told

MOST = 200
"""Searches that are kept, the newest, of all persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a person typed, and wants to see; ``person`` is the account's name."""

    person: str
    told: Told | None = None
    words: str = ""
    study_instance_uid: str = ""

    @property
    def is_of_patient(self) -> bool:
        """Whether a patient is looked for."""
        return self.told is not None and bool(self.words)


@dataclass
class Searches:
    """By a name that nobody can guess; they end with the process."""

    _kept: OrderedDict[str, Sought] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, sought: Sought) -> str:
        """The name of a new one."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[name] = sought
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str, person: str) -> Sought | None:
        """A person's own; None for one of somebody else, or of before."""
        with self._lock:
            found = self._kept.get(name)
        return found if found is not None and found.person == person else None
