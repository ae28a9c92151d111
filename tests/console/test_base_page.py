"""What stands on every page: the script that is not ours, its parts, and how times are said."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from jinja2 import Environment, PackageLoader

import appliance.console
from appliance.console.moments import ago, iso, lasting
from appliance.console.rendering import catalogue
from appliance.texts import Texts

HERE = Path(appliance.console.__file__).parent
NOTICE = HERE.parent.parent / "NOTICE"
HTMX_VERSION = "2.0.11"
HTMX_SHA256 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""Of dist/htmx.min.js in the package of that version at registry.npmjs.org."""
FORBIDDEN = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "historyEnabled": False,
    "historyCacheSize": 0,
}


def test_htmx_is_what_was_published() -> None:
    script = (HERE / "static" / "htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == HTMX_SHA256
    assert f'version:"{HTMX_VERSION}"' in script.decode()
    assert f"htmx {HTMX_VERSION}, dist/htmx.min.js" in NOTICE.read_text("utf-8")


def test_htmx_needs_nothing_that_the_policy_forbids_and_keeps_no_page_of_a_patient() -> None:
    page = (HERE / "templates" / "base.html").read_text("utf-8")
    configured = re.search(r"name=\"htmx-config\" content='([^']*)'", page)
    assert configured is not None
    found = json.loads(configured[1])
    assert {name: found.get(name) for name in FORBIDDEN} == FORBIDDEN


@pytest.mark.parametrize(
    ("seconds", "english", "japanese"),
    [
        (0, "just now", "たった今"),
        (-5, "just now", "たった今"),
        (100, "1 min ago", "1分前"),
        (3600, "60 min ago", "60分前"),
        (6000, "1 h ago", "1時間前"),
        (47 * 3600, "47 h ago", "47時間前"),
        (48 * 3600, "2 days ago", "2日前"),
    ],
)
def test_how_long_ago_is_said_in_the_unit_that_fits(
    seconds: float, english: str, japanese: str
) -> None:
    assert ago(Texts("en", catalogue()), 1e9, 1e9 + seconds) == english
    assert ago(Texts("ja", catalogue()), 1e9, 1e9 + seconds) == japanese


def test_what_never_was_is_said_so() -> None:
    assert ago(Texts("en", catalogue()), None, 1e9) == "never"


def test_how_long_something_lasts_is_said() -> None:
    texts = Texts("en", catalogue())
    assert [lasting(texts, each) for each in (7, 600, 7200, 200000)] == [
        "7 s",
        "10 min",
        "2 h",
        "2 days",
    ]


def test_a_time_for_machines_is_in_utc() -> None:
    assert iso(0.0) == "1970-01-01T00:00:00Z"


def test_what_is_put_into_the_parts_stays_text() -> None:
    environment = Environment(
        loader=PackageLoader("appliance.console", "templates"), autoescape=True
    )
    page = environment.from_string(
        '{% from "parts/badge.html" import badge, flash, big %}'
        "{{ badge('bad', words) }}{{ flash('bad', words) }}{{ big('good', words, words) }}"
    ).render(words="<script>alert(1)</script>")
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 4
