"""One thing that a trial found, as a word with values: pages say it in the language of who reads.

Values come from peers, so whatever is no plain text in them is written as an escape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST = 200
"""Characters of a value."""


class Verdict(StrEnum):
    """What is thought of it."""

    GOOD = "good"
    NOTED = "noted"
    """A fact that is neither good nor bad."""
    DOUBTFUL = "doubtful"
    """It may do, but somebody has to know."""
    BAD = "bad"


class What(StrEnum):
    """Everything that a trial can find; the texts of the console say each in both languages."""

    LINK_UP = "link-up"
    LINK_DOWN = "link-down"
    LINK_ERRORS = "link-errors"
    ADDRESS = "address"
    NO_ADDRESS = "no-address"
    GATEWAY_ANSWERS = "gateway-answers"
    GATEWAY_SILENT = "gateway-silent"
    NO_GATEWAY = "no-gateway"
    NAME_SERVER = "name-server"
    NO_NAME_SERVER = "no-name-server"
    NAME_FOUND = "name-found"
    NAME_NOT_FOUND = "name-not-found"
    NAME_TOO_LATE = "name-too-late"
    NO_NAMES = "no-names"
    CLOCK_TRUE = "clock-true"
    CLOCK_UNPROVEN = "clock-unproven"
    CLOCK_WRONG = "clock-wrong"
    TIME_SERVER_ANSWERS = "time-server-answers"
    TIME_SERVER_DIFFERS = "time-server-differs"
    TIME_SERVER_SILENT = "time-server-silent"
    NO_TIME_SERVER = "no-time-server"
    TUNNEL_UP = "tunnel-up"
    TUNNEL_DOWN = "tunnel-down"
    NO_TUNNEL = "no-tunnel"
    PORT_OPEN = "port-open"
    PORT_CLOSED_BY_FIREWALL = "port-closed-by-firewall"
    PORT_NOT_LISTENING = "port-not-listening"
    PORT_OF_THIS_MACHINE_ALONE = "port-of-this-machine-alone"
    NO_FIREWALL = "no-firewall"
    OWN_TITLE = "own-title"
    ANYBODY_MAY_CALL = "anybody-may-call"
    LISTED_MAY_CALL = "listed-may-call"
    ANY_TITLE_IS_ANSWERED = "any-title-is-answered"
    SCANNER_CALLED = "scanner-called"
    SCANNER_TURNED_AWAY = "scanner-turned-away"
    SCANNER_SILENT = "scanner-silent"
    NO_SCANNER = "no-scanner"
    STRANGER_CALLED = "stranger-called"
    STRANGER_TURNED_AWAY = "stranger-turned-away"
    ECHO_ANSWERED = "echo-answered"
    ECHO_NOT_ANSWERED = "echo-not-answered"
    NO_ASSOCIATION = "no-association"
    PEER = "peer"
    SECURED = "secured"
    IN_THE_CLEAR = "in-the-clear"
    CONTEXT_ACCEPTED = "context-accepted"
    CONTEXT_REFUSED = "context-refused"
    CALLED_BY = "called-by"
    ECHO_FROM = "echo-from"
    NO_ECHO_FROM = "no-echo-from"
    SCREENS_CONFIRMED = "screens-confirmed"
    SCREENS_TO_CONFIRM = "screens-to-confirm"
    NO_CONFIRMATION_ASKED = "no-confirmation-asked"
    STUDIES_ARRIVED = "studies-arrived"
    STUDIES_WAIT = "studies-wait"
    NO_STUDY = "no-study"
    SENDING = "sending"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not-delivered"
    LOGGED_IN = "logged-in"
    REMOVED = "removed"
    NOT_REMOVED = "not-removed"
    STAYS_THERE = "stays-there"
    NOTHING_STORED = "nothing-stored"
    OFF_BY_SETTING = "off-by-setting"
    REPORTS_TAKEN = "reports-taken"
    REPORTS_NOT_TAKEN = "reports-not-taken"
    COMMITTED = "committed"
    NOT_COMMITTED = "not-committed"
    COMMITMENT_PENDING = "commitment-pending"
    COMMITMENT_NOT_TAKEN = "commitment-not-taken"
    WAITS_FOR_A_STICK = "waits-for-a-stick"
    TUNNEL_NEEDED = "tunnel-needed"
    SERVER_SAYS = "server-says"
    ANSWERS = "answers"
    NO_ANSWERS = "no-answers"
    MANY_ANSWERS = "many-answers"
    ANSWERS_WITH = "answers-with"
    QUERY_FAILED = "query-failed"
    BROKER_CONNECTED = "broker-connected"
    BROKER_FAILED = "broker-failed"
    PUBLISHED = "published"
    READ_BACK = "read-back"
    NOT_READ_BACK = "not-read-back"
    SUBSCRIPTION_REFUSED = "subscription-refused"
    METER_FOUND = "meter-found"
    NO_METER = "no-meter"
    METER_EXPIRED = "meter-expired"
    METER_READ = "meter-read"
    METER_FAILED = "meter-failed"
    METER_IN_USE = "meter-in-use"
    ALARM_RAISED = "alarm-raised"
    NO_ALARM = "no-alarm"
    SIGN_WELL = "sign-well"
    SIGN_ILL = "sign-ill"
    NOT_CONFIGURED = "not-configured"
    TOOK_TOO_LONG = "took-too-long"
    TRIAL_FAILED = "trial-failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """``values`` fill the places of its text; ``remedy`` is English and Japanese, or nothing."""

    verdict: Verdict
    what: What
    values: Mapping[str, str]
    remedy: tuple[str, str] | None = None

    @classmethod
    def of(
        cls,
        verdict: Verdict,
        what: What,
        remedy: tuple[str, str] | None = None,
        **values: object,
    ) -> "Finding":
        """With values made plain."""
        return cls(verdict, what, {name: plain(each) for name, each in values.items()}, remedy)

    def as_json(self) -> dict[str, Any]:
        """What ``from_json`` reads."""
        told: dict[str, Any] = {"verdict": self.verdict, "what": self.what, **_given(self.values)}
        return told | ({"remedy": list(self.remedy)} if self.remedy else {})

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Finding":
        """What ``as_json`` wrote. Raises ValueError for a word that is not known."""
        remedy = told.get("remedy")
        pair = (str(remedy[0]), str(remedy[1])) if remedy else None
        return cls(Verdict(told["verdict"]), What(told["what"]), dict(told.get("values", {})), pair)


def _given(values: Mapping[str, str]) -> dict[str, Any]:
    return {"values": dict(values)} if values else {}


def plain(value: object) -> str:
    """As text that can be shown and logged anywhere: escapes for what cannot be printed."""
    text = "".join(each if each.isprintable() else _escaped(each) for each in str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
