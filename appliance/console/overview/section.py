"""The first page, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import route
from appliance.console.overview import pages
from appliance.console.overview.desk import Desk
from appliance.console.rendering import Link

HOME, NOW = "/", "/overview/now"


def overview_section(desk: Desk) -> Section:
    """For everybody who may see how the box is."""
    routes = (route(desk, HOME, pages.page), route(desk, NOW, pages.now))
    return Section(routes=routes, right=Right.SEE_STATE, links=(Link(HOME, "overview.title"),))
