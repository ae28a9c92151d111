"""What a display's test comes to, beside its baseline and the workstation's other displays.

**Knows:** which earlier test is the baseline, and which tests of other displays count beside one.
**Does not know:** how a value is computed and judged (``displayqa``).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from appliance.displayqa.evaluation import Evaluation, Verdict, evaluate
from appliance.displayqa.measurement import Measurements, reflected_cd_m2
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display
from appliance.services.display_records import MEASURED, DisplayRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A test, and what its ruleset makes of it now.

    Attributes:
        display: As it was entered when the test began.
        evaluation: By ``ruleset`` as it is today; of ``measured``.
        is_ruleset_changed: It was another one when the test began (``session.begun.ruleset``).
        baseline: The acceptance test that it is compared with; None: there is none.
        beside: The tests of the workstation's other displays that it is compared with.
    """

    session: Session
    display: Display
    ruleset: Ruleset
    measured: Measurements
    evaluation: Evaluation
    is_ruleset_changed: bool
    baseline: Session | None
    beside: tuple[Session, ...]


def judged(records: DisplayRecords, session: Session) -> Judged:
    """A test as its ruleset judges it now. Raises NotFoundError without the ruleset."""
    display = records.display_of(session)
    by = records.ruleset(display.ruleset)
    baseline, beside = _baseline(records, session), _beside(records, session)
    measured = replace(
        measured_of(records, session),
        baseline=measured_of(records, baseline) if baseline else None,
        beside=tuple(measured_of(records, each) for each in beside),
    )
    return Judged(
        session=session,
        display=display,
        ruleset=by,
        measured=measured,
        evaluation=evaluate(measured, by, session.begun.occasion),
        is_ruleset_changed=session.begun.ruleset != by.identifier,
        baseline=baseline,
        beside=beside,
    )


def measured_of(records: DisplayRecords, session: Session) -> Measurements:
    """With what the register knows of the display."""
    display = records.display_of(session)
    target, reflection = display.target_cd_m2, display.reflection_cd_m2_lx
    measured = replace(
        session.measured,
        is_monochrome=display.is_monochrome,
        target_cd_m2=None if target is None else Fraction(target),
    )
    lit = measured.illuminance_lx
    if measured.ambient_cd_m2 is not None or lit is None or reflection is None:
        return measured
    return replace(measured, ambient_cd_m2=reflected_cd_m2(lit, reflection))


def _baseline(records: DisplayRecords, session: Session) -> Session | None:
    """The last acceptance test of the same panel before it that passed."""
    if session.begun.occasion is Occasion.ACCEPTANCE:
        return None
    panel = records.display_of(session).panel
    for each in reversed(records.sessions(session.display, (Occasion.ACCEPTANCE,))):
        if (
            each.identifier < session.identifier
            and records.display_of(each).panel == panel
            and _has_passed(records, each)
        ):
            return each
    return None


def _has_passed(records: DisplayRecords, acceptance: Session) -> bool:
    """Then, or now that the workstation's other displays were measured as well."""
    if acceptance.ended is None or acceptance.ended.is_given_up:
        return False
    if acceptance.ended.verdict == Verdict.PASS:
        return True
    return judged(records, acceptance).evaluation.verdict is Verdict.PASS


def _beside(records: DisplayRecords, session: Session) -> tuple[Session, ...]:
    """Of each other display of the workstation the test of that occasion nearest to it."""
    if session.begun.occasion not in MEASURED:
        return ()
    workstation, found = records.display_of(session).workstation, []
    for name, entered in records.register.in_use().items():
        other = entered.display
        if other is None or name == session.display or other.workstation != workstation:
            continue
        tests = records.sessions(name, (session.begun.occasion,))
        near = [each for each in tests if _is_near(records, each, session)]
        if near:
            found.append(min(near, key=lambda each: _apart(each, session)))
    return tuple(found)


def _is_near(records: DisplayRecords, other: Session, session: Session) -> bool:
    days = timedelta(days=records.configuration.displayqa.beside_days)
    return (
        other.ended is not None and not other.ended.is_given_up and _apart(other, session) <= days
    )


def _apart(one: Session, other: Session) -> timedelta:
    return abs(one.entries[0].at - other.entries[0].at)
