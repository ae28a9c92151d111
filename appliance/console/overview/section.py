"""The first page, put together."""

from collections.abc import Callable

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import route
from appliance.console.overview import pages
from appliance.console.overview.desk import Desk
from appliance.console.overview.pages import HOME, NOW, WALL_HOME, WALL_NOW
from appliance.console.rendering import Link


def overview_section(desk: Desk) -> Section:
    """For everybody who may see how the box is."""
    routes = (route(desk, HOME, pages.page), route(desk, NOW, pages.now))
    return Section(routes=routes, right=Right.SEE_STATE, links=(Link(HOME, "overview.title"),))


def wall_section(desk: Desk, is_on_wall: Callable[[str], bool]) -> Section:
    """The same for screens on a wall, by their addresses: nobody is asked who they are."""
    answers = {WALL_HOME: pages.wall, WALL_NOW: pages.now}
    routes = tuple(
        route(desk, path, pages.for_walls(answer, is_on_wall)) for path, answer in answers.items()
    )
    return Section(routes=routes, right=None)
