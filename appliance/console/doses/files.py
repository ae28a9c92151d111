"""The same doses as files: for spreadsheets and for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.console.asking import NOT_FOUND, Asked
from appliance.console.doses.desk import Desk
from appliance.console.doses.pages import selected
from appliance.console.doses.panel import SHARES, TOLD_FROM, Counted, counted
from appliance.drl.columns import Columns, Counting
from appliance.drl.export import COLUMNS, as_csv, as_object
from appliance.drl.selection import Selection
from appliance.drl.statistics import rounded

BYTE_ORDER_MARK = "\ufeff"
"""By which a spreadsheet of Japan knows UTF-8."""
LATER = 503
OF_A_DOSE = ("median", "percentile_75", "ratio", "above")
PROTOCOL_COLUMNS = ("protocol", "quantity", "unit", "scans", "median", *SHARES)


def levels(asked: Asked[Desk]) -> Response:
    """Each figure beside the doses it holds for; a few are counted only."""
    minimum = asked.desk.minimum

    def rows(found: Columns, selection: Selection) -> Iterable[dict[str, Any]]:
        for each in found.rows(selection):
            told = len(each.values) >= TOLD_FROM
            yield as_object(each, minimum) | ({} if told else dict.fromkeys(OF_A_DOSE))

    return _file(asked, "levels", COLUMNS, rows)


def protocols(asked: Asked[Desk]) -> Response:
    """Each protocol's scans."""

    def rows(found: Columns, selection: Selection) -> Iterable[dict[str, Any]]:
        for each in counted(found.by_label(selection, "")):
            yield from _of(each)

    return _file(asked, "protocols", PROTOCOL_COLUMNS, rows)


def _of(one: Counted) -> Iterable[dict[str, Any]]:
    for quantity, doses in one.doses.items():
        told = len(doses) >= TOLD_FROM
        shares = {n: str(rounded(doses.percentile(s))) if told else None for n, s in SHARES.items()}
        yield {
            "protocol": one.name,
            "quantity": quantity,
            "unit": quantity.unit,
            "scans": len(doses),
            "median": str(rounded(doses.median)) if told else None,
            **shares,
        }


def _file(
    asked: Asked[Desk],
    name: str,
    columns: Sequence[str],
    rows: Any,  # noqa: ANN401 - a function of columns and selection
) -> Response:
    form, selection = asked.named("form"), selected(asked)
    if form not in {"csv", "json"}:
        raise HTTPException(NOT_FOUND)
    with asked.desk.columns() as found:
        if isinstance(found, Counting):
            raise HTTPException(LATER)
        every = list(rows(found, selection))
    file = f"doses-{name}-{asked.desk.today()}.{form}"
    head = {"content-disposition": f'attachment; filename="{file}"'}
    if form == "csv":
        text = BYTE_ORDER_MARK + as_csv(columns, every)
        return Response(text, media_type="text/csv; charset=utf-8", headers=head)
    body = {"selection": dict(selection.terms()), "rows": every}
    return Response(
        json.dumps(body, ensure_ascii=False), media_type="application/json", headers=head
    )
