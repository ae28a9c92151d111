"""Where a content item stands: its index among its siblings, from the root down."""

from collections.abc import Iterator

from pydicom import Dataset

Path = tuple[int, ...]


def paths(item: Dataset, path: Path = ()) -> Iterator[Path]:
    """The place of every content item below the root."""
    for index, each in enumerate(item.get("ContentSequence", ())):
        yield (*path, index)
        yield from paths(each, (*path, index))


def at(report: Dataset, path: Path) -> Dataset:
    item = report
    for index in path:
        item = item.ContentSequence[index]
    return item


def meaning(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeMeaning)
