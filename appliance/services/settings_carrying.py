"""Carrying out what the pages ask for: one request, checked anew, told step by step, and entered.

The same whether root does it for systemd or the current user at a desk.

**Knows:** what each kind of request comes to, and the entry in the journal.
**Does not know:** how new settings prove themselves (``settings_trial``) and how a command works.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.files import named_files
from appliance.errors import ApplianceError, ConfigurationError, NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.media.mounting import mounted
from appliance.provisioning.credentials import new_certificate
from appliance.services import settings_request as asked
from appliance.services.handing import media_dir
from appliance.services.settings_certificates import expect_serving, signing_request
from appliance.services.settings_command import Keyboard, Said
from appliance.services.settings_effects import effects_of
from appliance.services.settings_folder import (
    REQUEST_CARRIED_OUT,
    Outcome,
    RequestFolder,
    State,
    Step,
)
from appliance.services.settings_holding import Holding, Paper, valid_box
from appliance.services.settings_papers import edited, with_secret, without_secret
from appliance.services.settings_request import Request
from appliance.services.settings_trial import Machine, SettingsTrial, Telling
from appliance.services.settings_versions import Versions
from appliance.services.vitals import Sign
from appliance.texts import LANGUAGES

CERTIFICATE, KEY = "console.pem", "console.key"
"""Names of the secrets that the certificate of the pages is kept by."""
RESTART_BOX = "restart-box"
"""The line that says that the box starts again, or has to."""
INTERRUPTED = "the power went, or the service was ended, before somebody kept them"


@dataclass(kw_only=True)
class Carrying:
    """One box, or one desk; ``ledger`` is open for as long as this is used."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    folder: RequestFolder
    held: Holding
    machine: Machine
    look: Callable[[Configuration], tuple[Sign, ...]]
    keyboard: Keyboard
    keep_within_s: float = 300.0
    well_within_s: float = 180.0
    steady_s: float = 6.0
    _outcome: Outcome = field(init=False)
    _language: str = field(init=False, default=LANGUAGES[0])

    def carry_out(self, *, of_media: bool = False) -> State | None:
        """The request that waits, and settings that nobody kept before the power went.

        None when there was nothing to do. Whatever goes wrong is told, not raised.
        """
        with self.folder.one_at_a_time():
            if former := self.folder.abandoned():
                self.folder.tell(former)
            if not of_media:
                self._take_back()
            try:
                request = self.folder.take(of_media=of_media)
            except RefusedError as refusal:
                log.error("request_refused", reason=refusal.what)
                return State.REFUSED
            return None if request is None else self._carried_out(request)

    def _take_back(self) -> None:
        if not self.held.go_back():
            return
        log.warning("settings_went_back", reason=INTERRUPTED)
        self._enter("settings", "", State.WENT_BACK, INTERRUPTED)
        try:
            self.machine.bring_into_force(effects_of(["interface", "clock"]))
        except ApplianceError as failure:
            log.error("settings_not_brought_into_force", reason=failure.what)

    def _carried_out(self, request: Request) -> State:
        wanted, self._language = request.wanted, request.language
        self._outcome = Outcome(
            identifier=request.identifier,
            kind=wanted.KIND,
            by=request.by,
            asked_at=request.asked_at,
            state=State.RUNNING,
        )
        self._tell()
        try:
            self._do(request)
        except (RefusedError, ConfigurationError, NotFoundError) as failure:
            self._tell(state=State.REFUSED, why=str(failure), until=None)
        except (ApplianceError, OSError) as failure:
            self._tell(state=State.FAILED, why=_words(failure), until=None)
        state = self._outcome.state
        if not state.is_over:
            self._tell(state=State.DONE, until=None)
            state = State.DONE
        self._enter(wanted.KIND, request.by, state, self._outcome.why)
        log.info("request_carried_out", request=wanted.KIND, state=state)
        return state

    def _do(self, request: Request) -> None:
        match request.wanted:
            case asked.ApplySettings() as wanted:
                paper = Paper(wanted.main, wanted.beside)
                self._apply(request, paper, wanted.base, reason=wanted.reason)
            case asked.RollBackSettings() as wanted:
                version = Versions(self.ledger, self.clock).version(wanted.version)
                self._apply(
                    request,
                    version.paper,
                    wanted.base,
                    reason=wanted.reason,
                    back_to=version.number,
                )
            case asked.SetSecret() | asked.RemoveSecret() as wanted:
                self._secret(request, wanted)
            case asked.NewCertificate():
                pair = new_certificate(self._host_name())
                self._certify(request, pair.public, pair.private)
            case asked.TakeCertificate() as wanted:
                key = wanted.key.encode() or self._present_key()
                expect_serving(wanted.chain.encode(), key, self.clock.wall())
                self._certify(request, wanted.chain.encode(), key)
            case asked.RequestSigning():
                names = self.configuration.console.names
                pem = signing_request(self._present_key(), self._host_name(), names)
                self._tell(lines=tuple(pem.decode().splitlines()))
            case asked.RestartServices():
                self._step(Step.RESTARTING)
                self.machine.bring_into_force(effects_of(["clock"]))
            case asked.InstallUpdate() as wanted:
                self._install(wanted)
            case (
                asked.MakeBackup()
                | asked.ListBackups()
                | asked.VerifyBackup()
                | asked.ExportReports()
                | asked.RollBackUpdate()
                | asked.AcknowledgeUpdate()
            ) as wanted:
                self._command(request.by, wanted)
            case _ as never:
                assert_never(never)

    def _apply(  # noqa: PLR0913 - what a version is kept with
        self,
        request: Request,
        paper: Paper,
        base: str,
        *,
        reason: str,
        back_to: int | None = None,
        secrets: dict[str, bytes | None] | None = None,
    ) -> None:
        versions = Versions(self.ledger, self.clock)
        versions.note(self.held.paper())
        tried = self._trial(request).try_out(paper, base, secrets)
        if tried.went_back:
            self._tell(state=State.WENT_BACK, why=tried.went_back, until=None)
            return
        number = versions.add(paper, request.by, reason, back_to)
        lines = (RESTART_BOX,) if tried.effects.needs_new_start else ()
        self._tell(version=number, lines=lines)

    def _trial(self, request: Request) -> SettingsTrial:
        telling = Telling(
            step=self._step,
            ask_until=self._asking,
            is_kept=lambda: self.folder.is_kept(request.identifier),
        )
        return SettingsTrial(
            held=self.held,
            machine=self.machine,
            look=self.look,
            clock=self.clock,
            telling=telling,
            well_within_s=self.well_within_s,
            steady_s=self.steady_s,
            keep_within_s=self.keep_within_s,
        )

    def _secret(self, request: Request, wanted: asked.SetSecret | asked.RemoveSecret) -> None:
        paper, value = self.held.paper(), None
        if isinstance(wanted, asked.SetSecret):
            value = wanted.value.encode()
            if not value.strip():
                raise RefusedError("it holds nothing", wanted.name)
            after = with_secret(paper, wanted.name) if self.held.is_box else paper
        elif self.held.is_box:
            after = without_secret(paper, wanted.name)
        else:
            after = paper
            if Path(self.held.secret_path(wanted.name)) in named_files(
                self.held.expect_valid(paper)
            ):
                raise RefusedError("a setting names it", wanted.name)
        reason = f"{wanted.KIND} {wanted.name}"
        self._apply(request, after, paper.digest, reason=reason, secrets={wanted.name: value})

    def _certify(self, request: Request, chain: bytes, key: bytes) -> None:
        paper = self.held.paper()
        files = {"certificate_file": CERTIFICATE, "private_key_file": KEY}
        after = paper
        for setting, name in files.items():
            if self.held.is_box:
                after = with_secret(after, name)
            path = ("appliance", "console", setting) if self.held.is_box else ("console", setting)
            after = edited(after, path, self.held.secret_path(name))
        secrets: dict[str, bytes | None] = {CERTIFICATE: chain, KEY: key}
        self._apply(request, after, paper.digest, reason=request.wanted.KIND, secrets=secrets)

    def _present_key(self) -> bytes:
        file = self.configuration.console.private_key_file
        if not file:
            raise NotFoundError("the pages have no key yet", "console.private_key_file")
        return Path(file).read_bytes()

    def _host_name(self) -> str:
        if not self.held.is_box:
            return socket.gethostname()
        return valid_box(self.held.paper(), self.held.secrets()).hostname

    def _install(self, wanted: asked.InstallUpdate) -> None:
        if wanted.device:
            aside = media_dir(self.configuration) / "stick"
            with mounted(Path(wanted.device), aside, read_only=True) as root:
                self._run(["update", "install", f"--stick={root}"])
        else:
            self._step(Step.WORKING)
            self.machine.install_offered()
        if wanted.restart and not self._outcome.state.is_over:
            self._tell(lines=(*self._outcome.lines, RESTART_BOX))
            self.machine.restart_box()

    def _command(self, by: str, wanted: asked.Wanted) -> None:
        if isinstance(wanted, asked.VerifyBackup) and wanted.device:
            aside = media_dir(self.configuration) / "stick"
            with mounted(Path(wanted.device), aside, read_only=True) as root:
                self._run(verifying(self.configuration, root / "DOSEBOX/BACKUP", wanted.backup))
            return
        self._run(words_of(self.configuration, by, wanted))

    def _run(self, words: Sequence[str]) -> None:
        self._step(Step.WORKING)
        said: Said = self.keyboard.run(words, self._language, lambda mib: self._tell(moved_mib=mib))
        if said.exit_code:
            self._tell(state=State.FAILED, why=said.why, lines=said.lines)
        else:
            self._tell(lines=said.lines)

    def _asking(self, until: float) -> None:
        self._step(Step.ASKING)
        self._tell(state=State.ASKS, until=until)

    def _step(self, step: Step) -> None:
        steps = (*self._outcome.steps, (self.clock.wall(), str(step)))
        self._tell(steps=steps, state=State.RUNNING, until=None)

    def _tell(self, **changed: object) -> None:
        self._outcome = replace(self._outcome, **changed)  # type: ignore[arg-type] # its own fields
        self.folder.tell(self._outcome)

    def _enter(self, kind: str, by: str, state: State, why: str) -> None:
        body = {"request": kind, "by": by, "state": str(state), "why": why}
        Journal(self.ledger, self.clock).append(REQUEST_CARRIED_OUT, body)


def words_of(  # noqa: PLR0911 - one a kind
    configuration: Configuration, by: str, wanted: asked.Wanted
) -> list[str]:
    """The command that does it; every value is one word, and none can be taken for an option."""
    match wanted:
        case asked.MakeBackup(device=device):
            return ["backup", "create", f"--by={by}", *_option("device", device)]
        case asked.ListBackups(device=""):
            return ["backup", "list", f"--output={_folder(configuration)}"]
        case asked.ListBackups(device=device):
            return ["backup", "list", f"--device={device}"]
        case asked.VerifyBackup(backup=backup):
            return verifying(configuration, Path(_folder(configuration)), backup)
        case asked.ExportReports() as export:
            studies = [f"--study={each}" for each in export.studies]
            more = [*_option("to", export.destination), *_option("since", export.since), *studies]
            return ["export", f"--device={export.device}", f"--by={by}", *more]
        case asked.RollBackUpdate(reason=reason, restart=restart):
            signed = [f"--by={by}", f"--reason={reason}"]
            return ["update", "rollback", *signed, *(["--restart"] if restart else [])]
        case asked.AcknowledgeUpdate():
            return ["update", "acknowledge", f"--by={by}"]
        case _:
            raise RefusedError("no command does this", wanted.KIND)


def verifying(configuration: Configuration, folder: Path, backup: str) -> list[str]:
    """Raises RefusedError where the settings name no passphrase."""
    file = configuration.backup.passphrase_file
    if not file:
        raise RefusedError("is not set: nothing here opens a backup", "backup.passphrase_file")
    return ["backup", "verify", f"--passphrase-file={file}", str(folder / backup)]


def _folder(configuration: Configuration) -> str:
    if not configuration.backup.folder:
        raise RefusedError("is not set; choose a stick", "backup.folder")
    return configuration.backup.folder


def _option(name: str, value: str) -> list[str]:
    return [f"--{name}={value}"] if value else []


def _words(failure: Exception) -> str:
    if isinstance(failure, OSError):
        return f"{failure.filename or ''}: {failure.strerror or failure}"
    return str(failure)
