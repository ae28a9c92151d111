"""Trying a destination for real: reached, logged in, given a marked object, and that taken back.

Nothing that looks like a dose is ever stored: whether reports are taken is asked by negotiation.

**Knows:** what each kind of destination can be tried with, and what has to be cleaned up.
**Does not know:** how each kind is reached (``destinations``).
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from pydicom.uid import SecondaryCaptureImageStorage, XRayRadiationDoseSRStorage

from appliance import config
from appliance.association import Peer
from appliance.clock import Clock
from appliance.commissioning import Finding, Verdict, What
from appliance.commitment import Commitments, Reference
from appliance.commitment.dialogue import ask
from appliance.commitment.reference import COMMITTED
from appliance.config import Configuration
from appliance.config.destination import MEDIUM, REPORTS
from appliance.connection import ANY_DEVICE
from appliance.destinations import (
    Caller,
    Cause,
    Consignment,
    Delivered,
    Outcome,
    Refused,
    Retry,
    open_destination,
)
from appliance.destinations.fhir_trial import FhirTrial
from appliance.destinations.stow_trial import visit
from appliance.ledger import open_ledger
from appliance.services.commissioning_echo import echoed
from appliance.services.commissioning_object import PATIENT_ID, marked_object

GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
COMMITMENT_S = 60.0
"""How long an answer to a commitment of the marked object is waited for."""
LOOK_S = 0.5
TAKE_IT_AWAY = (
    "Have it deleted there: its patient is TEST-NO-PATIENT.",
    "送信先で削除してください。患者 ID は TEST-NO-PATIENT です。",
)
NOT_BELIEVED = (
    "Ask the keeper of the destination whether it commits such objects.",
    "送信先の管理者に、このオブジェクトの保管確認に対応しているか確認してください。",
)


class Visited(Protocol):
    """A destination of files."""

    def send(self, consignment: Consignment) -> Outcome: ...  # noqa: D102 - of Destination
    def visit(self) -> Outcome: ...  # noqa: D102
    def remove(self, consignment: Consignment) -> Outcome: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class DestinationTrial:
    """Of ``settings``; ``serial`` is the box's, ``stores`` whether the marked object is sent."""

    configuration: Configuration
    settings: config.Destination
    clock: Clock
    serial: str
    stores: bool
    root: Path = Path("/")

    def __call__(self) -> Iterator[Finding]:
        """One finding after the other; what was stored is taken away even when nobody listens."""
        settings = self.settings
        if settings.kind == MEDIUM:
            yield Finding.of(NOTED, What.WAITS_FOR_A_STICK)
            return
        if settings.vpn and not self._has_tunnel():
            yield Finding.of(BAD, What.TUNNEL_NEEDED, Cause.TUNNEL_DOWN.remedy)
            return
        if not settings.test_object:
            yield Finding.of(NOTED, What.OFF_BY_SETTING)
        kinds = {"c-store": self._c_store, "stow": self._stow, "fhir": self._fhir}
        yield from kinds.get(settings.kind, self._files)()

    @property
    def _is_to_store(self) -> bool:
        return self.stores and self.settings.test_object

    @property
    def _caller(self) -> Caller:
        device = self.configuration.vpn.interface if self.settings.vpn else ANY_DEVICE
        return Caller(self.configuration.receiver.ae_title, device)

    def _has_tunnel(self) -> bool:
        device = self.configuration.vpn.interface
        return bool(device) and (self.root / "sys/class/net" / device).exists()

    def _object(self) -> Consignment:
        return marked_object(self.serial, self.settings.name, self.clock.wall())

    def _c_store(self) -> Iterator[Finding]:
        caller = self._caller
        peer = Peer.of(self.settings, caller.ae_title, caller.device)
        classes = (SecondaryCaptureImageStorage, XRayRadiationDoseSRStorage)
        findings = list(echoed(peer, self.clock, classes))
        yield from findings
        if findings[0].what is What.NO_ASSOCIATION:
            return
        yield from self._reports(findings)
        if not self._is_to_store:
            yield Finding.of(NOTED, What.NOTHING_STORED)
            return
        marked = self._object()
        stored = yield from self._stored(marked)
        if stored and self.settings.commitment.ask:
            yield from self._committed(peer, marked)

    def _reports(self, findings: list[Finding]) -> Iterator[Finding]:
        """Whether dose reports would be taken, by what was agreed on; none is sent."""
        if REPORTS not in self.settings.send:
            return
        name = XRayRadiationDoseSRStorage.name
        taken = any(
            each.what is What.CONTEXT_ACCEPTED and each.values["name"] == name for each in findings
        )
        remedy = None if taken else Cause.SOP_CLASS_NOT_ACCEPTED.remedy
        what = What.REPORTS_TAKEN if taken else What.REPORTS_NOT_TAKEN
        yield Finding.of(GOOD if taken else BAD, what, remedy, name=name)

    def _stored(self, marked: Consignment) -> Generator[Finding, None, bool]:
        """Send it where nothing can be taken back; whether it arrived."""
        yield _about_to_send(marked)
        with closing(open_destination(self.settings, self._caller)) as destination:
            delivered = told(destination.send(marked), What.DELIVERED)
        yield delivered
        if delivered.what is not What.DELIVERED:
            return False
        uid = marked.sop_instance_uid
        yield Finding.of(NOTED, What.STAYS_THERE, TAKE_IT_AWAY, uid=uid, patient=PATIENT_ID)
        return True

    def _committed(self, peer: Peer, marked: Consignment) -> Iterator[Finding]:
        """Ask the destination to keep it, and wait a while for its word."""
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            commitments = Commitments(ledger, self.clock)
            reference = Reference(marked.sop_class_uid, marked.sop_instance_uid)
            question = commitments.ask_apart(self.settings.name, reference)
            open_s = self.settings.commitment.open_s
            unheard = ask(peer, question, open_s, commitments.note)
            if unheard is not None:
                reason = unheard.reason
                yield Finding.of(BAD, What.COMMITMENT_NOT_TAKEN, NOT_BELIEVED, reason=reason)
                return
            until = self.clock.monotonic() + COMMITMENT_S
            while (verdict := commitments.verdict(question)) is None:
                if self.clock.monotonic() > until:
                    seconds = round(COMMITMENT_S)
                    yield Finding.of(DOUBTFUL, What.COMMITMENT_PENDING, None, seconds=seconds)
                    return
                self.clock.sleep(LOOK_S)
        finally:
            ledger.close()
        if verdict == COMMITTED:
            yield Finding.of(GOOD, What.COMMITTED)
        else:
            reason = f"0x{verdict:04X}"
            yield Finding.of(BAD, What.NOT_COMMITTED, NOT_BELIEVED, reason=reason)

    def _stow(self) -> Iterator[Finding]:
        visited = told(visit(self.settings, self._caller, PATIENT_ID), What.SERVER_SAYS)
        if not self._is_to_store:
            yield visited
            yield Finding.of(NOTED, What.NOTHING_STORED)
            return
        if visited.verdict is GOOD:  # a server need not answer questions to take objects
            yield visited
        yield from self._stored(self._object())

    def _fhir(self) -> Iterator[Finding]:
        trial = FhirTrial(self.settings, self._caller)
        try:
            visited = told(trial.visit(), What.SERVER_SAYS)
            yield visited
            if visited.verdict is not GOOD or not self._is_to_store:
                yield Finding.of(NOTED, What.NOTHING_STORED)
                return
            outcome, made = trial.store()
            try:
                yield told(outcome, What.DELIVERED)
            finally:
                removed = trial.remove(made) if made else None
            if isinstance(outcome, Delivered):
                yield _of_removal(removed or Refused(Cause.ANSWER_UNCLEAR, "no location"))
        finally:
            trial.close()

    def _files(self) -> Iterator[Finding]:
        destination = cast("Visited", open_destination(self.settings, self._caller))
        try:
            visited = told(destination.visit(), What.LOGGED_IN)
            yield visited
            if visited.verdict is not GOOD or not self._is_to_store:
                yield Finding.of(NOTED, What.NOTHING_STORED)
                return
            marked = self._object()
            yield _about_to_send(marked)
            outcome: Outcome | None = None
            removed: Outcome | None = None
            try:
                outcome = destination.send(marked)
                yield told(outcome, What.DELIVERED)
            finally:  # also when nobody listens any more, or nobody knows what arrived
                if outcome is None or isinstance(outcome, Delivered):
                    removed = destination.remove(marked)
            if removed is not None:
                yield _of_removal(removed)
        finally:
            destination.close()


def told(outcome: Outcome, what: What) -> Finding:
    """An outcome as a finding; ``what`` is its word where it is good."""
    match outcome:
        case Delivered(note):
            return Finding.of(GOOD, what, None, note=note or "-")
        case Retry(cause, detail) | Refused(cause, detail):
            said = {"cause": cause, "detail": detail or "-"}
            return Finding.of(BAD, What.NOT_DELIVERED, cause.remedy, **said)


def _about_to_send(marked: Consignment) -> Finding:
    """Said before: so it stands there of a try that was cancelled meanwhile."""
    return Finding.of(Verdict.NOTED, What.SENDING, None, uid=marked.sop_instance_uid)


def _of_removal(outcome: Outcome) -> Finding:
    if isinstance(outcome, Delivered):
        return Finding.of(GOOD, What.REMOVED)
    said = {"cause": outcome.cause, "detail": outcome.detail or "-"}
    return Finding.of(DOUBTFUL, What.NOT_REMOVED, TAKE_IT_AWAY, **said)
