"""The clerk's errand to destinations that were sent objects: do they keep them?

**Knows:** when to ask, when to ask again or send again, when to give up, and what is alarming.
**Does not know:** how the dialogue goes (``commitment``), and how an object is sent (``courier``).
"""

from dataclasses import dataclass, field

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.association import Peer
from appliance.clock import Clock
from appliance.commitment import Commitments, Due
from appliance.commitment.dialogue import ask
from appliance.config import Configuration
from appliance.connection import ANY_DEVICE
from appliance.ledger import Ledger
from appliance.outbox import Outbox

SECONDS_PER_HOUR, SECONDS_PER_MINUTE = 3600, 60
MOST_ANSWERS = 1000
"""Taken in at a time."""
MOST_DOUBLINGS = 30
WRITING_S = 120.0
"""Far more than it takes to write down what was asked and answered."""


def commitment_questions(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "CommitmentQuestions | None":
    """The errand; None, and its alarms cleared, where no destination is asked."""
    alarms = Alarms(ledger, clock)
    asked = [each for each in configuration.destination if each.commitment.ask]
    names = {each.name for each in asked}
    for alarm in alarms.raised():
        if alarm.code == AlarmCode.COMMITMENT_LACKING and alarm.subject not in names:
            alarms.clear(alarm.code, alarm.subject)
    if not asked:
        return None
    outbox = Outbox(configuration.outbox_dir, ledger, clock)
    commitments = Commitments(ledger, clock)
    return CommitmentQuestions(configuration, asked, ledger, commitments, outbox, alarms, clock)


@dataclass
class CommitmentQuestions:
    """Asks one destination after the other."""

    configuration: Configuration
    destinations: list[config.Destination]
    ledger: Ledger
    commitments: Commitments
    outbox: Outbox
    alarms: Alarms
    clock: Clock
    name: str = "commitment-questions"
    _failures: dict[str, int] = field(default_factory=dict)
    _not_before: dict[str, float] = field(default_factory=dict)

    @property
    def longest_s(self) -> float:
        """Every destination answers in the last moment."""
        return WRITING_S + sum(
            each.connection_timeout_s + 3 * each.timeout_s + each.commitment.open_s
            for each in self.destinations
        )

    def work_next(self) -> bool:
        """Take in what was answered, then ask whom there is something to ask; False if nobody."""
        again_s = {each.name: _answer_within_s(each) for each in self.destinations}
        while self.commitments.take_in(MOST_ANSWERS, again_s):
            continue
        return sum(map(self._look_after, self.destinations)) > 0  # every one of them has its turn

    def _look_after(self, settings: config.Destination) -> bool:
        self._send_again(settings)
        now, patience_s = self.clock.wall(), settings.commitment.give_up_after_h * SECONDS_PER_HOUR
        heard_s = max(_answer_within_s(settings), settings.retry_max_s) + self.longest_s
        given_up = self.commitments.give_up(settings.name, now - patience_s, now - heard_s)
        if given_up:
            log.error("commitments_given_up", destination=settings.name, objects=given_up)
        self._tell_what_lacks(settings)
        if self.clock.monotonic() < self._not_before.get(settings.name, 0.0):
            return False
        most, again_s = settings.commitment.most_objects, _answer_within_s(settings)
        due = self.commitments.ask(settings.name, most, again_s)
        if due is not None:
            self._ask(settings, due)
        return due is not None

    def _ask(self, settings: config.Destination, due: Due) -> None:
        device = self.configuration.vpn.interface if settings.vpn else ANY_DEVICE
        peer = Peer.of(settings, self.configuration.receiver.ae_title, device)
        unheard = ask(peer, due.question, settings.commitment.open_s, self.commitments.note)
        told = {
            "destination": settings.name,
            "transaction_uid": due.question.transaction_uid,
            "objects": len(due.question.references),
        }
        if unheard is None:
            self._failures[settings.name] = 0
            log.info("commitment_asked", **told)
            return
        pause_s = self._pause_s(settings)
        self._not_before[settings.name] = self.clock.monotonic() + pause_s
        self.commitments.not_asked(due, pause_s)
        self.alarms.raise_(AlarmCode.COMMITMENT_LACKING, settings.name, unheard.reason)
        log.warning("commitment_not_asked", **told, reason=unheard.reason, pause_s=f"{pause_s:.1f}")

    def _send_again(self, settings: config.Destination) -> None:
        for missing in self.commitments.missing(settings.name):
            with self.ledger.transaction():
                may = missing.sent_again < settings.commitment.send_again
                if may and self.outbox.send_again(missing.kept_uid, settings.name):
                    self.commitments.send_again(settings.name, missing)
                else:
                    self.commitments.fail(settings.name, missing)
            log.error(
                "delivered_object_missing",
                destination=settings.name,
                instance=missing.kept_uid,
                sent_again=missing.sent_again,
            )

    def _tell_what_lacks(self, settings: config.Destination) -> None:
        failed = self.commitments.failed_count(settings.name)
        if failed:
            detail = f"objects: {failed}"
            self.alarms.raise_(AlarmCode.COMMITMENT_LACKING, settings.name, detail)
        elif not (self._failures.get(settings.name) and self.commitments.has_open(settings.name)):
            self.alarms.clear(AlarmCode.COMMITMENT_LACKING, settings.name)

    def _pause_s(self, settings: config.Destination) -> float:
        failures = self._failures.get(settings.name, 0)
        self._failures[settings.name] = failures + 1
        doubled = settings.retry_first_s * 2.0 ** min(failures, MOST_DOUBLINGS)
        return min(doubled, settings.retry_max_s)


def _answer_within_s(settings: config.Destination) -> float:
    return settings.commitment.answer_within_min * SECONDS_PER_MINUTE
