"""A report as one HTML page that asks for nothing, whatever it is opened in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from appliance.displayqa.report.sheet import sheet
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language, Words


def as_html(of: Subject, language: Language) -> str:
    """The page; its one style sheet is in it, and it holds no script."""
    style = (files(__package__) / "report.css").read_text("utf-8")
    page = sheet(of, Words(language))
    policy = content_security_policy()
    said = _template().render(sheet=page, say=page.words.say, style=Markup(style), policy=policy)  # noqa: S704 - ours
    return f"{said}\n"


def content_security_policy() -> str:
    """What the page needs to be allowed: its own style. Whoever serves it sends the same."""
    style = (files(__package__) / "report.css").read_bytes()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((files(__package__) / "report.html").read_text("utf-8"))
