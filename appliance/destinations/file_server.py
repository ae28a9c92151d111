"""Putting a file on a server so that nobody ever sees half of it under its name.

It goes up under a temporary name in the folder it belongs to, is compared there, and only then gets
its name. A repeat finds the whole file and leaves it, or finds what an attempt left and removes it.
"""

import hashlib
import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from appliance.config.file_server import FileServer as Settings
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry


@dataclass(frozen=True, slots=True)
class Digest:
    """What a server says of a file: ``algorithm`` as ``hashlib`` calls it, ``value`` in hex."""

    algorithm: str
    value: str

    def is_of(self, content: bytes) -> bool:
        """Whether ``content`` has it."""
        found = hashlib.new(self.algorithm, content, usedforsecurity=False).hexdigest()
        return found == self.value.lower()


class FileServer(Protocol):
    """A session with a server; each call raises what its protocol's library does."""

    def size_bytes(self, path: str) -> int | None:
        """How long the file is; None when it is not there."""

    def digest(self, path: str) -> Digest | None:
        """The digest that the server makes of the file; None when it makes none."""

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """The file, or its first ``most_bytes``; None when it must not be read."""

    def make_folder(self, path: str) -> None:
        """Make the folder; not an error when it is there, or cannot be made."""

    def store(self, path: str, content: bytes) -> None:
        """Write the file, over whatever is there; it lasts when this returns."""

    def rename(self, path: str, new_path: str) -> None:
        """Give the file its name; fails rather than tells that it did."""

    def remove(self, path: str) -> None:
        """Remove the file; not an error when it cannot be."""


class Deadline:
    """The time an attempt may take in all."""

    def __init__(self, budget_s: float) -> None:
        self._end = time.monotonic() + budget_s

    def left_s(self, most_s: float) -> float:
        """How long the next step may take, at most ``most_s``; raises TimeoutError when over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the attempt took too long")
        return min(left, most_s)


class Places:
    """The files of one destination, in one session with its server."""

    def __init__(self, server: FileServer, settings: Settings) -> None:
        self._server = server
        self._settings = settings
        self._folders: set[PurePosixPath] = set()

    def put(self, consignment: Consignment) -> Outcome:
        """Place the object under its name, as a whole or not at all."""
        path = PurePosixPath(self._settings.folder) / consignment.name
        there = self._server.size_bytes(str(path))
        if there is not None:
            return self._standing(str(path), there, consignment.content)
        self._make_folders(path.parent)
        return self._place(str(path), consignment.content)

    def take_away(self, consignment: Consignment) -> Outcome:
        """Remove an object that was put there; not an error when it is not there any more."""
        path = str(PurePosixPath(self._settings.folder) / consignment.name)
        self._server.remove(path)
        if self._server.size_bytes(path) is None:
            return Delivered("removed")
        return Refused(Cause.NOT_PERMITTED, "the file is still there")

    def _standing(self, path: str, there: int, content: bytes) -> Outcome:
        """What a file of that name means: a former attempt of ours, or another object."""
        if there == len(content) and self._compared(path, content, read_back=True) is not False:
            return Delivered("it was there already")
        return Refused(Cause.NAME_TAKEN, f"{there} bytes there, {len(content)} bytes here")

    def _place(self, path: str, content: bytes) -> Outcome:
        temporary = path + self._settings.temporary_suffix
        # Not only written over: a session that the server has not given up may hold it, even write.
        self._server.remove(temporary)
        self._server.store(temporary, content)
        there = self._server.size_bytes(temporary)
        if there != len(content):
            self._server.remove(temporary)
            return Retry(Cause.CHANGED_ON_THE_WAY, f"{there} bytes of {len(content)} are there")
        compared = self._compared(temporary, content, read_back=self._settings.read_back)
        if compared is False:
            self._server.remove(temporary)
            return Retry(Cause.CHANGED_ON_THE_WAY, "the size is right, the content is not")
        if compared is None and self._settings.read_back:
            self._server.remove(temporary)
            return Retry(Cause.NOT_PERMITTED, "the file must not be read back")
        self._server.rename(temporary, path)
        return Delivered("size and content compared" if compared else "size compared")

    def _compared(self, path: str, content: bytes, *, read_back: bool) -> bool | None:
        """Whether the file there is ``content``; None when that cannot be told."""
        digest = self._server.digest(path)
        if digest is not None:
            return digest.is_of(content)
        if not read_back:
            return None
        found = self._server.read(path, len(content) + 1)
        return None if found is None else found == content

    def _make_folders(self, folder: PurePosixPath) -> None:
        for each in (*reversed(folder.parents), folder):
            if each not in self._folders and each.name:
                self._server.make_folder(str(each))
                self._folders.add(each)
