"""The pages of what is root's to do: how a request goes, former versions, and the box's care."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from appliance.console import asking, moments
from appliance.console.settings.desk import Course, Desk
from appliance.console.settings.difference import difference
from appliance.console.settings.setting_pages import HOME, LONGEST_REASON
from appliance.errors import ApplianceError

Asked = asking.Asked[Desk]
CONFLICT = 409
BACK = {
    "set-secret": "secrets",
    "remove-secret": "secrets",
    "new-certificate": "certificates",
    "request-signing": "certificates",
    "take-certificate": "certificates",
    "make-backup": "backups",
    "list-backups": "backups",
    "verify-backup": "backups",
    "export-reports": "exports",
    "install-update": "updates",
    "roll-back-update": "updates",
    "acknowledge-update": "updates",
    "restart-services": "updates",
}
"""What may be asked for from these pages, and the page that it is asked from."""
TICKED = ("restart",)
SECRETS = ("value", "chain", "key")
"""Taken as they were typed, but for the ends of lines, which browsers send as those of DOS."""
Answer = Callable[[Asked], Response]


def course(asked: Asked) -> Response:
    """How the request at hand goes; live."""
    return _course(asked, "course.html")


def course_part(asked: Asked) -> Response:
    """The part of it that changes."""
    return _course(asked, "course_part.html")


def keep(asked: Asked) -> Response:
    """Settings on trial stay."""
    found = asked.desk.course()
    if found is not None and found.until is not None:
        asked.desk.keep(found.identifier)
    return asked.leading_to(f"{HOME}/course")


def versions(asked: Asked) -> Response:
    """The versions that are kept."""
    return asked.page("settings/versions.html", versions=asked.desk.versions(), local=moments.local)


def version(asked: Asked) -> Response:
    """One of them, beside what is in force; and the way back to it."""
    number = asked.number("number")
    if asked.is_form:
        reason = asked.answers.get("reason", "").strip()[:LONGEST_REASON]
        try:
            asked.desk.go_back(asked.person.name, number, reason)
        except ApplianceError as failure:
            return refused(asked, failure, "versions")
        return asked.leading_to(f"{HOME}/course")
    found = asked.desk.version(number)
    in_force = asked.desk.versions()[0]
    before = next((each for each in asked.desk.versions() if each.number < number), None)
    return asked.page(
        "settings/version.html",
        version=found,
        is_newest=in_force.number == number,
        lines=difference(in_force.text.whole, found.text.whole),
        made=difference(before.text.whole, found.text.whole) if before else (),
        local=moments.local,
    )


def secrets(asked: Asked) -> Response:
    """Which there are, never what they are."""
    return asked.page("settings/secrets.html", secrets=asked.desk.secrets())


def certificates(asked: Asked) -> Response:
    """Who ends when; another one for the pages."""
    return asked.page(
        "settings/certificates.html",
        files=asked.desk.certificates(),
        now=asked.desk.now(),
        local=moments.local,
        days=lambda ends_at: int((ends_at - asked.desk.now()) // 86400),
    )


def backups(asked: Asked) -> Response:
    """Backups: made, listed, verified."""
    return asked.page(
        "settings/backups.html",
        backups=asked.desk.backups(),
        sticks=asked.desk.sticks(),
        local=moments.local,
    )


def exports(asked: Asked) -> Response:
    """Reports onto a stick."""
    return asked.page(
        "settings/exports.html",
        sticks=asked.desk.sticks(),
        destinations=asked.desk.destinations(),
        waiting=asked.desk.waiting(),
    )


def updates(asked: Asked) -> Response:
    """Versions of the system, and its services."""
    return asked.page(
        "settings/updates.html",
        updates=asked.desk.updates(),
        sticks=asked.desk.sticks(),
        local=moments.local,
    )


def ask(asked: Asked) -> Response:
    """Ask for what a form names."""
    kind = asked.named("kind")
    if kind not in BACK:
        return refused(asked, ApplianceError("nothing that may be asked for"), "course")
    try:
        asked.desk.ask(asked.person.name, kind, _wanted(asked.answers), asked.texts.language)
    except ApplianceError as failure:
        return refused(asked, failure, BACK[kind])
    return asked.leading_to(f"{HOME}/course")


def refused(asked: Asked, failure: ApplianceError, page: str) -> Response:
    """Why it is not even begun."""
    return asked.page("settings/refused.html", CONFLICT, why=str(failure), back=f"{HOME}/{page}")


def _wanted(answers: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form as those of a request; who carries it out checks them."""
    wanted: dict[str, Any] = {
        name: text.strip() if name not in SECRETS else text.replace("\r\n", "\n")
        for name, text in answers.items()
        if name not in TICKED
    }
    wanted.update({name: True for name in TICKED if name in answers})
    if "studies" in wanted:
        wanted["studies"] = wanted["studies"].split()
    return wanted


def _course(asked: Asked, template: str) -> Response:
    found = asked.desk.course()
    return asked.page(
        f"settings/{template}",
        course=found,
        now=asked.desk.now(),
        back=f"{HOME}/{BACK.get(found.kind, 'versions')}" if found else HOME,
        left_s=_left_s(found, asked.desk.now()),
        clock_time=moments.clock_time,
        tone=TONES.get(found.state, "going") if found else "idle",
    )


TONES = {"done": "good", "refused": "bad", "failed": "bad", "went-back": "doubt", "asks": "doubt"}
"""Which colour and sign a state has; others are under way."""


def _left_s(found: Course | None, now: float) -> int | None:
    """Seconds until settings that nobody keeps go again."""
    if found is None or found.until is None:
        return None
    return max(0, int(found.until - now))
