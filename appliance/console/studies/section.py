"""The pages of studies, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import Answer, route
from appliance.console.rendering import Link
from appliance.console.studies import files, study_pages
from appliance.console.studies.desk import Desk
from appliance.console.studies.list_pages import HOME, Lists
from appliance.console.studies.searches import Searches

STUDY = f"{HOME}/{{number:int}}"
REPORT = f"{STUDY}/reports/{{report:int}}"
FORM, GET, POST = ("GET", "POST"), ("GET",), ("POST",)


def studies_section(desk: Desk) -> Section:
    """What is looked at."""
    lists = Lists(Searches())
    pages: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
        HOME: (lists.home, GET),
        f"{HOME}/search": (lists.search, POST),
        STUDY: (study_pages.study, GET),
        f"{STUDY}/study.json": (files.as_json, GET),
        f"{STUDY}/pictures/{{instance:int}}/{{frame:int}}": (files.picture, GET),
        f"{REPORT}/report.dcm": (files.report, GET),
        f"{REPORT}/deidentified.dcm": (files.clean_report, GET),
    }
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in pages.items()]
    links = (Link(HOME, "studies.title"),)
    return Section(routes=tuple(routes), right=Right.SEE_PATIENTS, links=links)


def again_section(desk: Desk) -> Section:
    """What is done once more."""
    pages: dict[str, Answer[Desk]] = {
        f"{STUDY}/read-again": study_pages.read_again,
        f"{REPORT}/send-again": study_pages.send_again,
    }
    routes = [route(desk, path, answer, FORM) for path, answer in pages.items()]
    return Section(routes=tuple(routes), right=Right.SETTLE)
