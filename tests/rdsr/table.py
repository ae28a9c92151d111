"""The tables of docs/rdsr.md, as the data say them, and as reports were written.

``python -m tests.rdsr.table`` writes them into it; the change is then read by a person.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from appliance.rdsr import REGIONS
from appliance.rdsr.concepts import Concept
from appliance.rdsr.conformance.table import NEVER_WRITTEN, Row, guideline, rows, sources
from tests.services.written import WARDS, states

TITLES = {
    "10011": "CT Radiation Dose",
    "10012": "CT Accumulated Dose Data",
    "10013": "CT Irradiation Event Data",
    "10014": "Scanning Length",
    "10015": "CT Dose Check Details",
    "1002": "Observer Context",
    "1003": "Person Observer Identifying Attributes",
    "1004": "Device Observer Identifying Attributes",
    "1020": "Person Participant",
    "1021": "Device Participant",
    "1204": "Language of Content Item and Descendants",
}
COLUMNS = ("Screen", "Images", "MPPS", "Native", "Site")
PAGE = Path(__file__).parents[2] / "docs" / "rdsr.md"


def templates() -> str:
    return "\n".join(line for template in TITLES for line in _template(template))


def regions() -> str:
    lines = [f"| `{r.name}` | ({r.code_value}, SCT, {r.code_meaning}) |" for r in REGIONS.values()]
    return "\n".join(["| Name | Code |", "|---|---|", *lines])


def guideline_rows() -> str:
    lines = [
        "| Code | Value | Unit | Required | Row | Remark |",
        "|---|---|---|---|---|---|",
    ]
    for each in guideline():
        template, _, number = each.row.partition(" ")
        row = f"TID {template} row {number}" if number else "none"
        cells = (each.code, each.concept, each.unit, each.required, row, each.remark)
        lines.append(_joined(*cells))
    return "\n".join(lines)


def _template(template: str) -> Iterator[str]:
    columns = ["Row", "Content item", "Type", "", "Comes from", "When there is none"]
    if any(each.template == template for each in sources()):
        columns[5:5] = COLUMNS
    yield f"### TID {template} {TITLES[template]}"
    yield ""
    yield _joined(*columns)
    yield "|" + "---|" * len(columns)
    yield from (
        _line(row, with_sources=len(columns) > len(COLUMNS) + 1)
        for row in rows()
        if row.template == template
    )
    yield ""


def _line(row: Row, *, with_sources: bool) -> str:
    requirement = f"{row.requirement} {row.condition}".strip()
    written = "never written" if row.origin == NEVER_WRITTEN else row.origin
    given = [_given(row, column) for column in COLUMNS] if with_sources else []
    cells = (row.number, _item(row), row.value_type, requirement, written, *given, row.without)
    return _joined(*cells)


def _given(row: Row, column: str) -> str:
    """What one source gives a row; several values of it, each said once."""
    name = column.casefold()
    said = [
        str(getattr(each, name))
        for each in sources()
        if (each.template, each.number) == (row.template, row.number)
    ]
    stated = [each for each in dict.fromkeys(said) if each != "-"]
    return "; ".join(stated) if stated or not said else "-"


def _joined(*cells: str) -> str:
    return " | ".join(["", *cells, ""]).strip().replace("  ", " ")


def _item(row: Row) -> str:
    depth = f"{'>' * row.depth} " if row.depth else ""
    if row.name not in Concept.__members__:
        return f"{depth}{row.name}"
    concept = Concept[row.name]
    named = f"({concept.code_value}, {concept.coding_scheme}, {concept.code_meaning})"
    unit = f", {row.value}" if row.value_type == "NUM" else ""
    return f"{depth}{named}{unit}"


OF_REPORTS = ("10011", "10012", "10013", "10014")


def written_reports() -> str:
    """Which rows hold a value in the report of each maker's study."""
    columns = {maker: states(maker) for maker in WARDS}
    lines = [_joined("TID", "Row", "Content item", *columns), "|" + "---|" * (3 + len(columns))]
    lines += [
        _joined(
            row.template,
            row.number,
            _item(row),
            *(column[row.template, row.number] for column in columns.values()),
        )
        for row in rows()
        if row.template in OF_REPORTS
        and all((row.template, row.number) in c for c in columns.values())
    ]
    return "\n".join(lines)


def column_of(maker: str, page: str) -> dict[tuple[str, str], str]:
    """What ``page`` says of one maker's report."""
    part = page.partition("<!-- written-reports -->\n")[2].partition("<!-- end -->")[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.strip().splitlines()]
    at = cells[0].index(maker)
    return {(cell[0], cell[1]): cell[at] for cell in cells[2:]}


Parts = Mapping[str, Callable[[], str]]
PARTS: Parts = {"templates": templates, "guideline": guideline_rows, "regions": regions}
MEASURED: Parts = {"written-reports": written_reports}
"""Takes seconds a maker."""


def written(page: str, parts: Parts = PARTS) -> str:
    """``page`` with the tables of ``parts`` as they should be."""
    for name, table in parts.items():
        part = re.compile(rf"(<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        assert part.search(page), name
        before, _, rest = part.sub(r"\1\0", page).partition("\0")
        page = f"{before}{table().strip()}\n\n{rest}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8"), {**PARTS, **MEASURED}), "utf-8")
