"""Trying the box itself: who may call it, whether it is well, and what its alarms say.

**Knows:** which calls, signs and alarms are good news.
**Does not know:** how alarms are raised, and how signs are looked at (``health``).
"""

from collections.abc import Iterator, Sequence

from appliance.alarms import Alarm, AlarmCode, Severity
from appliance.clock import Clock, ClockState
from appliance.commissioning import Caller, Finding, Verdict, What
from appliance.config import Configuration, Scanner, scanner_for
from appliance.services.commissioning_network import SET_IT
from appliance.services.vitals import Sign

GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
ENTER_IT = (
    "Enter the caller as a [[scanner]], or correct its AE title or address there.",
    "発信元を [[scanner]] に登録するか、AE タイトルまたはアドレスを修正してください。",
)
LET_IT_CALL = (
    "Send a C-ECHO from the CT now, then try again.",
    "CT から C-ECHO を送信し、もう一度実行してください。",
)
LIST_THEM = (
    'Once every CT is entered, write callers = "listed" in [receiver].',
    'すべての CT を登録した後、[receiver] に callers = "listed" を設定してください。',
)


def titles(
    configuration: Configuration, callers: Sequence[Caller], since: float, clock: Clock
) -> Iterator[Finding]:
    """The AE titles of both sides, and who has called since then."""
    receiver = configuration.receiver
    port = receiver.tls.port if receiver.tls.instead else receiver.port
    yield Finding.of(NOTED, What.OWN_TITLE, None, ae=receiver.ae_title, port=port)
    if receiver.callers == "open":
        yield Finding.of(DOUBTFUL, What.ANYBODY_MAY_CALL, LIST_THEM)
    else:
        yield Finding.of(GOOD, What.LISTED_MAY_CALL, None, scanners=len(configuration.scanner))
    if not receiver.require_called_ae_title:
        yield Finding.of(NOTED, What.ANY_TITLE_IS_ANSWERED)
    if not configuration.scanner:
        yield Finding.of(DOUBTFUL, What.NO_SCANNER, ENTER_IT)
    lately = [each for each in callers if each.called_at >= since]
    for scanner in configuration.scanner:
        yield _of_scanner(configuration, scanner, lately)
    for each in lately:
        if scanner_for(configuration, each.calling_ae, each.address) is None:
            yield _of_stranger(each, clock)


def alarms(raised: Sequence[Alarm], signs: Sequence[Sign], clock: Clock) -> Iterator[Finding]:
    """Nothing critical, the box well, and its clock true."""
    state = clock.state()
    if state in {ClockState.NTP, ClockState.RTC}:
        yield Finding.of(GOOD, What.CLOCK_TRUE, None, state=state)
    else:
        yield Finding.of(DOUBTFUL, What.CLOCK_UNPROVEN, SET_IT, state=state)
    for sign in signs:
        told = {"sign": f"{sign.vital} {sign.subject}".strip(), "detail": sign.detail or "-"}
        what = What.SIGN_WELL if sign.is_well else What.SIGN_ILL
        yield Finding.of(GOOD if sign.is_well else BAD, what, sign.vital.meaning, **told)
    if not raised:
        yield Finding.of(GOOD, What.NO_ALARM)
    for alarm in raised:
        yield _of_alarm(alarm)


def _of_alarm(alarm: Alarm) -> Finding:
    worst = {Severity.CRITICAL: BAD, Severity.MAJOR: DOUBTFUL, Severity.MINOR: NOTED}
    told = {"code": alarm.code, "severity": alarm.code.severity}
    verdict = worst[alarm.code.severity]
    if alarm.code is AlarmCode.CLOCK_DISAGREES:
        verdict = DOUBTFUL
    return Finding.of(verdict, What.ALARM_RAISED, alarm.code.meaning, number=alarm.number, **told)


def _of_scanner(
    configuration: Configuration, scanner: Scanner, callers: Sequence[Caller]
) -> Finding:
    told = {"name": scanner.name, "ae": scanner.ae_title or "*", "address": scanner.address or "*"}
    mine = [each for each in callers if _is(configuration, scanner, each)]
    let_in = [each for each in mine if not each.refused]
    if let_in:
        return Finding.of(GOOD, What.SCANNER_CALLED, None, **told, caller=let_in[0].address)
    if mine:
        reason = mine[0].refused
        return Finding.of(BAD, What.SCANNER_TURNED_AWAY, ENTER_IT, **told, reason=reason)
    return Finding.of(DOUBTFUL, What.SCANNER_SILENT, LET_IT_CALL, **told)


def _is(configuration: Configuration, scanner: Scanner, caller: Caller) -> bool:
    return scanner_for(configuration, caller.calling_ae, caller.address) == scanner


def _of_stranger(caller: Caller, clock: Clock) -> Finding:
    told = {
        "ae": caller.calling_ae or "?",
        "called": caller.called_ae or "?",
        "address": caller.address,
        "seconds": round(max(0.0, clock.wall() - caller.called_at)),
    }
    if caller.refused:
        reason = caller.refused
        return Finding.of(NOTED, What.STRANGER_TURNED_AWAY, ENTER_IT, reason=reason, **told)
    return Finding.of(DOUBTFUL, What.STRANGER_CALLED, ENTER_IT, **told)
