"""What happened to a study, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.console.studies import words
from appliance.console.studies.desk import Course
from appliance.console.studies.plain_text import visible
from appliance.outbox import State
from appliance.quarantine import Case, Settlement
from appliance.spool import Outcome
from appliance.texts import Texts

BADGES = {
    Outcome.REPORTED: "good",
    Outcome.QUARANTINED: "doubt",
    Outcome.SET_ASIDE: "idle",
    State.DELIVERED: "good",
    State.REFUSED: "bad",
    State.WAITING: "going",
    State.LEASED: "going",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened.

    Attributes:
        at: Seconds since the epoch.
        said: What, as a sentence.
        badge: good, doubt, bad, idle or going.
        more: Further sentences.
        until: When the last of it happened, where it took a while.
        link: An address that says more, or empty.
    """

    at: float
    said: str
    badge: str = "idle"
    more: tuple[str, ...] = field(default=())
    until: float | None = None
    link: str = ""


def timeline(course: Course, texts: Texts) -> list[Happening]:
    """Everything about a study, the oldest first."""
    found = [
        *_received(course, texts),
        *_steps(course, texts),
        *_asked(course, texts),
        *_decided(course, texts),
        *_quarantined(course, texts),
        *_reported(course, texts),
        *_sent(course, texts),
        *_committed(course, texts),
    ]
    return sorted(found, key=lambda each: each.at)


def _received(course: Course, texts: Texts) -> Iterator[Happening]:
    for each in course.batches:
        said = texts.say(
            "studies.happened_received",
            count=each.objects,
            what=texts.say(f"studies.{words.kind_of(each.sop_class_uid)}"),
            sender=visible(each.calling_ae),
            address=visible(each.address),
            receiver=visible(each.called_ae),
        )
        counts = {
            "conflicts": each.conflicts,
            "without_pixels": each.without_pixels,
            "removed": each.removed,
        }
        more = [
            texts.say(f"studies.{name}", count=count) for name, count in counts.items() if count
        ]
        until = each.last_at if each.last_at > each.first_at else None
        badge = "doubt" if each.conflicts else "idle"
        what = (words.class_name(each.sop_class_uid), *more)
        yield Happening(each.first_at, said, badge, what, until)


def _steps(course: Course, texts: Texts) -> Iterator[Happening]:
    for state, at in course.steps:
        yield Happening(at, texts.say(f"studies.happened_step_{words.key(state)}"))


def _asked(course: Course, texts: Texts) -> Iterator[Happening]:
    if course.search:
        state = words.key(course.search.state)
        yield Happening(course.search.asked_at, texts.say(f"studies.happened_order_{state}"))
    for asked_at, ended_at in course.rereadings:
        yield Happening(asked_at, texts.say("studies.happened_rereading_asked"), "going")
        if ended_at is not None:
            yield Happening(ended_at, texts.say("studies.happened_rereading_ended"))


def _decided(course: Course, texts: Texts) -> Iterator[Happening]:
    for each in course.decisions:
        layout = (
            [texts.say("studies.read_with", layout=visible(each.layout))] if each.layout else []
        )
        said = texts.say(f"studies.happened_{words.key(each.outcome)}")
        why = words.reason(each.reason, texts)
        more = tuple(filter(None, (why, *layout)))
        yield Happening(each.decided_at, said, BADGES[each.outcome], more)


def _quarantined(course: Course, texts: Texts) -> Iterator[Happening]:
    for case, settlement in course.cases:
        link = f"/quarantine/{case.id}"
        doubts = dict.fromkeys(texts.pick(doubt.reason.meaning) for doubt in case.doubts)
        said = texts.say("studies.happened_case", case=case.id)
        yield Happening(case.opened_at, said, "doubt", tuple(doubts), link=link)
        if settlement is not None:
            yield _settled(case, settlement, texts)
        if case.closed_at is not None and case.closed_as is not None:
            closed = texts.say(f"studies.happened_case_{case.closed_as}", case=case.id)
            yield Happening(case.closed_at, closed)


def _settled(case: Case, settlement: Settlement, texts: Texts) -> Happening:
    decision = settlement.decision
    said = texts.say(
        f"studies.happened_verdict_{words.key(settlement.verdict)}",
        person=visible(decision.person),
        case=case.id,
    )
    corrections = tuple(
        f"{visible(name)} = {visible(text)}" for name, text in decision.corrections.items()
    )
    why = texts.say("studies.because", reason=visible(decision.reason))
    return Happening(settlement.decided_at, said, "good", (why, *corrections))


def _reported(course: Course, texts: Texts) -> Iterator[Happening]:
    for at, each in enumerate(course.reports, start=1):
        outgoing = each.outgoing
        name = "replaced" if outgoing.predecessor_uid else outgoing.kind
        said = texts.say(f"studies.happened_made_{words.key(name)}", number=at)
        yield Happening(outgoing.created_at, said, "good")


def _sent(course: Course, texts: Texts) -> Iterator[Happening]:
    for each in course.sent:
        if each.ended_at is None:
            continue
        said = texts.say(
            f"studies.happened_{each.state if each.state is not State.LEASED else State.WAITING}",
            what=texts.say(f"studies.kind_{words.key(each.kind)}"),
            count=each.objects,
            destination=visible(each.destination),
        )
        more = (words.failure(each.last_error, texts),) if each.last_error else ()
        yield Happening(each.ended_at, said, BADGES[each.state], more)


def _committed(course: Course, texts: Texts) -> Iterator[Happening]:
    for each in course.committed:
        if each.ended_at is not None:
            badge = "good" if each.state == "committed" else "bad"
            said = texts.say(
                f"studies.happened_commitment_{words.key(each.state)}",
                count=each.objects,
                destination=visible(each.destination),
            )
            yield Happening(each.ended_at, said, badge)
