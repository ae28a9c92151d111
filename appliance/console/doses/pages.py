"""The doses of the site beside reference levels, of one examination, and of one protocol."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.charts.typeface import Typeface
from appliance.console.asking import NOT_FOUND, Asked
from appliance.console.doses.desk import Desk
from appliance.console.doses.looked import address, selection_of
from appliance.console.doses.panel import TOLD_FROM, counted, panels
from appliance.drl.columns import Columns, Counting
from appliance.drl.comparison import Row
from appliance.drl.selection import AGES, WEIGHTS, Selection
from appliance.drl.statistics import rounded
from appliance.drl.strip_chart import chart
from appliance.drl.strips import strips
from appliance.drl.table import Quantity
from appliance.drl.words import marks_of, name_of, words
from appliance.errors import ConfigurationError
from appliance.memory import give_back_young
from appliance.texts import Texts

HOME = "/doses"
MOST_REFUSED = 20
Values = dict[str, Any]


def home(asked: Asked[Desk]) -> Response:
    """Every examination's median beside its figures."""

    def values(found: Columns, selection: Selection) -> Values:
        rows, by = list(found.rows(selection)), found.by
        drawn = [each for each in rows if len(each.values) >= asked.desk.minimum]
        refused = sorted(found.refused(selection).items(), key=lambda each: (-each[1], each[0]))
        return {
            "rows": rows,
            "told_from": TOLD_FROM,
            "chart": _chart(drawn, asked.texts, asked.desk.minimum),
            "edition": by.tables[0].title,
            "unverified": [each.title for each in by.unverified],
            "exams": {by.exams.by_identifier[n]: c for n, c in found.exams(selection).items()},
            "refused": [
                (refusal.meaning, label, count)
                for (refusal, label), count in refused[:MOST_REFUSED]
            ],
            "unseen": max(0, len(refused) - MOST_REFUSED),
            "words": words(asked.texts.language),
            "name_of": name_of,
            "marks_of": marks_of,
            "rounded": rounded,
        }

    return _shown(asked, "home", values)


def exam(asked: Asked[Desk]) -> Response:
    """One examination: its distributions, by scanner and by protocol."""
    name = asked.named("exam")

    def values(found: Columns, selection: Selection) -> Values:
        known = found.by.exams.by_identifier.get(name)
        if known is None:
            raise HTTPException(NOT_FOUND)
        return {
            **_distribution(asked, found, selection, name),
            "exam": known,
            "by_label": counted(found.by_label(selection, name)),
        }

    return _shown(asked, "distribution", values)


def protocol(asked: Asked[Desk]) -> Response:
    """Every scan of one protocol, whatever examination it was."""

    def values(found: Columns, selection: Selection) -> Values:
        return {
            **_distribution(asked, found, selection, ""),
            "exam": None,
            "by_label": (),
        }

    return _shown(asked, "distribution", values)


def protocols(asked: Asked[Desk]) -> Response:
    """Every protocol of the scanners, with the typical values of its scans."""

    def values(found: Columns, selection: Selection) -> Values:
        return {"by_label": counted(found.by_label(selection, "")), "quantities": tuple(Quantity)}

    return _shown(asked, "protocols", values)


def selected(asked: Asked[Desk]) -> Selection:
    """What the address asks for."""
    return selection_of(asked.answers, asked.desk.today(), asked.desk.months)


def _shown(
    asked: Asked[Desk], template: str, values: Callable[[Columns, Selection], Values]
) -> Response:
    """Macros refer to themselves and to what was shown, which is a hundred thousand doses."""
    try:
        return _made(asked, template, values)
    finally:
        give_back_young()


def _made(
    asked: Asked[Desk], template: str, values: Callable[[Columns, Selection], Values]
) -> Response:
    selection = selected(asked)
    try:
        with asked.desk.columns() as found:
            if isinstance(found, Counting):
                return asked.page("doses/counting.html", counting=found)
            shown = values(found, selection)
            choices = {"scanners": found.scanners, "labels": found.labels}
            studies = found.studies(selection)
    except ConfigurationError as failure:
        return asked.page("doses/unsound.html", reason=str(failure))
    return asked.page(
        f"doses/{template}.html",
        selection=selection,
        studies=studies,
        minimum=asked.desk.minimum,
        names=asked.desk.scanners(),
        choices=choices | {"ages": tuple(AGES), "weights": tuple(WEIGHTS)},
        here=asked.request.url.path,
        address=address,
        **shown,
    )


def _distribution(asked: Asked[Desk], found: Columns, selection: Selection, name: str) -> Values:
    return {
        "panels": list(panels(found, selection, name, asked.desk.minimum, asked.texts)),
        "by_scanner": counted(found.by_scanner(selection, name)),
        "quantities": tuple(Quantity),
        "words": words(asked.texts.language),
        "name_of": name_of,
        "told_from": TOLD_FROM,
    }


def _chart(rows: list[Row], texts: Texts, minimum: int) -> Markup:
    """The strips of ``rows``; empty without any."""
    if not rows:
        return Markup()
    content = strips(rows, words(texts.language), minimum, texts.say("doses.strips_note"), "")
    return Markup(chart(content, Typeface()).svg().decode())  # noqa: S704 - an SVG of ours
