"""The commissioning checklist as pages and as sheets for A4, from ``checklist.toml``."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("checklist.toml")
BOX = "☐"
HEADS = (("", "check", "result"), ("", "確認項目", "結果"))
STYLE = """
@page { size: A4; margin: 14mm 14mm 12mm 16mm }
body { font: 9.5pt/1.35 'Noto Sans', 'Noto Sans CJK JP', 'IPAexGothic', sans-serif; color: #000;
  max-width: 180mm; margin: auto }
h1 { font-size: 14pt; margin: 0 0 2mm }
h2 { font-size: 10.5pt; margin: 3mm 0 1mm; break-after: avoid }
table { border-collapse: collapse; width: calc(100% - 1mm); break-inside: avoid }
td { border: .3pt solid #555; padding: 1.3mm 1.5mm; vertical-align: middle; height: 4.2mm }
td.tick { width: 4.5mm; text-align: center; font-size: 12pt; line-height: 1 }
td.line { width: 52mm }
td.none { background: #eee }
td.name { width: 62mm }
.sign td { height: 11mm; width: 33% }
code { font-family: 'Noto Sans Mono', monospace; font-size: 8.5pt }
"""


def checklist() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(FILE.read_text("utf-8"))


def page(language: int) -> str:
    """Every group as a table."""
    return "\n".join(_lines(language))


def _lines(language: int) -> Iterator[str]:
    content = checklist()
    yield from ("| | |", "|---|---|")
    yield from (f"| {each[language]} | |" for each in content["sheet"])
    yield ""
    for number, group in enumerate(content["group"], 1):
        yield from (f"## {number}. {group['title'][language]}", "")
        yield from (f"| {' | '.join(HEADS[language])} |", "|---|---|---|")
        for item in group["items"]:
            line = "____________" if item.get("write") else ""
            yield f"| {BOX} | {item['text'][language]} | {line} |"
        yield ""
    yield from (
        f"| {' | '.join(each[language] for each in content['signatures'])} |",
        "|---|---|---|",
    )
    yield from ("| | | |", "")


def sheet(language: int) -> str:
    """The same for a printer: one file that needs nothing else."""
    content = checklist()
    title = content["title"][language]
    rows = [(each[language], "") for each in content["sheet"]]
    body = "".join(f'<tr><td class="name">{_html(name)}</td><td></td></tr>' for name, _ in rows)
    groups = "".join(
        _group(number, each, language) for number, each in enumerate(content["group"], 1)
    )
    signed = "".join(f"<td>{_html(each[language])}</td>" for each in content["signatures"])
    tongue = ("en", "ja")[language]
    return (
        f'<!doctype html>\n<html lang="{tongue}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n"
        f"<h1>{escape(title)}</h1>\n<table>{body}</table>\n{groups}"
        f'<p></p><table class="sign"><tr>{signed}</tr></table>\n</body></html>\n'
    )


def _group(number: int, group: dict[str, Any], language: int) -> str:
    rows = "".join(
        f'<tr><td class="tick">{BOX}</td><td>{_html(item["text"][language])}</td>'
        f'<td class="line{"" if item.get("write") else " none"}"></td></tr>\n'
        for item in group["items"]
    )
    return f"<h2>{number}. {escape(group['title'][language])}</h2>\n<table>{rows}</table>\n"


def _html(words: str) -> str:
    """Text with `code` and *emphasis* as HTML."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words, quote=False))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", marked)


def sheets() -> Iterator[tuple[str, Callable[[], str]]]:
    """The name of each sheet, and what makes it."""
    for language, suffix in enumerate(("", ".ja")):
        yield f"commissioning{suffix}.html", partial(sheet, language)


CHECKLISTS: dict[str, Callable[[], str]] = {
    "checklist-en": partial(page, 0),
    "checklist-ja": partial(page, 1),
}
