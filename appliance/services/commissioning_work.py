"""A trial that runs beside the pages: what it has found so far, and what came of it in the end.

A peer may take a connection and say nothing; then the trial goes on in its thread until its own
time-outs end it, while nobody waits for it any more.

**Knows:** that a trial can be cancelled, fail, and take too long; that each ends as one result.
**Does not know:** what is tried.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from appliance import log
from appliance.clock import Clock
from appliance.commissioning import Finding, Outcome, Result, Step, Verdict, What, outcome_of

LONGEST_S = 900.0
"""Then it is ended as one that took too long, whatever it still does."""
Trial = Callable[[], Iterator[Finding]]
Keep = Callable[[Result], None]


@dataclass
class Work:
    """One try of a step; ``keep`` is called once, from whichever thread ends it."""

    step: Step
    subject: str
    by: str
    trial: Trial
    keep: Keep
    clock: Clock
    note: str = ""
    longest_s: float = LONGEST_S
    findings: list[Finding] = field(default_factory=list)
    began_at: float = 0.0
    ended_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _is_kept: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Work":
        """Begin."""
        self.began_at = self.clock.wall()
        name = f"commissioning-{self.step}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._watch = threading.Timer(self.longest_s, self._expire)
        self._watch.daemon = True
        self._watch.start()
        self._thread.start()
        return self

    @property
    def is_running(self) -> bool:
        """Whether no result was kept yet."""
        return not self._is_kept.is_set()

    @property
    def holds_a_thread(self) -> bool:
        """Whether something of it still goes on, result or not."""
        return self._thread.is_alive()

    def cancel(self) -> bool:
        """End it now; False when it had ended. What it does goes on until its next finding."""
        return self._end(Outcome.CANCELLED)

    def join(self, longest_s: float) -> None:
        """Wait for what it still does."""
        self._thread.join(longest_s)

    def _expire(self) -> None:
        seconds = round(self.longest_s)
        late = Finding.of(Verdict.BAD, What.TOOK_TOO_LONG, None, seconds=seconds)
        self._end(Outcome.FAILED, late)

    def _run(self) -> None:
        try:
            for finding in self._found():
                with self._lock:
                    if self._is_over.is_set():
                        break
                    self.findings.append(finding)
        except Exception as failure:  # noqa: BLE001 - whatever a peer made of it, the pages go on
            place = log.place_of(failure)
            log.error("commissioning_trial_failed", step=self.step, reason=place)
            self._end(
                Outcome.FAILED, Finding.of(Verdict.BAD, What.TRIAL_FAILED, None, reason=place)
            )
            return
        self._end(outcome_of(self.findings))

    def _found(self) -> Iterator[Finding]:
        """The trial's findings; it cleans up before this ends, cancelled or not."""
        findings = self.trial()
        try:
            yield from findings
        finally:
            close = getattr(findings, "close", None)
            if close is not None:
                close()

    def _end(self, outcome: Outcome, *more: Finding) -> bool:
        with self._lock:
            if self._is_over.is_set():
                return False
            self.findings.extend(more)
            self.ended_at = self.clock.wall()
            self._is_over.set()
        self._watch.cancel()
        try:
            self.keep(self._result(outcome))
        finally:
            self._is_kept.set()
        log.info(
            "commissioning_tried",
            step=self.step,
            outcome=outcome,
            findings=len(self.findings),
            elapsed_s=f"{self.ended_at - self.began_at:.1f}",
        )
        return True

    def _result(self, outcome: Outcome) -> Result:
        return Result(
            step=self.step,
            subject=self.subject,
            outcome=outcome,
            by=self.by,
            began_at=self.began_at,
            ended_at=self.ended_at or self.began_at,
            findings=tuple(self.findings),
            note=self.note,
        )
