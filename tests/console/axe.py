"""Whether a page can be used by everybody, by axe-core's rules, run in the browser."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def assert_accessible(page: Page) -> None:
    """Fails with what axe-core finds serious or critical, and where."""
    found = [each for each in _findings(page) if each["impact"] in GRAVE]
    assert not found, "\n".join(_said(each) for each in found)


def _findings(page: Page) -> list[dict[str, Any]]:
    return list(Axe().run(page).response["violations"])


def _said(finding: dict[str, Any]) -> str:
    places = [f"  {node['html']}\n    {node['failureSummary']}" for node in finding["nodes"]]
    return "\n".join([f"{finding['id']} ({finding['impact']}): {finding['help']}", *places])
