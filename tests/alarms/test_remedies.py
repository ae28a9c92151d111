"""What to do about each alarm: said in the box as it is in its page."""

import re
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode
from appliance.alarms.remedy import remedy

PAGE = (Path(__file__).parents[2] / "docs" / "alarms.md").read_text("utf-8")
LINKS_ASIDE = re.compile(r"\((?:\[[^\]]*\]\([^)]*\)|docs/[a-z-]+\.md)\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def plain(text: str) -> str:
    """Without links, signs of markup, space and capitals."""
    unlinked = LINK.sub(r"\1", LINKS_ASIDE.sub("", text))
    return re.sub(r"[`\s]", "", unlinked).casefold()


def section(code: str) -> str:
    return PAGE.partition(f"\n## `{code}`\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("code", AlarmCode)
def test_an_alarm_says_in_the_box_what_its_page_says(code: AlarmCode) -> None:
    told = plain(section(code))
    for each in remedy(code):
        assert plain(each) in told
