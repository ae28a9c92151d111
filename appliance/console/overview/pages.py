"""The first page, and the part of it that renews itself."""

import hashlib
from typing import Any

from starlette.responses import Response

from appliance.console.asking import Asked
from appliance.console.moments import clock_time
from appliance.console.overview.desk import EVERY_S, VALID_S, Desk, Seen
from appliance.console.overview.machine import facts
from appliance.console.overview.standing import OF_VERDICT, destinations, raised, scanners
from appliance.texts import Texts

WALL = "wall"
DIGEST, TAKEN, VALID = "x-digest", "x-taken-at", "x-valid-until"


def page(asked: Asked[Desk]) -> Response:
    """Everything; ``?view=wall`` for a screen on the wall."""
    seen = asked.desk.seen()
    return asked.page(
        "overview/wall.html" if asked.answers.get("view") == WALL else "overview/page.html",
        **values(seen, asked.texts),
        view=asked.answers.get("view", ""),
    )


def now(asked: Asked[Desk]) -> Response:
    """The part that renews itself, with a digest by which a page sees whether it has it already."""
    found = values(asked.desk.seen(), asked.texts)
    answer = asked.page("overview/now.html", **found)
    answer.headers[DIGEST] = hashlib.sha256(bytes(answer.body)).hexdigest()
    answer.headers[TAKEN] = found["taken"]
    answer.headers[VALID] = found["valid_until"]
    return answer


def values(seen: Seen, texts: Texts) -> dict[str, Any]:
    """What the templates set."""
    snapshot = seen.snapshot
    return {
        "seen": seen,
        "state": OF_VERDICT[seen.verdict],
        "now": seen.taken_at,
        "taken": clock_time(seen.taken_at),
        "valid_until": clock_time(seen.taken_at + VALID_S),
        "valid_s": VALID_S,
        "every_s": EVERY_S,
        "scanners": list(scanners(snapshot)) if snapshot else [],
        "destinations": list(destinations(snapshot)) if snapshot else [],
        "raised": list(raised(snapshot)) if snapshot else [],
        "facts": list(facts(seen, texts)),
    }
