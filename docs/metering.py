"""The parts of meters.md that are made from the registry of meters and their faults."""

from appliance.displayqa.meters.reading import Fault
from appliance.displayqa.meters.registry import Kind, LineSettings, registry


def meters() -> str:
    """Every kind of meter on a serial line."""
    heads = "| key | meters | link | line | measures | dialogue from | tried by | verified |"
    rows = [_row(kind) for kind in registry().kinds.values()]
    return "\n".join([heads, "|---|---|---|---|---|---|---|---|", *rows]) + "\n"


def faults() -> str:
    """Every reason why there is no reading."""
    rows = [f"| {fault} | {' | '.join(fault.sentences)} |" for fault in Fault]
    return "\n".join(["| fault | what is said | 表示 |", "|---|---|---|", *rows]) + "\n"


def _row(kind: Kind) -> str:
    ids = ", ".join(f"`{each}`" for each in sorted(kind.usb))
    link = f"{kind.link} {ids}".strip()
    checked = kind.cross_checked or "-"
    verified = "yes" if kind.verified else "**no**"
    measures = ", ".join(kind.measures)
    cells = (kind.models, link, _line(kind.line), measures, kind.source, checked, verified)
    return f"| `{kind.key}` | {' | '.join(cells)} |"


def _line(line: LineSettings) -> str:
    return f"{line.baud_rate} {line.data_bits}{line.parity}{line.stop_bits:g}"


METERS = {"meters": meters, "meter-faults": faults}
