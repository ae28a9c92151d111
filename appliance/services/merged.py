"""How the sources of a reading were put together, as JSON values."""

from typing import Any

from appliance.dose.merge import Agreement, Match, Merged, Refusal

NOTHING_MERGED: dict[str, Any] = {
    "sources": [],
    "matches": [],
    "refusals": [],
    "omissions": [],
    "agreement": {},
}


def merged_values(merged: Merged | None) -> dict[str, Any]:
    """Sources, matches, refusals, omissions and agreement by the keys of ``read.schema.json``."""
    if merged is None:
        return NOTHING_MERGED
    matches = [_match(each, accepted=True) for each in merged.matches]
    contradictions = [_match(each, accepted=False) for each in merged.contradictions]
    return {
        "sources": [str(kind) for kind in merged.sources],
        "matches": [*matches, *contradictions],
        "refusals": [_refusal(each) for each in merged.refusals],
        "omissions": [{"field": each.field, "said": each.said} for each in merged.omissions],
        "agreement": {each.field: _agreement(each) for each in merged.agreements},
    }


def _match(match: Match, *, accepted: bool) -> dict[str, Any]:
    return {
        "source": str(match.source),
        "row": match.row,
        "events": list(match.events),
        "agrees": [str(facet) for facet in match.reasons],
        "differs": [str(facet) for facet in match.differs],
        "accepted": accepted,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "source": str(refusal.source),
        "row": refusal.row,
        "why": str(refusal.why),
        "candidates": list(refusal.candidates),
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "taken": str(agreement.taken),
        "agreeing": [str(kind) for kind in agreement.agreeing],
        "differing": {str(kind): text for kind, text in agreement.differing},
    }
