"""Every picture of the guides, in both languages, as files."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from lamps import lamp_sheet
from plans import faces, network

DRAWN: dict[str, Callable[[int], str]] = {
    "network": network,
    "faces": faces,
    "lights": lamp_sheet,
}
LANGUAGES = ("", ".ja")


def pictures() -> Iterator[tuple[str, Callable[[], str]]]:
    """The name of each file, and what draws it."""
    for name, draw in DRAWN.items():
        for language, suffix in enumerate(LANGUAGES):
            yield f"{name}{suffix}.svg", partial(draw, language)


def redrawn(
    folder: Path, files: Iterable[tuple[str, Callable[[], str]]], *, check: bool
) -> list[Path]:
    """Those of ``files`` in ``folder`` that were out of date; with ``check`` they stay so."""
    stale = []
    for name, draw in files:
        file, content = folder / name, draw()
        if file.exists() and file.read_text("utf-8") == content:
            continue
        stale.append(file)
        if not check:
            file.write_text(content, "utf-8")
    return stale
