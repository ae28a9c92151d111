"""Where the settings in force are kept: a box's own folder, or one file elsewhere.

**Knows:** how texts and secrets are read, checked by the parser of the house, and replaced so that
the power may go at any moment; and how the former ones are kept until the new ones have proved
themselves.
**Does not know:** who asks, and what has to be started again.
"""

import hashlib
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from appliance.config import Configuration, parse_configuration
from appliance.config.source import Source
from appliance.errors import ConfigurationError, RefusedError
from appliance.ledger.durable import sync_folder, write_file
from appliance.provisioning import Box, BoxText, parse_box
from appliance.provisioning.secret_forms import malformed_secrets
from appliance.services.boot_partition import writable, write_durably
from appliance.services.box_folder import APPLIANCE, BOX, SECRETS, BoxFolder
from appliance.services.box_moving import REWRITTEN

TRIAL = "settings-trial"
"""Folder of the former settings while new ones prove themselves."""
FORMER = "former.json"
PRIVATE_FOLDER, PRIVATE, PUBLIC = 0o700, 0o600, 0o644


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of the settings; ``beside`` is ``appliance.toml`` where ``main`` is a box.toml."""

    main: str
    beside: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of it, hexadecimal."""
        whole = json.dumps([self.main, self.beside], ensure_ascii=False)
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


class TrialFolder:
    """What was in force before, as one file: texts, and secrets by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / TRIAL

    def keep(self, paper: Paper, secrets: Mapping[str, bytes]) -> None:
        """Durable when this returns."""
        self._folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        known = {name: value.hex() for name, value in secrets.items()}
        whole = {"main": paper.main, "beside": paper.beside, "secrets": known}
        write_file(self._folder / FORMER, json.dumps(whole).encode())
        (self._folder / FORMER).chmod(PRIVATE)
        sync_folder(self._folder.parent)

    def kept(self) -> tuple[Paper, dict[str, bytes]] | None:
        """None when nothing is on trial."""
        try:
            whole = json.loads((self._folder / FORMER).read_bytes())
        except FileNotFoundError:
            return None
        secrets = {name: bytes.fromhex(value) for name, value in whole["secrets"].items()}
        return Paper(whole["main"], whole["beside"]), secrets

    def forget(self) -> None:
        """The file first, for it is what says that there is a trial."""
        (self._folder / FORMER).unlink(missing_ok=True)
        if self._folder.is_dir():
            sync_folder(self._folder)
            shutil.rmtree(self._folder)


class Holding(ABC):
    """The settings of one box."""

    __slots__ = ()

    is_box: ClassVar[bool]
    """Whether they are a box.toml."""

    @abstractmethod
    def paper(self) -> Paper:
        """Those in force. Raises ConfigurationError."""

    @abstractmethod
    def expect_valid(self, paper: Paper) -> Configuration:
        """The appliance's settings in ``paper``. Raises ConfigurationError."""

    @abstractmethod
    def put(self, paper: Paper) -> None:
        """Have them be in force at the next start of whoever reads them. Raises OSError."""

    @abstractmethod
    def secrets(self) -> Mapping[str, bytes]:
        """By name."""

    @abstractmethod
    def put_secret(self, name: str, value: bytes | None) -> None:
        """Keep it; None: remove it."""

    @abstractmethod
    def secret_path(self, name: str) -> str:
        """What a setting names it by."""

    @property
    @abstractmethod
    def _trial(self) -> TrialFolder:
        """Where the former ones are kept."""

    def begin_trial(self) -> None:
        """Keep what is in force now, until ``end_trial``, over power cuts as well."""
        self._trial.keep(self.paper(), self.secrets())

    def go_back(self) -> bool:
        """Have what ``begin_trial`` kept be in force; False when nothing is on trial."""
        former = self._trial.kept()
        if former is None:
            return False
        paper, secrets = former
        for name, value in secrets.items():
            if self.secrets().get(name) != value:
                self.put_secret(name, value)
        self.put(paper)
        for name in set(self.secrets()) - set(secrets):
            self.put_secret(name, None)
        self._trial.forget()
        return True

    def end_trial(self) -> None:
        """The new settings are good."""
        self._trial.forget()


@dataclass(frozen=True, slots=True)
class FileHolding(Holding):
    """One TOML file; the secrets in the folder ``secrets`` beside it."""

    file: Path
    is_box: ClassVar = False

    def paper(self) -> Paper:
        """See ``Holding``."""
        if not self.file.exists():
            return Paper("")
        try:
            return Paper(self.file.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError as failure:
            raise ConfigurationError("not UTF-8 text", str(self.file)) from failure

    def expect_valid(self, paper: Paper) -> Configuration:
        """See ``Holding``."""
        return valid_file(paper)

    def put(self, paper: Paper) -> None:
        """See ``Holding``: the file keeps its owner and mode; a link leads to it as before."""
        file = self.file.resolve()
        status = file.stat() if file.exists() else None
        write_file(file, paper.main.encode())
        file.chmod(PUBLIC if status is None else status.st_mode & 0o777)
        if status is not None and os.geteuid() == 0:
            os.chown(file, status.st_uid, status.st_gid)

    def secrets(self) -> Mapping[str, bytes]:
        """See ``Holding``."""
        if not self._folder.is_dir():
            return {}
        found = (each for each in sorted(self._folder.iterdir()) if each.is_file())
        return {each.name: each.read_bytes() for each in found}

    def put_secret(self, name: str, value: bytes | None) -> None:
        """See ``Holding``."""
        self._folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        _put_secret(self._folder / name, value)

    def secret_path(self, name: str) -> str:
        """See ``Holding``."""
        return str(self._folder / name)

    @property
    def _folder(self) -> Path:
        return self.file.absolute().parent / SECRETS

    @property
    def _trial(self) -> TrialFolder:
        return TrialFolder(self.file.absolute().parent)


@dataclass(frozen=True, slots=True)
class BoxHolding(Holding):
    """A box: its own folder, and the boot partition, which has to say the same."""

    kept: BoxFolder
    boot: Path | None
    is_box: ClassVar = True

    def paper(self) -> Paper:
        """See ``Holding``."""
        text = self.kept.text()
        return Paper("") if text is None else Paper(text.box, text.appliance)

    def expect_valid(self, paper: Paper) -> Configuration:
        """See ``Holding``."""
        return valid_box(paper, self.secrets()).appliance

    def put(self, paper: Paper) -> None:
        """See ``Holding``. The boot partition first: a start in between takes it from there.

        Raises RefusedError where another file waits there for the next start.
        """
        text = BoxText(paper.main, paper.beside)
        names = {each.name for each in parse_box(text).secret}
        if self.boot is not None and (self.boot / BOX).exists():
            self._put_on_boot(self.boot, text)
        self.kept.keep(text, {}, names)

    def _put_on_boot(self, boot: Path, text: BoxText) -> None:
        there = (boot / BOX).read_bytes()
        former = self.paper()
        if there not in (former.main.encode(), text.box.encode()):
            what = "another box.toml waits on the boot partition for the next start"
            raise RefusedError(what, BOX, "restart the box, or remove it there")
        with writable(boot):
            if text.appliance is not None:
                write_durably(boot / APPLIANCE, text.appliance.encode())
            write_durably(boot / REWRITTEN, text.box.encode())
            (boot / REWRITTEN).replace(boot / BOX)
            if text.appliance is None:
                (boot / APPLIANCE).unlink(missing_ok=True)
            sync_folder(boot)

    def secrets(self) -> Mapping[str, bytes]:
        """See ``Holding``."""
        return self.kept.secrets()

    def put_secret(self, name: str, value: bytes | None) -> None:
        """See ``Holding``."""
        _put_secret(self.kept.path / SECRETS / name, value)

    def secret_path(self, name: str) -> str:
        """See ``Holding``."""
        return f"/run/dose-appliance/secrets/{name}"

    @property
    def _trial(self) -> TrialFolder:
        return TrialFolder(self.kept.path)


def holding(box: Path, boot: Path, file: Path) -> Holding:
    """Of the box whose own folder is ``box``; of ``file`` where there is no such folder."""
    if box.is_dir():
        return BoxHolding(BoxFolder(box), boot if (boot / BOX).exists() else None)
    return FileHolding(file)


def valid_file(paper: Paper) -> Configuration:
    """The settings of one file. Raises ConfigurationError."""
    if paper.beside is not None:
        raise ConfigurationError("there is one file only", APPLIANCE)
    return parse_configuration(paper.main, "appliance.toml")


def valid_box(paper: Paper, secrets: Mapping[str, bytes]) -> Box:
    """Those of a box that has ``secrets``, by name. Raises ConfigurationError."""
    box = parse_box(BoxText(paper.main, paper.beside), (BOX, APPLIANCE))
    source = Source(paper.main, BOX)
    for at, each in enumerate(box.secret):
        if each.value:
            what = "a secret is not written here"
            raise source.fault(("secret", at, "value"), what, "set it on its own page")
        if each.name not in secrets:
            what = f"the box does not have the secret `{each.name}`"
            raise source.fault(("secret", at, "name"), what, "set it on its own page")
    declared = {each.name: secrets[each.name] for each in box.secret}
    for path, what, remedy in malformed_secrets(box, declared):
        raise source.fault(path, what, remedy)
    return box


def _put_secret(file: Path, value: bytes | None) -> None:
    if value is None:
        file.unlink(missing_ok=True)
        return
    write_file(file, value)
    file.chmod(PRIVATE)
