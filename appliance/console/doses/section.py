"""The pages of doses, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import Answer, route
from appliance.console.doses import alert_pages, files, pages
from appliance.console.doses.desk import Desk
from appliance.console.doses.pages import HOME
from appliance.console.rendering import Link

SEEN: dict[str, Answer[Desk]] = {
    HOME: pages.home,
    f"{HOME}/exams/{{exam}}": pages.exam,
    f"{HOME}/protocols": pages.protocols,
    f"{HOME}/protocol": pages.protocol,
    f"{HOME}/alerts": alert_pages.alerts,
    HOME + "/levels.{form}": files.levels,
    HOME + "/protocols.{form}": files.protocols,
}
ACKNOWLEDGE = HOME + "/alerts/{number:int}/acknowledge"


def doses_sections(desk: Desk) -> tuple[Section, ...]:
    """What whoever may see doses sees; and what a person decides about a study."""
    seen = tuple(route(desk, path, answer) for path, answer in SEEN.items())
    decided = (route(desk, ACKNOWLEDGE, alert_pages.acknowledge, ("POST",)),)
    return (
        Section(routes=seen, right=Right.SEE_DOSES, links=(Link(HOME, "doses.title"),)),
        Section(routes=decided, right=Right.SETTLE),
    )
