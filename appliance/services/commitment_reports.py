"""The clerk's errand to those who asked the box to keep objects: what is kept, and telling them.

**Knows:** when an object counts as committed, whom to call, how often, and when to give up.
**Does not know:** how the dialogue goes (``commitment``), and who may ask (``receive``).
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.association import Peer
from appliance.clock import Clock
from appliance.commitment import (
    COMMITTED,
    Commitments,
    FailureReason,
    Reference,
    Request,
    Requests,
    RequestState,
)
from appliance.commitment.dialogue import Unheard, tell
from appliance.config import Configuration, Scanner, scanner_for
from appliance.config.commitment import KEPT
from appliance.ledger import Ledger
from appliance.sop_classes import STORAGE_CLASSES
from appliance.spool.wholeness import contents
from appliance.tls import Credentials

SECONDS_PER_HOUR = 3600
LOOK_AGAIN_S = 10.0
"""Between looks whether a destination has committed."""
MOST_DOUBLINGS = 30
JUDGING_S = 120.0
"""Far more than it takes to look for the objects of one request."""


def commitment_reports(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "CommitmentReports":
    """The errand; it also ends what was asked before a scanner was taken out of the file."""
    alarms = Alarms(ledger, clock)
    requests = Requests(ledger, clock)
    for alarm in alarms.raised():
        if alarm.code is AlarmCode.COMMITMENT_NOT_REPORTED and not _can_be_told(
            configuration, alarm.subject, requests.addresses(alarm.subject)
        ):
            alarms.clear(alarm.code, alarm.subject)
    return CommitmentReports(
        configuration, ledger, requests, Commitments(ledger, clock), alarms, clock
    )


def _can_be_told(configuration: Configuration, calling_ae: str, addresses: Iterable[str]) -> bool:
    """Whether a scanner has that AE title, or may have it and the address of one that asked."""
    titles = {each.ae_title.strip() for each in configuration.scanner}
    known = (scanner_for(configuration, calling_ae, each) for each in addresses)
    return calling_ae in titles or any(each is not None for each in known)


@dataclass
class CommitmentReports:
    """Judges requests and reports them, one after the other."""

    configuration: Configuration
    ledger: Ledger
    requests: Requests
    commitments: Commitments
    alarms: Alarms
    clock: Clock
    name: str = "commitment-reports"

    @property
    def longest_s(self) -> float:
        """A call to the scanner that may take its time most."""
        times = [
            each.commitment.connection_timeout_s + 3 * each.commitment.timeout_s
            for each in self.configuration.scanner
        ]
        return max(times, default=0.0) + JUDGING_S

    def work_next(self) -> bool:
        """Judge the request that is due first, or report one; False when none is."""
        if request := self.requests.due(RequestState.OPEN):
            self._judge(request)
        elif request := self.requests.due(RequestState.JUDGED):
            self._report(request)
        return request is not None

    def _judge(self, request: Request) -> None:
        references = self.requests.verdicts(request)
        if request.is_duplicate:
            verdicts = dict.fromkeys(references, int(FailureReason.DUPLICATE_TRANSACTION_UID))
            self.requests.judge(request, verdicts)
            return
        when = self._when(request)
        verdicts = {each: self._verdict(each, when) for each in references}
        uncommitted = list(self._uncommitted(when, verdicts))
        if uncommitted and self._age_s(request) < self._patience_s:
            self.requests.postpone(request, LOOK_AGAIN_S)
            return
        late = dict.fromkeys(uncommitted, int(FailureReason.PROCESSING_FAILURE))
        self.requests.judge(request, verdicts | late)

    def _when(self, request: Request) -> str:
        scanner = self._scanner(request)
        return (scanner.commitment.when if scanner else "") or self.configuration.commitment.when

    def _verdict(self, reference: Reference, when: str) -> int:
        """Whether the object is here, whole and on the disk, or where it has to be committed.

        Of a UID that came with two contents an archive keeps one, and does not say which.
        """
        folder, uid = self.configuration.spool_dir, reference.sop_instance_uid
        came = contents(self.ledger, folder, uid)
        are_whole = all(each.is_whole for each in came)
        if len(came) > 1 and not (when == KEPT and are_whole):
            return FailureReason.PROCESSING_FAILURE
        classes = {each.sop_class_uid for each in came if each.is_whole}
        if when != KEPT:
            classes |= self.commitments.classes(uid, when)
        if reference.sop_class_uid in classes:
            return COMMITTED
        if classes:
            return FailureReason.CLASS_INSTANCE_CONFLICT
        if reference.sop_class_uid not in STORAGE_CLASSES:
            return FailureReason.REFERENCED_SOP_CLASS_NOT_SUPPORTED
        return FailureReason.NO_SUCH_OBJECT_INSTANCE

    def _uncommitted(self, when: str, verdicts: dict[Reference, int]) -> Iterator[Reference]:
        """Objects that are here, but not yet where they have to be committed."""
        if when == KEPT:
            return
        for reference, verdict in verdicts.items():
            uid = reference.sop_instance_uid
            if verdict == COMMITTED and not self.commitments.is_committed(uid, when):
                yield reference

    def _report(self, request: Request) -> None:
        peer = self._peer(request)
        answer = self.requests.answer(request)
        unheard = tell(peer, answer) if peer else Unheard("no scanner, or no port to call it at")
        told = {
            "transaction_uid": request.transaction_uid,
            "calling_ae": request.calling_ae,
            "objects": len(answer.verdicts),
            "failed": sum(map(bool, answer.verdicts.values())),
        }
        if unheard is None:
            self.requests.reported(request)
            self.alarms.clear(AlarmCode.COMMITMENT_NOT_REPORTED, request.calling_ae)
            log.info("commitment_reported", **told, association="new")
            return
        self.alarms.raise_(AlarmCode.COMMITMENT_NOT_REPORTED, request.calling_ae, unheard.reason)
        if peer is None or self._age_s(request) > self._limit_s:
            self.requests.give_up(request)
            log.error("commitment_given_up", **told, reason=unheard.reason)
        else:
            pause_s = self._pause_s(request)
            self.requests.failed(request, unheard.reason, pause_s)
            log.warning(
                "commitment_not_reported", **told, reason=unheard.reason, pause_s=f"{pause_s:.1f}"
            )

    def _peer(self, request: Request) -> Peer | None:
        scanner = self._scanner(request)
        if scanner is None or not scanner.commitment.port:
            return None
        settings = scanner.commitment
        return Peer(
            ae_title=request.calling_ae,
            host=settings.host or request.address,
            port=settings.port,
            calling_ae_title=request.called_ae or self.configuration.receiver.ae_title,
            connection_timeout_s=settings.connection_timeout_s,
            timeout_s=settings.timeout_s,
            credentials=Credentials.of(settings.tls) if settings.tls.enabled else None,
        )

    def _scanner(self, request: Request) -> Scanner | None:
        return scanner_for(self.configuration, request.calling_ae, request.address)

    def _age_s(self, request: Request) -> float:
        return self.clock.wall() - request.requested_at

    @property
    def _patience_s(self) -> float:
        return self.configuration.commitment.wait_h * SECONDS_PER_HOUR

    @property
    def _limit_s(self) -> float:
        return self.configuration.commitment.give_up_after_h * SECONDS_PER_HOUR

    def _pause_s(self, request: Request) -> float:
        settings = self.configuration.commitment
        doubled = settings.retry_first_s * 2.0 ** min(request.attempts, MOST_DOUBLINGS)
        return min(doubled, settings.retry_max_s) * (1 + random.random()) / 2  # noqa: S311 - jitter
