"""The parts of bare-panel.md that are made from its settings and hindrances."""

from appliance.displayqa.connectors.hindrance import Hindrance
from appliance.displayqa.connectors.neutral import BITS, settings


def hindrances() -> str:
    """Every reason why a panel shows no picture of ours."""
    rows = [f"| {each} | {' | '.join(each.sentences)} |" for each in Hindrance]
    return "\n".join(["| word | what is said | 表示 |", "|---|---|---|", *rows]) + "\n"


def neutral() -> str:
    """Every setting that would change levels, and the value that changes nothing."""
    rows = [
        f"| `{each.name}` | {each.of} | {'the depth' if each.value == BITS else f'`{each.value}`'} "
        f"| {' | '.join(each.why)} | {each.source} | {'yes' if each.verified else '**no**'} |"
        for each in settings()
    ]
    heads = "| setting | of | value | so that | 目的 | name and value from | verified |"
    return "\n".join([heads, "|---|---|---|---|---|---|---|", *rows]) + "\n"


PANELS = {"panel-hindrances": hindrances, "panel-settings": neutral}
