"""The first page, and the part of it that renews itself; both also for a screen on a wall."""

import hashlib
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.console.asking import Answer, Asked
from appliance.console.moments import clock_time
from appliance.console.overview.desk import EVERY_S, VALID_S, Desk, Seen
from appliance.console.overview.machine import facts
from appliance.console.overview.standing import OF_VERDICT, destinations, raised, scanners
from appliance.texts import Texts

HOME, NOW = "/", "/overview/now"
WALL_HOME, WALL_NOW = "/wall", "/wall/now"
WALL = "wall"
DIGEST, TAKEN, VALID = "x-digest", "x-taken-at", "x-valid-until"
FORBIDDEN = 403


def page(asked: Asked[Desk]) -> Response:
    """Everything; ``?view=wall`` for a screen on the wall."""
    if asked.answers.get("view") == WALL:
        return _wall(asked, NOW)
    found = values(asked.desk.seen(), asked.texts)
    return asked.page("overview/page.html", **found, view="", renewal=NOW)


def now(asked: Asked[Desk]) -> Response:
    """The part that renews itself, with a digest by which a page sees whether it has it already."""
    found = values(asked.desk.seen(), asked.texts)
    answer = asked.page("overview/now.html", **found)
    answer.headers[DIGEST] = hashlib.sha256(bytes(answer.body)).hexdigest()
    answer.headers[TAKEN] = found["taken"]
    answer.headers[VALID] = found["valid_until"]
    return answer


def wall(asked: Asked[Desk]) -> Response:
    """The page for a screen on the wall, where nobody logs in."""
    return _wall(asked, WALL_NOW)


def for_walls(answer: Answer[Desk], is_on_wall: Callable[[str], bool]) -> Answer[Desk]:
    """``answer`` for those addresses alone; 403 for others."""

    def answered(asked: Asked[Desk]) -> Response:
        client = asked.request.client
        if client is None or not is_on_wall(client.host):
            raise HTTPException(FORBIDDEN)
        return answer(asked)

    return answered


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


def _wall(asked: Asked[Desk], renewal: str) -> Response:
    found = values(asked.desk.seen(), asked.texts)
    return asked.page("overview/wall.html", **found, view=WALL, renewal=renewal)
