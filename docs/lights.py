"""The tables of front-panel.md: what each light tells, and how it goes."""

from collections.abc import Callable

from appliance.frontpanel.patterns import Light, table


def lights() -> str:
    """Every message, in the order in which they count."""
    known = table()
    rows = [
        f"| {light} | {each.when.replace('=', ': ')} | {known.patterns[each.pattern].name[0]} "
        f"/ {known.patterns[each.pattern].name[1]} | {each.meaning[0]} {each.meaning[1]} |"
        for light in Light
        for each in known.messages
        if each.light is light
    ]
    head = ["| light | when | how it goes / 光り方 | meaning / 意味 |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


LIGHTS: dict[str, Callable[[], str]] = {"lights": lights}
