"""Rewrites the parts of these pages that are made from the code.

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. ``make docs`` rewrites
them all; with ``--check`` nothing is written, and the exit code is 1 when a page is out of date.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from appliance.cli.arguments import build_parser
from appliance.cli.texts import texts_for
from appliance.config.reference import EXAMPLE_SITE, as_markdown, as_toml
from appliance.deidentify import Hindrance, Preset, presets
from appliance.deidentify.definition import sop_classes
from appliance.deidentify.option import MEANINGS, Option
from appliance.deidentify.profile import rows as data_rows
from appliance.dose.merge.orders import orders
from appliance.drl.exam import Ages, exams
from appliance.drl.table import Level, Table, shipped
from appliance.errors import ApplianceError

sys.path.insert(0, str(Path(__file__).parent))
from cautions import CAUTIONS
from checklists import CHECKLISTS, sheets
from flows import TRAFFIC
from happenings import HAPPENINGS
from lights import LIGHTS
from metering import METERS
from panels import PANELS
from pictures import pictures, redrawn
from provisioner import PROVISIONING
from rulesets import RULESETS
from schemas import SCHEMAS
from sheet import NAME, SHEET, as_png, is_picture
from statement import STATEMENT
from symptoms import SYMPTOMS

PAGES = Path(__file__).parent
COMMON = ("config", "data_dir", "speak")
"""Options that every command takes; written once."""
PART = re.compile(r"(?<=<!-- generated: )([a-z-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def example() -> str:
    """The example file, as it loads."""
    return f"```toml\n{as_toml(EXAMPLE_SITE)}```\n"


def commands() -> str:
    """Every command with its options."""
    return "\n".join(_command(build_parser())).strip() + "\n"


def exit_codes() -> str:
    """Every exit code with the words an error line begins with."""
    words = [texts_for(language) for language in ("en", "ja")]
    rows = [f"| {code} | {words[0].say(key)} | {words[1].say(key)} |" for code, key in _codes()]
    return "\n".join(["| exit code | meaning | 意味 |", "|---|---|---|", *rows]) + "\n"


def merge_combinations() -> str:
    """In what a pair has to agree to be one scan, and in what to be contradicted."""
    by = orders().matching
    rows = [f"| {' + '.join(sorted(each))} | one scan |" for each in by.sufficient]
    meaning = "one scan, also when a dose, kV or phantom differs: that is doubted"
    rows += [f"| {' + '.join(sorted(each))} | {meaning} |" for each in by.near]
    return "\n".join(["| agree in | are |", "|---|---|", *rows]) + "\n"


def merge_orders() -> str:
    """Every value with the order of its sources."""
    rows = [
        f"| `{name}` | {', '.join(order.sources)} | {', '.join(sorted(order.doubted)) or '-'} "
        f"| {'yes' if order.shared else ''} | {order.reason} |"
        for name, order in {**orders().values, **orders().parts}.items()
    ]
    heads = ["| value | taken from, in this order | doubted | shared | because |"]
    return "\n".join([*heads, "|---|---|---|---|---|", *rows]) + "\n"


def drl_exams() -> str:
    """The examinations that reference levels are stated for."""
    rows = [
        f"| `{each.identifier}` | {' / '.join(each.name)} | {each.of} "
        f"| {', '.join(f'`{region}`' for region in sorted(each.regions))} |"
        for each in exams().by_identifier.values()
    ]
    head = ["| examination | name | figures are of a | regions |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def drl_tables() -> str:
    """Every shipped table of reference levels, each figure with its source."""
    return "\n".join(line for table in shipped().values() for line in _drl_table(table)) + "\n"


def _drl_table(table: Table) -> Iterator[str]:
    yield from (f"### `{table.edition}`, version {table.version}", "", " / ".join(table.title), "")
    yield "| examination | phantom | age | weight kg | quantity | figure | verified | source |"
    yield "|---|---|---|---|---|---|---|---|"
    sources: dict[str, int] = {}
    for level in table.levels:
        for quantity, figure in level.figures.items():
            number = sources.setdefault(figure.source, len(sources) + 1)
            verified = "yes" if figure.verified else "**no**"
            value = f"{quantity.symbol} | {figure.value} {quantity.unit}"
            yield f"| {_holds_for(level)} | {value} | {verified} | {number} |"
    yield ""
    yield from (f"{number}. {source}" for source, number in sources.items())
    yield ""


def _holds_for(level: Level) -> str:
    phantom = level.phantom.name if level.phantom else "-"
    weight = "-".join(map(str, level.standard_weight_kg)) if level.standard_weight_kg else "-"
    return f"`{level.exam}` | {phantom} | {_band(level.ages)} | {weight}"


def _band(ages: Ages | None) -> str:
    return "-" if ages is None else f"{ages.youngest} to <{ages.below}"


def deidentification_presets() -> str:
    """What each preset keeps."""
    known = presets().values()
    rows = [
        f"| {option} | {MEANINGS.get(option.code_value, 'not done here')} ({option.code_value}) | "
        + " | ".join("yes" if option in each.options else "" for each in known)
        + " |"
        for option in Option
    ]
    rows.append("| Patient ID | | " + " | ".join(_patient_id(each) for each in known) + " |")
    ages = (str(each.oldest_age_years or "") for each in known)
    rows.append("| oldest age told, in years | | " + " | ".join(ages) + " |")
    hours = ("kept" if each.keeps_time_of_day else "removed" for each in known)
    rows.append("| time of day with moved dates | | " + " | ".join(hours) + " |")
    head = "| | Code Meaning (CID 7050) | " + " | ".join(f"`{each.name}`" for each in known) + " |"
    meanings = [f"- `{each.name}`: {' '.join(each.meaning)}" for each in known]
    return "\n".join([*meanings, "", head, "|---" * (len(known) + 2) + "|", *rows]) + "\n"


def _patient_id(preset: Preset) -> str:
    if preset.keeps_identity:
        return "kept"
    return "pseudonym" if preset.pseudonym else "empty"


def deidentification_hindrances() -> str:
    """Why an object does not leave."""
    rows = [f"| `{each}` | {' '.join(each.meaning)} |" for each in Hindrance]
    return "\n".join(["| reason | meaning |", "|---|---|", *rows]) + "\n"


def deidentification_content() -> str:
    """What becomes of listed content items."""
    rows = [
        f"| {each['meaning']} ({each['code']}, {each['scheme']}) | {each['value_type']} "
        f"| {each['rule'].replace('|', ' or ')} | {each['otherwise']} |"
        for each in data_rows("content_items.csv")
    ]
    head = ["| concept | value type | stays | otherwise |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def deidentification_classes() -> str:
    """The SOP classes that may leave de-identified."""
    return "".join(f"- {name} ({uid})\n" for uid, name in sop_classes().items())


PARTS: dict[str, Callable[[], str]] = {
    "deidentification-classes": deidentification_classes,
    "deidentification-content": deidentification_content,
    "deidentification-hindrances": deidentification_hindrances,
    "deidentification-presets": deidentification_presets,
    "settings": as_markdown,
    "example": example,
    "commands": commands,
    "exit-codes": exit_codes,
    "drl-exams": drl_exams,
    "drl-tables": drl_tables,
    "merge-combinations": merge_combinations,
    "merge-orders": merge_orders,
    **CAUTIONS,
    **CHECKLISTS,
    **HAPPENINGS,
    **LIGHTS,
    **METERS,
    **PANELS,
    **PROVISIONING,
    **RULESETS,
    **SCHEMAS,
    **SHEET,
    **STATEMENT,
    **SYMPTOMS,
    **TRAFFIC,
}


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    nested: list[argparse.ArgumentParser] = []
    rows = {}
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to ask
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            nested += action.choices.values()
        elif not isinstance(action, argparse._HelpAction):  # noqa: SLF001 - the same
            rows[action.dest] = f"| {_words(action)} | {action.help} |"
    yield from (f"### `{parser.prog}`", "", str(parser.description), "")
    if parser.prog != "appliance":
        rows = {dest: row for dest, row in rows.items() if dest not in COMMON}
    if rows:
        yield from ("| argument | meaning |", "|---|---|", *rows.values(), "")
    for each in nested:
        yield from _command(each)


def _words(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    if action.choices:
        value = "\\|".join(map(str, action.choices))
    if not action.option_strings:
        return f"`{value}`" + ("" if action.nargs is None else f" ({_many(action.nargs)})")
    required = " (required)" if action.required else ""
    return ", ".join(f"`{f'{each} {value}'.strip()}`" for each in action.option_strings) + required


def _many(nargs: object) -> str:
    return {"+": "one or more", "*": "any number", "?": "optional"}[str(nargs)]


def _codes() -> Iterator[tuple[int, str]]:
    kinds = [ApplianceError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    for code in sorted({kind.exit_code for kind in kinds}):
        yield code, f"exit.{code}"


def _rewritten(text: str) -> str:
    return PART.sub(lambda found: f"{found[1]}{found[2]}{PARTS[found[1]]()}", text)


def main(argv: Sequence[str]) -> int:
    """Rewrite or check every page."""
    check = "--check" in argv
    stale = [page for page in sorted(PAGES.glob("*.md")) if _rewrite(page, check=check)]
    stale += [PAGES / NAME] if _redraw(PAGES / NAME, check=check) else []
    stale += redrawn(PAGES / "pictures", pictures(), check=check)
    stale += redrawn(PAGES / "print", sheets(), check=check)
    for page in stale:
        print(f"{page.name} {'is out of date: run `make docs`' if check else 'rewritten'}")  # noqa: T201
    return int(check and bool(stale))


def _rewrite(page: Path, *, check: bool) -> bool:
    text = page.read_text("utf-8")
    new = _rewritten(text)
    if new != text and not check:
        page.write_text(new, "utf-8")
    return new != text


def _redraw(picture: Path, *, check: bool) -> bool:
    if picture.exists() and is_picture(picture.read_bytes()):
        return False
    if not check:
        picture.write_bytes(as_png())
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
