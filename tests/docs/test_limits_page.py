"""docs/console.md says of limits of requests and of HSTS what the code says."""

from pathlib import Path

from appliance.console.displayqa.test_pages import PAPERS
from appliance.console.guard import INSIST
from appliance.console.limit import MOST_ADDRESSES, MOST_SESSIONS, OF_ADDRESS, OF_SESSION
from appliance.console.line import ASK_WITHIN_S, MOST_OF_ONE_MACHINE
from appliance.console.server import MOST_CONNECTIONS

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "console.md").read_text("utf-8").split())


def test_the_limits_are_those_of_the_code() -> None:
    own, shared = OF_SESSION, OF_ADDRESS
    assert f"a session has {own.most:.0f} requests at once and {own.per_s:.0f} a second" in PAGE
    assert f"has {shared.most:.0f} and {shared.per_s:.0f} a second" in PAGE
    assert f"of {MOST_ADDRESSES:,} addresses and {MOST_SESSIONS:,} sessions" in PAGE
    assert f"{MOST_CONNECTIONS} connections at a time" in PAGE
    assert f"One machine has {MOST_OF_ONE_MACHINE} of them" in PAGE
    assert f"not asked within {ASK_WITHIN_S:.0f} s" in PAGE
    assert f"{PAPERS.most} may be asked for at a time" in PAGE


def test_how_long_browsers_insist_is_that_of_the_code() -> None:
    assert f"`{INSIST['strict-transport-security']}`" in PAGE
