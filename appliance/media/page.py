"""INDEX.HTM and IHE_PDI: the reports for people who have a browser and nothing else.

No script, nothing loaded from elsewhere; whatever an object says is escaped.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path

from appliance.dose.record import IrradiationEvent, Number
from appliance.media.exhibit import Exhibit
from appliance.media.notice import README, Notice
from appliance.media.words import both, joined

INDEX = "INDEX.HTM"
WEB_FOLDER = "IHE_PDI"
STUDIES_A_PAGE = 100
_HEADS = ("scan", "type", "phantom", "kvp", "ctdi_vol", "dlp", "ssde")
_NUMERIC = frozenset({"kvp", "ctdi_vol", "dlp", "ssde"})
_FACTS = (
    "patient_id",
    "birth_date",
    "sex",
    "study_date",
    "accession_number",
    "study_description",
    "scanner",
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 "Yu Gothic UI","Hiragino Sans","Noto Sans CJK JP",Meiryo,sans-serif;
 color:#1a1a1a;background:#fff;max-width:62rem;margin:1.5rem auto;padding:0 1.2rem}
h1{font-size:1.5rem;border-bottom:3px solid #1d5c8a;padding-bottom:.3rem}
h2{font-size:1.1rem;margin:2.2rem 0 .2rem;border-left:5px solid #1d5c8a;padding-left:.5rem}
a{color:#1d5c8a}p{margin:.25rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.6rem 0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}
th{background:#eef3f7;font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums}
tfoot td{font-weight:600;background:#f7f7f7}nav{margin:1rem 0}
@media print{body{max-width:none}section{break-inside:avoid}}
"""


def write_pages(folder: Path, notice: Notice, exhibits: Iterable[Exhibit]) -> None:
    """INDEX.HTM and IHE_PDI/PAGE0001.HTM and so on, a hundred objects each."""
    web = folder / WEB_FOLDER
    pages: list[str] = []
    for number, some in enumerate(_by_hundreds(exhibits), 1):
        web.mkdir(exist_ok=True)
        pages.append(f"PAGE{number:04d}.HTM")
        (web / pages[-1]).write_text("".join(_page(notice, some)), "utf-8")
    (folder / INDEX).write_text("".join(_index(notice, pages)), "utf-8")


def _index(notice: Notice, pages: Sequence[str]) -> Iterator[str]:
    title = joined(f"title_{notice.use}")
    yield from (_head(title), f"<h1>{escape(title)}</h1>")
    yield from (f"<p>{escape(sentence)}</p>" for sentence in notice.sentences())
    yield _facts(notice.facts())
    yield f"<h2>{escape(joined('pages'))}</h2>" if pages else ""
    yield "<nav>"
    for number, page in enumerate(pages, 1):
        yield f'<p><a href="{WEB_FOLDER}/{page}">{escape(joined("page"))} {number}</a></p>'
    yield f'<p><a href="{README}">{README}</a></p></nav></body></html>\n'


def _page(notice: Notice, exhibits: Sequence[Exhibit]) -> Iterator[str]:
    title = joined(f"title_{notice.use}")
    back = f'<nav><a href="../{INDEX}">{escape(joined("back"))}</a></nav>'
    yield from (_head(title), f"<h1>{escape(title)}</h1>", back)
    for each in exhibits:
        yield from _section(each)
    yield f"{back}</body></html>\n"


def _head(title: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
    )


def _section(each: Exhibit) -> Iterator[str]:
    yield f"<section><h2>{escape(each.patient_name or each.patient_id or '-')}</h2>"
    rows = [(joined(name), getattr(each, name)) for name in _FACTS]
    rows.append((joined("institution"), each.institution_name))
    rows.append((joined("verified"), "✓" if each.is_verified else ""))
    yield _facts([(name, value) for name, value in rows if value])
    if each.dose is None:
        yield "".join(f"<p>{escape(sentence)}</p>" for sentence in both("no_dose"))
    else:
        yield from _table(each)
    yield f'<p>{escape(joined("file"))}: <a href="../{each.file}">{each.file}</a></p></section>\n'


def _table(each: Exhibit) -> Iterator[str]:
    assert each.dose is not None  # noqa: S101 - for the type checker; the caller asks
    heads = "".join(f"<th{_side(name)}>{_stacked(name)}</th>" for name in _HEADS)
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for event in each.dose.events:
        cells = zip(_HEADS, _cells(event), strict=True)
        yield f"<tr>{''.join(f'<td{_side(name)}>{escape(text)}</td>' for name, text in cells)}</tr>"
    total = _number(each.dose.total_dlp_mgy_cm)
    yield f'</tbody><tfoot><tr><td colspan="5">{escape(joined("total"))}</td>'
    yield f'<td class="n">{escape(total)}</td><td></td></tr></tfoot></table>'


def _cells(event: IrradiationEvent) -> tuple[str, ...]:
    estimates = (f"{_number(each.ssde_mgy)}" for each in event.size_specific_doses)
    return (
        event.label.value if event.label else "-",
        event.acquisition_type.value.code_meaning if event.acquisition_type else "-",
        event.phantom.value.code_meaning if event.phantom else "-",
        _number(event.kvp),
        _number(event.ctdi_vol_mgy),
        _number(event.dlp_mgy_cm),
        ", ".join(estimates) or "-",
    )


def _number(number: Number | None) -> str:
    return "-" if number is None else f"{Decimal(number.value):f}"


def _side(name: str) -> str:
    return ' class="n"' if name in _NUMERIC else ""


def _stacked(name: str) -> str:
    return "<br>".join(escape(word) for word in dict.fromkeys(both(name)))


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<dl>{cells}</dl>"


def _by_hundreds(exhibits: Iterable[Exhibit]) -> Iterator[list[Exhibit]]:
    some: list[Exhibit] = []
    for each in exhibits:
        some.append(each)
        if len(some) == STUDIES_A_PAGE:
            yield some
            some = []
    if some:
        yield some
