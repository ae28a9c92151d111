"""The pages of commissioning, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import Answer, route
from appliance.console.commissioning import pages
from appliance.console.commissioning.desk import Desk
from appliance.console.commissioning.pages import HOME
from appliance.console.rendering import Group, Link

FORM = ("GET", "POST")
STEP = HOME + "/steps/{step}"
PAGES: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
    HOME: (pages.home, ("GET",)),
    f"{HOME}/begin": (pages.begin, ("POST",)),
    STEP: (pages.step, ("GET",)),
    f"{STEP}/live": (pages.live, ("GET",)),
    f"{STEP}/try": (pages.attempt, ("POST",)),
    f"{STEP}/cancel": (pages.cancel, ("POST",)),
    f"{STEP}/leave-out": (pages.leave_out, ("POST",)),
    f"{HOME}/enter": (pages.enter, FORM),
    f"{HOME}/end": (pages.end, FORM),
    f"{HOME}/making": (pages.making, ("GET",)),
    HOME + "/{number:int}": (pages.ended, ("GET",)),
    HOME + "/protocols/{protocol:int}/{name}": (pages.file, ("GET",)),
}


def commissioning_section(desk: Desk) -> Section:
    """Every page of commissioning, for those who bring scanners into use."""
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in PAGES.items()]
    links = (Link(HOME, "commissioning.title", Group.BOX),)
    return Section(routes=tuple(routes), right=Right.COMMISSION, links=links)
