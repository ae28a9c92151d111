"""The pages of settings, put together."""

from appliance.accounts import Right
from appliance.console.application import Section
from appliance.console.asking import Answer, route
from appliance.console.rendering import Group, Link
from appliance.console.settings import course_pages, setting_pages
from appliance.console.settings.desk import Desk
from appliance.console.settings.setting_pages import HOME, readable

GET, POST = ("GET",), ("POST",)
FORM = (*GET, *POST)
PAGES: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
    HOME: (readable(setting_pages.home), GET),
    f"{HOME}/table/{{path}}": (readable(setting_pages.table), FORM),
    f"{HOME}/beside/{{path}}": (readable(setting_pages.beside), POST),
    f"{HOME}/add/{{path}}": (readable(setting_pages.add), FORM),
    f"{HOME}/remove/{{path}}": (readable(setting_pages.remove), POST),
    f"{HOME}/text": (readable(setting_pages.text), FORM),
    f"{HOME}/difference": (readable(setting_pages.compare), GET),
    f"{HOME}/apply": (readable(setting_pages.apply), POST),
    f"{HOME}/discard": (setting_pages.discard, POST),
    f"{HOME}/rest": (setting_pages.rest, POST),
    f"{HOME}/versions": (course_pages.versions, GET),
    f"{HOME}/versions/{{number:int}}": (course_pages.version, FORM),
    f"{HOME}/secrets": (course_pages.secrets, GET),
    f"{HOME}/certificates": (course_pages.certificates, GET),
    f"{HOME}/backups": (course_pages.backups, GET),
    f"{HOME}/exports": (course_pages.exports, GET),
    f"{HOME}/updates": (course_pages.updates, GET),
    f"{HOME}/ask/{{kind}}": (course_pages.ask, POST),
    f"{HOME}/course": (course_pages.course, GET),
    f"{HOME}/course/part": (course_pages.course_part, GET),
    f"{HOME}/keep": (course_pages.keep, POST),
}


def settings_section(desk: Desk) -> Section:
    """Every page of the engineer who sets up the box."""
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in PAGES.items()]
    links = (Link(HOME, "settings.title", Group.BOX),)
    return Section(routes=tuple(routes), right=Right.CONFIGURE, links=links)
