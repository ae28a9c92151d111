"""What an HTTP status means that says a request was not carried out (RFC 9110 15, PS3.18 8.5).

What stands in the way of every request (who may ask, the path, a server that is down) is tried
again; what is said of this one alone is refused.
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from appliance.destinations.outcome import Cause, Refused, Retry
from appliance.destinations.web_server import Answer

LONGEST_WAIT_S = 86400.0
"""Longer than this no server is given its way."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Statuses from ``first`` to ``last``, and what they mean."""

    first: int
    last: int
    kind: type[Retry] | type[Refused]
    cause: Cause


STATUSES = (
    _Range(300, 399, Retry, Cause.REDIRECTED),  # RFC 9110 15.4
    _Range(400, 400, Refused, Cause.NOT_UNDERSTOOD),  # 15.5.1; PS3.18 Table 8.5-1
    _Range(401, 403, Retry, Cause.LOGIN_REFUSED),  # 15.5.2, 15.5.4
    _Range(404, 405, Retry, Cause.PATH_UNKNOWN),  # 15.5.5, 15.5.6
    _Range(407, 407, Retry, Cause.LOGIN_REFUSED),  # 15.5.8
    _Range(408, 408, Retry, Cause.CONNECTION_LOST),  # 15.5.9
    _Range(410, 410, Retry, Cause.PATH_UNKNOWN),  # 15.5.11
    _Range(421, 421, Retry, Cause.PATH_UNKNOWN),  # 15.5.20 Misdirected Request
    _Range(423, 425, Retry, Cause.SERVER_BUSY),  # RFC 4918 11.3, RFC 8470 5.2
    _Range(429, 429, Retry, Cause.SERVER_BUSY),  # RFC 6585 4
    _Range(400, 499, Refused, Cause.NOT_UNDERSTOOD),  # 15.5
    _Range(503, 503, Retry, Cause.SERVER_BUSY),  # 15.6.4
    _Range(507, 507, Retry, Cause.OUT_OF_RESOURCES),  # RFC 4918 11.5
    _Range(500, 599, Retry, Cause.PROCESSING_FAILED),  # 15.6
    _Range(0, 999, Retry, Cause.STATUS_UNKNOWN),
)
"""The first range that holds a status counts."""


def not_carried_out(answer: Answer) -> Retry | Refused:
    """The outcome of an answer that is not one of success."""
    found = next(each for each in STATUSES if each.first <= answer.status <= each.last)
    detail = f"HTTP {answer.status}"
    if found.kind is Refused:
        return Refused(found.cause, detail)
    return Retry(found.cause, detail, after_s=_retry_after_s(answer))


def _retry_after_s(answer: Answer) -> float:
    """Retry-After (RFC 9110 10.2.3) in seconds, 0 without; a date is counted from the server's."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told), LONGEST_WAIT_S)
    try:
        then = parsedate_to_datetime(told)
        now = parsedate_to_datetime(answer.headers.get("date", ""))
        wait_s = (then - now).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, min(wait_s, LONGEST_WAIT_S))
