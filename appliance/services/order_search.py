"""The clerk's errand to the RIS: an order for each study that comes in.

**Knows:** which studies to ask about, when to ask again, when to give up, and what is alarming.
**Does not know:** how to ask and which answer is right (``orders``), what becomes of the answer.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.orders.asking import NoOrder, Unused, ask
from appliance.orders.inquiry import ATTRIBUTES, Inquiry, inquiry_of
from appliance.orders.order import Order
from appliance.orders.register import Arrived, Register, Search, State
from appliance.orders.worklist import Unanswered, Worklist
from appliance.services.audit_queries import queries_told
from appliance.spool import Instance, Spool

SECONDS_PER_HOUR, SECONDS_PER_DAY = 3600, 86400
ABSENT_FIRST_S = 300.0
"""After so long a RIS that knew no order is asked again; each time twice as long."""
MOST_DOUBLINGS = 30
MOST_TIMEOUTS = 30
"""Time-outs that one study can take; a RIS that makes it longer is taken for one that hangs."""


def order_search(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "OrderSearch | None":
    """The errand; None, and its alarms cleared, on a site without a RIS."""
    alarms = Alarms(ledger, clock)
    if not configuration.worklist.host:
        alarms.clear(AlarmCode.WORKLIST_UNREACHABLE)
        alarms.clear(AlarmCode.WORKLIST_ANSWER_UNUSED)
        return None
    asked = queries_told(configuration, ledger, clock, configuration.worklist)
    return OrderSearch(
        configuration,
        Register(configuration.orders_dir, ledger),
        Spool(configuration.spool_dir, ledger, clock),
        Worklist(configuration.worklist, configuration.receiver.ae_title, asked),
        alarms,
        clock,
    )


@dataclass
class OrderSearch:
    """Looks for orders, one study after the other."""

    configuration: Configuration
    register: Register
    spool: Spool
    worklist: Worklist
    alarms: Alarms
    clock: Clock
    name: str = "orders"
    _seen_id: int = 0
    _failures: int = 0
    _rests_until: float = 0.0

    @property
    def longest_s(self) -> float:
        """Every question to a RIS that answers in the last moment."""
        settings = self.configuration.worklist
        return settings.connection_timeout_s + MOST_TIMEOUTS * settings.timeout_s

    @property
    def _patience_s(self) -> float:
        return self.configuration.worklist.give_up_after_h * SECONDS_PER_HOUR

    def work_next(self) -> bool:
        """Note what came in, then ask about the study that is due first; False when none is."""
        while self._note_arrivals():
            continue
        self._tell_unused()
        if self.clock.monotonic() < self._rests_until:
            return False
        now = self.clock.wall()
        search = self.register.due(now, now + self._patience_s)
        if search is None:
            return False
        self._ask(search)
        return True

    def _note_arrivals(self) -> bool:
        """Begin, or begin again, to search for each study that something new came of."""
        after_id = max(self._seen_id, self.register.watermark())
        arrived = self.register.arrivals(after_id)
        now, settings = self.clock.wall(), self.configuration.worklist
        newest = {
            each.study_instance_uid: each
            for each in arrived
            if now - each.received_at < settings.max_age_days * SECONDS_PER_DAY
        }
        for each in newest.values():
            self._begin(each, now)
        self._seen_id = max([after_id, *(each.instance_id for each in arrived)])
        return bool(arrived)

    def _begin(self, newest: Arrived, now: float) -> None:
        study = newest.study_instance_uid
        known = self.register.search(study)
        search = Search(study, newest.instance_id, State.ASKING, "", "", 0, now, now)
        if known is not None and known.state in {State.ANSWERED, State.ASKING}:
            search = replace(known, last_instance_id=newest.instance_id)
        self.register.note(search)

    def _ask(self, search: Search) -> None:
        search = replace(search, attempts=search.attempts + 1)
        inquiry = self._inquiry(search.study_instance_uid)
        if inquiry is None or self._is_old(inquiry):
            self.register.note(replace(search, state=State.PASSED_OVER, reason=""))
            return
        by_patient = self.configuration.worklist.by_patient
        match ask(self.worklist, inquiry, by_patient=by_patient):
            case Unanswered(detail):
                self._failed(search, detail)
                return
            case Order() as order:
                self.register.note(replace(search, state=State.ANSWERED, reason=""), order)
                log.info("order_found", **_told(search))
            case NoOrder():
                pause_s = _doubled(ABSENT_FIRST_S, search.attempts)
                self._again(replace(search, state=State.ABSENT, reason=""), pause_s)
                log.info("order_not_found", **_told(search))
            case Unused(reason):
                self.register.note(replace(search, state=State.UNUSED, reason=reason))
                log.warning("order_not_used", **_told(search), reason=reason)
        self._failures = 0
        self.alarms.clear(AlarmCode.WORKLIST_UNREACHABLE)

    def _failed(self, search: Search, detail: str) -> None:
        """Leave the RIS alone for a while, longer each time; boxes do not come back at once."""
        self._failures += 1
        settings = self.configuration.worklist
        longest_s = min(_doubled(settings.retry_first_s, self._failures), settings.retry_max_s)
        pause_s = longest_s * (1 + random.random()) / 2  # noqa: S311 - jitter
        self._rests_until = self.clock.monotonic() + pause_s
        self._again(replace(search, reason=detail), pause_s)
        self.alarms.raise_(AlarmCode.WORKLIST_UNREACHABLE, "", detail)
        log.warning(
            "worklist_not_reached", **_told(search), reason=detail, pause_s=f"{pause_s:.1f}"
        )

    def _again(self, search: Search, pause_s: float) -> None:
        now = self.clock.wall()
        left_s = self._patience_s - abs(now - search.asked_at)
        if left_s <= 0:
            self.register.note(replace(search, state=State.GIVEN_UP))
        else:
            self.register.note(replace(search, due_at=now + min(pause_s, left_s)))

    def _inquiry(self, study: str) -> Inquiry | None:
        """What the study's objects say; None when none of them can be read."""
        headers = []
        for instance in _telling(self.spool.instances(study)):
            try:
                headers.append(self.spool.open_attributes(instance, ATTRIBUTES))
            except UnreadableObjectError:
                log.warning("object_left_out", object=instance.sop_instance_uid)
        return inquiry_of(headers) if headers else None

    def _is_old(self, inquiry: Inquiry) -> bool:
        days = self.configuration.worklist.max_age_days
        since = datetime.fromtimestamp(self.clock.wall(), UTC) - timedelta(days=days + 1)
        return bool(inquiry.study_date) and inquiry.study_date < since.strftime("%Y%m%d")

    def _tell_unused(self) -> None:
        """Put the alarm about answers that were not used right, if it has changed."""
        reasons = self.register.unused_since(self.clock.wall() - self._patience_s)
        if reasons:
            detail = ", ".join(f"{reason}: {studies}" for reason, studies in reasons.items())
            self.alarms.raise_(AlarmCode.WORKLIST_ANSWER_UNUSED, "", detail)
        else:
            self.alarms.clear(AlarmCode.WORKLIST_ANSWER_UNUSED)


def _telling(instances: Sequence[Instance]) -> list[Instance]:
    """The first object of each class and sender, and the newest one."""
    kinds = {(each.sop_class_uid, each.calling_ae): each for each in reversed(instances)}
    chosen = {each.id: each for each in [*kinds.values(), *instances[-1:]]}
    return [chosen[key] for key in sorted(chosen)]


def _told(search: Search) -> dict[str, object]:
    return {"study": search.study_instance_uid, "attempts": search.attempts}


def _doubled(first_s: float, times: int) -> float:
    return first_s * 2.0 ** min(times - 1, MOST_DOUBLINGS)
