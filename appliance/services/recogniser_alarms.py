"""The recogniser's alarms: they follow from open cases, hindrances, and what was withdrawn."""

from collections.abc import Collection, Iterable, Mapping

from appliance.alarms import AlarmCode, Alarms
from appliance.dose.doubt import Reason
from appliance.quarantine import Case

BY_REASON = {
    Reason.RECOGNISER_FAILED: AlarmCode.RECOGNISER_FAILED,
    Reason.REPORT_NOT_CONFORMING: AlarmCode.REPORT_NOT_CONFORMING,
}
"""Reasons that someone besides the person who settles should know of."""


def update(
    alarms: Alarms,
    cases: Iterable[Case],
    hindrances: Iterable[str],
    withdrawn: Mapping[str, str],
    conflicts: Collection[str],
) -> None:
    """Raise what holds, clear what no longer does.

    ``withdrawn`` says what, by scanner. Of ``conflicts``, the SOP Instance UIDs about which nobody
    has decided, the receiver raises the alarm.
    """
    waiting = list(cases)
    holds: dict[tuple[AlarmCode, str], str] = {}
    if waiting:
        holds[AlarmCode.STUDY_QUARANTINED, ""] = f"{len(waiting)} wait"
    if hindered := sorted(set(hindrances)):
        holds[AlarmCode.RECOGNISER_HINDERED, ""] = "; ".join(hindered)
    for case in waiting:
        if case.reason in BY_REASON:
            holds[BY_REASON[case.reason], case.study_instance_uid] = case.doubts[0].detail
    for scanner, what in withdrawn.items():
        holds[AlarmCode.DIGIT_WITHDRAWN, scanner] = what
    alarms.hold(OURS, holds)
    for alarm in alarms.raised():
        if alarm.code is AlarmCode.INSTANCE_CONFLICT and alarm.subject not in conflicts:
            alarms.clear(alarm.code, alarm.subject)


def studies_in_conflict(cases: Iterable[Case]) -> set[str]:
    """Studies that wait because an object came with two contents."""
    return {
        case.study_instance_uid
        for case in cases
        if any(doubt.reason is Reason.INSTANCE_CONFLICT for doubt in case.doubts)
    }


OURS = {
    AlarmCode.STUDY_QUARANTINED,
    AlarmCode.RECOGNISER_HINDERED,
    AlarmCode.DIGIT_WITHDRAWN,
    *BY_REASON.values(),
}
