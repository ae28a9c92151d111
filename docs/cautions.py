"""What the display's page warns of, and why nothing is shown, as tables of docs/display-page.md."""

from collections.abc import Callable

from appliance.console.rendering import catalogue, pair
from appliance.console.screen import Caution


def cautions() -> str:
    """Every warning, and whether it hinders."""
    rows = [
        f"| `{each}` | {'nothing is shown' if each.is_hindering else 'warned of'} "
        f"| {each.meaning[0]} | {each.meaning[1]} |"
        for each in Caution
    ]
    return "\n".join(["| | | says | 表示 |", "|---|---|---|---|", *rows]) + "\n"


def reasons() -> str:
    """Every reason that is no warning too."""
    told = ((name, *pair("not-shown", name)) for name in catalogue()["not-shown"])
    rows = [f"| `{name}` | {english} | {japanese} |" for name, english, japanese in told]
    return "\n".join(["| | says | 表示 |", "|---|---|---|", *rows]) + "\n"


CAUTIONS: dict[str, Callable[[], str]] = {
    "display-cautions": cautions,
    "display-not-shown": reasons,
}
