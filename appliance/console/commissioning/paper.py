"""A protocol as one HTML page for paper, made of its record: it asks for nothing, runs nothing."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from appliance.commissioning import Finding, Outcome
from appliance.console.commissioning.words import said, step_name, subject_name
from appliance.console.moments import local
from appliance.console.rendering import catalogue
from appliance.texts import Texts

STYLE, PAGE = "paper.css", "paper.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A result on the protocol; ``subject`` is empty where a step is one thing."""

    number: int
    step: str
    subject: str
    outcome: str
    word: str
    at: str
    by: str
    tries: int
    note: str
    findings: tuple[tuple[str, str, str], ...]
    """Verdict, its word, and what was found."""


def as_html(record: str, language: str) -> bytes:
    """The page, in UTF-8. ``record`` is what ``services.commissioning_record`` made."""
    texts = Texts(language, catalogue())
    told = json.loads(record)
    style = (files(__package__) / STYLE).read_text("utf-8")
    lines = tuple(_lines(told, texts))
    page = _template().render(
        style=Markup(style),  # noqa: S704 - ours
        policy=content_security_policy(),
        texts=texts,
        told=told,
        lines=lines,
        failed=sum(each.outcome == Outcome.FAILED for each in lines),
        digest=hashlib.sha256(record.encode()).hexdigest(),
    )
    return f"{page}\n".encode()


def content_security_policy() -> str:
    """What the page needs to be allowed: its own style. Whoever serves it sends the same."""
    digest = hashlib.sha256((files(__package__) / STYLE).read_bytes()).digest()
    allowed = base64.b64encode(digest).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"


def _lines(told: Mapping[str, Any], texts: Texts) -> Iterator[Line]:
    for number, step in enumerate(told["steps"], 1):
        for each in step["results"]:
            found = [Finding.from_json(finding) for finding in each["findings"]]
            yield Line(
                number=number,
                step=step_name(step["step"], texts),
                subject=subject_name(step["step"], each["subject"], texts),
                outcome=each["outcome"],
                word=texts.say(f"commissioning.outcome_{each['outcome']}"),
                at=local(each["ended_at"]),
                by=each["by"],
                tries=step["tries"],
                note=each["note"],
                findings=tuple(
                    (finding.verdict, texts.say(f"commissioning.verdict_{finding.verdict}"), text)
                    for finding in found
                    for text in (said(finding, texts),)
                ),
            )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["local"] = local
    return environment.from_string((files(__package__) / PAGE).read_text("utf-8"))
