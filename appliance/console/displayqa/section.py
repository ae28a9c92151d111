"""The pages of monitor QA, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import route
from appliance.console.displayqa import daily_pages, lists, register_pages, test_pages
from appliance.console.displayqa.asking import Answer
from appliance.console.displayqa.desk import Desk
from appliance.console.displayqa.live import live_route
from appliance.console.displayqa.register_pages import HOME
from appliance.console.rendering import Group, Link

FORM = ("GET", "POST")
DISPLAY, TEST = HOME + "/displays/{name}", HOME + "/tests/{test:int}"
PAGES: dict[str, tuple[Answer, tuple[str, ...]]] = {
    HOME: (register_pages.home, ("GET",)),
    f"{HOME}/due": (lists.due, ("GET",)),
    f"{HOME}/results": (lists.results, ("GET",)),
    HOME + "/workstations/{name}": (lists.workstation, ("GET",)),
    f"{HOME}/register": (register_pages.register, FORM),
    DISPLAY: (register_pages.display, ("GET",)),
    f"{DISPLAY}/change": (register_pages.change, FORM),
    f"{DISPLAY}/retire": (register_pages.retire, FORM),
    f"{DISPLAY}/begin": (test_pages.begin, FORM),
    f"{DISPLAY}/daily": (daily_pages.daily, FORM),
    TEST: (test_pages.test, ("GET",)),
    f"{TEST}/equipment": (test_pages.equipment, FORM),
    f"{TEST}/give-up": (test_pages.give_up, FORM),
    f"{TEST}/do/{{act}}": (test_pages.act, ("POST",)),
    TEST + "/report.{form}": (test_pages.report, ("GET",)),
    HOME + "/patterns/{pattern}.png": (test_pages.pattern, ("GET",)),
}


def displayqa_section(desk: Desk) -> Section:
    """Every page of the technologist."""
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in PAGES.items()]
    routes.append(live_route(desk, f"{TEST}/live"))
    links = (Link(HOME, "displayqa.title", Group.DISPLAYS),)
    return Section(routes=tuple(routes), right=Right.TEST_DISPLAYS, links=links)
