"""What the pages of settings ask of their process; see ``console.settings.desk.Desk``.

The process may read what is in force, and writes drafts and requests; whatever changes the box is
done by whoever carries requests out.
"""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.backup.register import Backups
from appliance.clock import Clock
from appliance.config import Configuration, certificate_files
from appliance.config.destination import MEDIUM
from appliance.config.source import KeyPath
from appliance.console.settings import desk
from appliance.console.settings.desk import Text
from appliance.errors import ApplianceError, ConfigurationError, RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.media.usb import usb_devices
from appliance.outbox import Outbox
from appliance.services.settings_certificates import shown
from appliance.services.settings_folder import Outcome, RequestFolder, State, request_folder
from appliance.services.settings_holding import Paper
from appliance.services.settings_papers import changed, read, secrets_used
from appliance.services.settings_request import KINDS, is_of_media, new_request
from appliance.services.settings_versions import Draft, Drafts, Version, Versions
from appliance.texts import LANGUAGES
from appliance.updates.state import state

TEXTS = "texts"
"""Folder in run_dir with the texts of a box; see ``box_rendering``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsDesk:
    """One a process; every call may come from any thread. ``file`` is that of the settings."""

    configuration: Configuration
    file: Path
    clock: Clock

    def now(self) -> float:
        """See ``Desk``."""
        return self.clock.wall()

    def sheet(self, person: str) -> desk.Sheet:
        """See ``Desk``."""
        in_force = self._in_force()
        with self._ledger() as ledger:
            drafts = Drafts(ledger, self.clock).all()
        mine = next((each for each in drafts if each.person == person), None)
        if mine and mine.paper == in_force:  # it was applied
            mine = None
        paper = mine.paper if mine else in_force
        try:
            reading = read(paper, is_box=self._is_box)
        except ConfigurationError as failure:
            raise desk.Unreadable(str(failure), _text(paper)) from failure
        others = (each for each in drafts if each.person != person and each.paper != each.base)
        return desk.Sheet(
            settings=reading.settings,
            document=reading.document,
            text=_text(paper),
            in_force=_text(in_force),
            base=_text(mine.base if mine else in_force),
            is_box=self._is_box,
            faults=reading.faults,
            others=tuple(_writing(each) for each in others),
        )

    def change(self, person: str, changes: Mapping[KeyPath, Any]) -> bool:
        """See ``Desk``."""
        base, paper = self._writing(person)
        after, kept = changed(paper, changes)
        read(after, is_box=self._is_box)
        self._keep(person, base, after)
        return kept

    def write(self, person: str, text: Text) -> None:
        """See ``Desk``."""
        base, _ = self._writing(person)
        paper = Paper(text.main, text.beside)
        read(paper, is_box=self._is_box)
        self._keep(person, base, paper)

    def discard(self, person: str) -> None:
        """See ``Desk``."""
        with self._ledger() as ledger:
            Drafts(ledger, self.clock).forget(person)

    def rest_on_present(self, person: str) -> None:
        """See ``Desk``."""
        _, paper = self._writing(person)
        self._keep(person, self._in_force(), paper)

    def apply(self, person: str, reason: str) -> str:
        """See ``Desk``."""
        base, paper = self._writing(person)
        if base != self._in_force():
            raise RefusedError("somebody changed the settings meanwhile")
        wanted = {
            "main": paper.main,
            "beside": paper.beside,
            "base": base.digest,
            "reason": reason,
        }
        return self.ask(person, "apply-settings", wanted)

    def go_back(self, person: str, version: int, reason: str) -> str:
        """See ``Desk``."""
        self.version(version)
        base = self._in_force().digest
        wanted = {"version": version, "base": base, "reason": reason}
        return self.ask(person, "roll-back-settings", wanted)

    def ask(
        self, person: str, kind: str, wanted: Mapping[str, object], language: str = LANGUAGES[0]
    ) -> str:
        """See ``Desk``."""
        if kind not in KINDS:
            raise RefusedError("nothing that may be asked for", kind)
        try:
            request = new_request(person, self.clock.wall(), KINDS[kind](**wanted), language)
        except TypeError as failure:
            raise RefusedError("a field is missing, or too many", kind) from failure
        folder, is_watched = self._folder()
        folder.ask(request)
        if not is_watched:
            self._carry_out(of_media=is_of_media(request.wanted))
        return request.identifier

    def keep(self, identifier: str) -> None:
        """See ``Desk``."""
        self._folder()[0].keep(identifier)

    def course(self) -> desk.Course | None:
        """See ``Desk``. A draft that came into force is none any more."""
        folder, _ = self._folder()
        outcome = folder.outcome()
        if folder.waits() and (outcome is None or outcome.state.is_over):
            return desk.Course(
                identifier="",
                kind="apply-settings" if outcome is None else outcome.kind,
                by="",
                asked_at=self.clock.wall(),
                state=str(State.WAITING),
                is_over=False,
            )
        return None if outcome is None else _course(outcome)

    def versions(self) -> Sequence[desk.Version]:
        """See ``Desk``."""
        with self._ledger() as ledger:
            return [_version(each) for each in Versions(ledger, self.clock).all()]

    def version(self, number: int) -> desk.Version:
        """See ``Desk``."""
        with self._ledger() as ledger:
            return _version(Versions(ledger, self.clock).version(number))

    def certificates(self) -> Sequence[desk.CertificateFile]:
        """See ``Desk``."""
        return [
            _certificates(each.setting, each.path) for each in certificate_files(self.configuration)
        ]

    def secrets(self) -> Sequence[desk.Secret]:
        """See ``Desk``."""
        used = secrets_used(self._in_force(), self.file, is_box=self._is_box)
        return [desk.Secret(name=name, used_by=by) for name, by in sorted(used.items())]

    def sticks(self) -> Sequence[str]:
        """See ``Desk``."""
        return [str(each) for each in usb_devices()]

    def destinations(self) -> Sequence[str]:
        """See ``Desk``."""
        return [each.name for each in self.configuration.destination if each.kind == MEDIUM]

    def waiting(self) -> int:
        """See ``Desk``."""
        with self._ledger() as ledger:
            outbox = Outbox(self.configuration.outbox_dir, ledger, self.clock)
            names = set(self.destinations())
            return sum(each.waiting for each in outbox.backlog() if each.destination in names)

    def backups(self) -> desk.Backups:
        """See ``Desk``."""
        settings = self.configuration.backup
        with self._ledger() as ledger:
            last = Backups(ledger, self.clock).last()
            row = ledger.row("SELECT fault FROM backup_made WHERE ended_at > 0 ORDER BY id DESC")
        return desk.Backups(
            last_at=last.made_at if last else None,
            last_file=last.file if last else "",
            last_fault=str(row["fault"]) if row else "",
            is_scheduled=settings.is_scheduled,
            stick=settings.stick,
            folder=settings.folder,
        )

    def updates(self) -> desk.Updates:
        """See ``Desk``."""
        settings = self.configuration.updates
        known = state(settings.folder)
        last = known.last
        return desk.Updates(
            running=known.version or __version__,
            slot=str(known.slot or ""),
            slots={str(slot): version for slot, version in known.in_slots.items()},
            on_trial=known.trial.version if known.trial else "",
            last_version=last.version if last else "",
            last_outcome=last.outcome.meaning if last else ("", ""),
            last_at=last.at if last else None,
            last_detail=last.detail if last else "",
            offered=known.offered,
            url=settings.url,
        )

    def _ledger(self) -> closing[Ledger]:
        return closing(open_ledger(self.configuration.ledger_path))

    @property
    def _texts(self) -> Path:
        return self.configuration.run_dir / TEXTS

    @property
    def _is_box(self) -> bool:
        return (self._texts / "box.toml").exists()

    def _in_force(self) -> Paper:
        """Raises desk.Unreadable for what is no text."""
        main = self._texts / "box.toml" if self._is_box else self.file
        beside = self._texts / "appliance.toml"
        try:
            text = main.read_text("utf-8-sig") if main.exists() else ""
            has_beside = self._is_box and beside.exists()
            return Paper(text, beside.read_text("utf-8") if has_beside else None)
        except (OSError, ValueError) as failure:
            raise desk.Unreadable(str(failure), Text("")) from failure

    def _writing(self, person: str) -> tuple[Paper, Paper]:
        """What he began from, and what he has written."""
        with self._ledger() as ledger:
            draft = Drafts(ledger, self.clock).of(person)
        in_force = self._in_force()
        is_open = draft is not None and draft.paper != in_force
        return (draft.base, draft.paper) if draft and is_open else (in_force, in_force)

    def _keep(self, person: str, base: Paper, paper: Paper) -> None:
        with self._ledger() as ledger:
            drafts = Drafts(ledger, self.clock)
            if paper == self._in_force():
                drafts.forget(person)
            else:
                drafts.keep(person, base, paper)

    def _folder(self) -> tuple[RequestFolder, bool]:
        return request_folder(self.configuration.run_dir, self.configuration.data_dir)

    def _carry_out(self, *, of_media: bool) -> None:
        """At a desk nobody watches the folder: the current user does it, beside this process."""
        words = ["--config", str(self.file)] if self.file.exists() else []
        words += ["--data-dir", str(self.configuration.data_dir), "request", "carry-out"]
        command = [sys.executable, "-m", "appliance", *words, *(["--media"] if of_media else [])]
        threading.Thread(
            target=subprocess.run,
            args=(command,),
            kwargs={"check": False, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL},
            daemon=True,
        ).start()


def _text(paper: Paper) -> Text:
    return Text(paper.main, paper.beside)


def _writing(draft: Draft) -> desk.Writing:
    text = _text(draft.paper)
    return desk.Writing(person=draft.person, begun_at=draft.begun_at, text=text)


def _version(kept: Version) -> desk.Version:
    return desk.Version(
        number=kept.number,
        made_at=kept.made_at,
        by=kept.by,
        reason=kept.reason,
        text=_text(kept.paper),
        back_to=kept.back_to,
    )


def _course(outcome: Outcome) -> desk.Course:
    whole = asdict(outcome) | {"state": str(outcome.state), "is_over": outcome.state.is_over}
    return desk.Course(**whole)


def _certificates(setting: str, path: Path) -> desk.CertificateFile:
    try:
        found = shown(path.read_bytes())
    except (OSError, ValueError, ApplianceError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else str(failure)
        return desk.CertificateFile(setting=setting, path=str(path), why=why or "")
    return desk.CertificateFile(setting=setting, path=str(path), certificates=found)


def offered(made: SettingsDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
