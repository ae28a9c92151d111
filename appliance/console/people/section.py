"""The pages about persons, put together."""

from appliance.accounts import Right
from appliance.console.access import ACCOUNT, LOGIN
from appliance.console.application import LOGOUT, Section
from appliance.console.asking import Answer, route
from appliance.console.people import accounts_pages, entrance, own_account
from appliance.console.people.accounts_pages import PEOPLE
from appliance.console.people.desk import Desk
from appliance.console.people.entrance import SETUP
from appliance.console.rendering import Group, Link

GET, FORM, POST = ("GET",), ("GET", "POST"), ("POST",)
ONE = PEOPLE + "/{name}"
ENTRANCE: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
    LOGIN: (entrance.login, FORM),
    LOGOUT: (entrance.logout, POST),
    SETUP: (entrance.setup, FORM),
    ACCOUNT: (own_account.account, GET),
    f"{ACCOUNT}/password": (own_account.password, POST),
}
"""Pages that ask themselves who is there."""
ACCOUNTS: dict[str, tuple[Answer[Desk], tuple[str, ...]]] = {
    PEOPLE: (accounts_pages.accounts, FORM),
    ONE: (accounts_pages.account, GET),
    f"{ONE}/role": (accounts_pages.role, POST),
    f"{ONE}/lock": (accounts_pages.lock, POST),
    f"{ONE}/unlock": (accounts_pages.unlock, POST),
    f"{ONE}/reset": (accounts_pages.reset, POST),
}


def login_section(desk: Desk) -> Section:
    """What is there for whoever is not logged in, and for everybody who is."""
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in ENTRANCE.items()]
    return Section(routes=tuple(routes), right=None)


def people_section(desk: Desk) -> Section:
    """The accounts, for administrators."""
    routes = [route(desk, path, answer, methods) for path, (answer, methods) in ACCOUNTS.items()]
    links = (Link(PEOPLE, "people.title", Group.BOX),)
    return Section(routes=tuple(routes), right=Right.ADMINISTER, links=links)
