"""The forms that a report can be had in, as files."""

import json
from enum import StrEnum

from appliance.displayqa.report.page import as_html
from appliance.displayqa.report.pdf import as_pdf
from appliance.displayqa.report.reading_file import as_csv, other_readings
from appliance.displayqa.report.record import as_json
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language, Words


class Form(StrEnum):
    """What a report is written as; the word is the end of the file's name too."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


def default_name(of: Subject, form: Form) -> str:
    """Such as ``reading-1-left-17.pdf``."""
    return f"{of.display.name}-{of.session.identifier}.{form}"


def files(of: Subject, form: Form, language: Language, name: str) -> dict[str, bytes]:
    """The report in a file called ``name``, then what belongs beside it: contents by name.

    Beside a CSV stand the readings of the baseline and of other displays. Raises MissingToolError
    as ``as_pdf``.
    """
    match form:
        case Form.HTML:
            return {name: as_html(of, language).encode()}
        case Form.PDF:
            return {name: as_pdf(of, language)}
        case Form.CSV:
            return _csv(of, name)
        case Form.JSON:
            said = as_json(of, Words(language).pick)
            return {name: f"{json.dumps(said, ensure_ascii=False, indent=2)}\n".encode()}


def _csv(of: Subject, name: str) -> dict[str, bytes]:
    others = other_readings(of)
    stem = name.removesuffix(f".{Form.CSV}")
    names = {each: f"{stem}-{each}.csv" for each in others}
    beside = {names[each]: content.encode() for each, content in others.items()}
    return {name: as_csv(of, name, names).encode(), **beside}
