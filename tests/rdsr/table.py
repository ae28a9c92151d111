"""The tables of docs/rdsr.md, as the data say them.

``python -m tests.rdsr.table`` prints them; the document is then edited by a person.
"""

from collections.abc import Iterator

from appliance.rdsr import REGIONS
from appliance.rdsr.concepts import Concept
from appliance.rdsr.conformance.table import NEVER_WRITTEN, Row, rows

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


def templates() -> str:
    return "\n".join(line for template in TITLES for line in _template(template))


def regions() -> str:
    lines = [f"| `{r.name}` | ({r.code_value}, SCT, {r.code_meaning}) |" for r in REGIONS.values()]
    return "\n".join(["| Name | Code |", "|---|---|", *lines])


def _template(template: str) -> Iterator[str]:
    yield f"### TID {template} {TITLES[template]}"
    yield ""
    yield "| Row | Content item | Type | | Comes from | When there is none |"
    yield "|---|---|---|---|---|---|"
    yield from (_line(row) for row in rows() if row.template == template)
    yield ""


def _line(row: Row) -> str:
    requirement = f"{row.requirement} {row.condition}".strip()
    written = "never written" if row.origin == NEVER_WRITTEN else row.origin
    cells = (row.number, _item(row), row.value_type, requirement, written, row.without)
    return " | ".join(["", *cells, ""]).strip().replace("  ", " ")


def _item(row: Row) -> str:
    depth = f"{'>' * row.depth} " if row.depth else ""
    if row.name not in Concept.__members__:
        return f"{depth}{row.name}"
    concept = Concept[row.name]
    named = f"({concept.code_value}, {concept.coding_scheme}, {concept.code_meaning})"
    unit = f", {row.value}" if row.value_type == "NUM" else ""
    return f"{depth}{named}{unit}"


if __name__ == "__main__":
    print(templates())  # noqa: T201 - its output is its purpose
    print(regions())  # noqa: T201
