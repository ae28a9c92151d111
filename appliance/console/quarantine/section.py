"""The pages of quarantine, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import Answer, route
from appliance.console.quarantine import case_pages, teaching_pages
from appliance.console.quarantine.case_pages import HOME
from appliance.console.quarantine.desk import Desk
from appliance.console.rendering import Link

CASE = f"{HOME}/{{number:int}}"
GET, POST = ("GET",), ("POST",)


def quarantine_section(desk: Desk) -> Section:
    """What waits, and decisions."""
    pages: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
        HOME: (case_pages.home, GET),
        CASE: (case_pages.case, ("GET", "POST")),
        f"{CASE}/check": (case_pages.check, POST),
        f"{CASE}/sign": (case_pages.sign, POST),
        f"{CASE}/agree": (case_pages.agree, POST),
        f"{CASE}/decline": (case_pages.decline, POST),
        CASE + "/pictures/{picture}.png": (case_pages.picture, GET),
    }
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in pages.items()]
    links = (Link(HOME, "quarantine.title"),)
    return Section(routes=tuple(routes), right=Right.SETTLE, links=links)


def teaching_section(desk: Desk) -> Section:
    """What a layout is taught from: for those who configure the box."""
    pages: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
        f"{CASE}/teach": (teaching_pages.teach, ("GET", "POST")),
        f"{CASE}/taught.zip": (teaching_pages.archive, GET),
    }
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in pages.items()]
    return Section(routes=tuple(routes), right=Right.CONFIGURE)
