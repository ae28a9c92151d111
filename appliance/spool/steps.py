"""Keeping messages about performed procedure steps: one after the other, in the order they came."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.errors import UnreadableObjectError
from appliance.spool.arrival import Arrival, Verdict
from appliance.spool.folder import Buffer
from appliance.spool.spool import Spool
from appliance.spool.step import (
    StepMessage,
    StepVerdict,
    judged_change,
    judged_new,
    read_message,
)


@dataclass(frozen=True, slots=True)
class StepKept:
    """A message that is durable, or why it was not kept; ``instance_id`` is its row."""

    verdict: StepVerdict
    instance_id: int | None = None
    state: str = ""


class Steps:
    """Messages into ``spool``; for the receiver, safe to use from several threads."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        # What is judged must still be so when it is written.
        self._lock = threading.Lock()

    def create(self, arrival: Arrival, dataset: Sequence[Buffer]) -> StepKept:
        """Keep what creates a step; raises OutOfResourcesError as ``Spool.keep``."""
        with self._lock:
            if (known := self._known(arrival, dataset)) is not None:
                return known
            if self._spool.step_state(arrival.sop_instance_uid) is not None:
                return StepKept(StepVerdict.DUPLICATE)
            message = _read(arrival, dataset)
            verdict = judged_new(message) if message else StepVerdict.UNREADABLE
            return self._keep(arrival, dataset, message, verdict)

    def update(self, arrival: Arrival, dataset: Sequence[Buffer]) -> StepKept:
        """Keep what sets a step; raises OutOfResourcesError as ``Spool.keep``."""
        with self._lock:
            if (known := self._known(arrival, dataset)) is not None:
                return known
            before = self._spool.step_state(arrival.sop_instance_uid)
            message = _read(arrival, dataset)
            nothing = StepMessage(None, ())
            verdict = judged_change(message or nothing, before)
            if message is None and verdict is StepVerdict.NEW:
                verdict = StepVerdict.UNREADABLE
            return self._keep(arrival, dataset, message, verdict)

    def _known(self, arrival: Arrival, dataset: Sequence[Buffer]) -> StepKept | None:
        instance_id = self._spool.id_of(arrival, dataset)
        return StepKept(StepVerdict.REPEAT, instance_id) if instance_id is not None else None

    def _keep(
        self,
        arrival: Arrival,
        dataset: Sequence[Buffer],
        message: StepMessage | None,
        verdict: StepVerdict,
    ) -> StepKept:
        if message is None or verdict is not StepVerdict.NEW:
            return StepKept(verdict)
        kept = self._spool.keep(arrival, dataset, message)
        repeated = kept.verdict is Verdict.REPEAT
        verdict = StepVerdict.REPEAT if repeated else StepVerdict.NEW
        return StepKept(verdict, kept.instance_id, message.state or "")


def _read(arrival: Arrival, dataset: Sequence[Buffer]) -> StepMessage | None:
    try:
        return read_message(arrival, dataset)
    except UnreadableObjectError:
        return None
