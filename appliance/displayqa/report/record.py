"""A test with all that belongs to it, for programs (session.schema.json)."""

from dataclasses import asdict
from typing import Any

from appliance.displayqa.evaluation_record import as_json as evaluation_as_json
from appliance.displayqa.report.subject import Past, Subject
from appliance.displayqa.ruleset import Pick
from appliance.displayqa.sessions import record
from appliance.displayqa.sessions.happening import Entry


def as_json(of: Subject, pick: Pick) -> dict[str, Any]:
    """One object; figures that were read or entered are texts, so that none is rounded."""
    begun, ended = of.session.begun, of.session.ended
    return {
        "software": of.software,
        "site": of.site,
        "display": {name: _entered(each) for name, each in asdict(of.display).items()},
        "test": of.session.identifier,
        "began": of.began.isoformat(),
        "ended": of.ended.isoformat() if of.ended else None,
        "is_given_up": bool(ended and ended.is_given_up),
        "verdict_when_ended": ended.verdict if ended and not ended.is_given_up else None,
        "path": {"way": str(begun.way), "meaning": pick(begun.way.meaning)},
        "remaining": len(of.session.remaining),
        "happenings": [_happening(each) for each in of.session.entries],
        "evaluation": evaluation_as_json(of.evaluation, of.measured, pick),
        "history": [_past(each) for each in of.history],
    }


def _entered(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _happening(entry: Entry) -> dict[str, Any]:
    body = record.as_json(entry.happening)
    return {"at": entry.at.isoformat(), "kind": record.kind_of(entry.happening), **body}


def _past(past: Past) -> dict[str, Any]:
    return {
        "test": past.session,
        "ended": past.at.isoformat(),
        "occasion": str(past.occasion),
        "verdict": str(past.verdict) if past.verdict else None,
        "max_luminance_cd_m2": past.max_luminance_cd_m2,
        "kappa_delta_percent": past.k_delta_percent,
        "is_baseline": past.is_baseline,
    }
