"""What pages show of steps, results and findings: values with a state, a word and a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from appliance.commissioning import Finding, Outcome, Result, Step, Verdict
from appliance.console.commissioning.desk import Running
from appliance.console.commissioning.words import said, step_name, subject_name
from appliance.texts import Texts

GOOD, DOUBT, BAD, IDLE, GOING = "good", "doubt", "bad", "idle", "going"
STATES = {
    Outcome.PASSED: GOOD,
    Outcome.DOUBTFUL: DOUBT,
    Outcome.FAILED: BAD,
    Outcome.LEFT_OUT: IDLE,
    Outcome.CANCELLED: IDLE,
    Outcome.NOTHING: IDLE,
}
OF_FINDING = {
    Verdict.GOOD: GOOD,
    Verdict.NOTED: IDLE,
    Verdict.DOUBTFUL: DOUBT,
    Verdict.BAD: BAD,
}
WORST = (GOING, BAD, DOUBT, IDLE, GOOD)
Under = Mapping[tuple[Step, str], Running]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: ``state`` is its badge, ``word`` what the badge says."""

    state: str
    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A subject of a step, and how it is: ``state`` and ``word`` of its badge.

    Attributes:
        by: Who tried it last, or tries it; empty: nobody yet.
        at: When that ended, or began; None: not yet.
        earlier: Tries before the last one.
    """

    subject: str
    name: str
    state: str
    word: str
    is_running: bool = False
    is_settled: bool = False
    by: str = ""
    at: float | None = None
    note: str = ""
    earlier: int = 0
    findings: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step with its parts; ``state`` is the worst of theirs."""

    step: Step
    number: int
    name: str
    about: str
    state: str
    word: str
    parts: tuple[Part, ...]

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to do."""
        return all(each.is_settled for each in self.parts)


def step_view(
    step: Step,
    subjects: Sequence[str],
    results: Sequence[Result],
    running: Under,
    texts: Texts,
) -> StepView:
    """A step as it is now."""
    mine = [each for each in results if each.step is step]
    parts = tuple(
        _part(
            subject_name(step, subject, texts),
            subject,
            [each for each in mine if each.subject == subject],
            running.get((step, subject)),
            texts,
        )
        for subject in subjects
    )
    worst = min(parts, key=lambda each: WORST.index(each.state)) if parts else None
    return StepView(
        step=step,
        number=list(Step).index(step) + 1,
        name=step_name(step, texts),
        about=texts.say(f"commissioning_step.{step}_about"),
        state=worst.state if worst else IDLE,
        word=worst.word if worst else texts.say("commissioning.nothing_to_try"),
        parts=parts,
    )


def found(findings: Iterable[Finding], texts: Texts) -> tuple[Found, ...]:
    """In the words of who reads."""
    return tuple(
        Found(
            OF_FINDING[each.verdict],
            texts.say(f"commissioning.verdict_{each.verdict}"),
            said(each, texts),
        )
        for each in findings
    )


def _part(
    name: str, subject: str, tries: Sequence[Result], running: Running | None, texts: Texts
) -> Part:
    """``tries`` are those of the subject, the oldest first."""
    if running is not None:
        return Part(
            subject=subject,
            name=name,
            state=GOING,
            word=texts.say("commissioning.going"),
            is_running=True,
            by=running.by,
            at=running.began_at,
            findings=found(running.findings, texts),
        )
    if not tries:
        word = texts.say("commissioning.open_step")
        return Part(subject=subject, name=name, state=IDLE, word=word)
    result = tries[-1]
    return Part(
        subject=subject,
        name=name,
        state=STATES[result.outcome],
        word=texts.say(f"commissioning.outcome_{result.outcome}"),
        is_settled=result.outcome.is_settled,
        by=result.by,
        at=result.ended_at,
        note=_note(result, texts),
        earlier=len(tries) - 1,
        findings=found(result.findings, texts),
    )


def _note(result: Result, texts: Texts) -> str:
    if result.outcome is Outcome.LEFT_OUT:
        return texts.say("commissioning.left_out_because", why=result.note)
    return texts.say("commissioning.asked_with", note=result.note) if result.note else ""
