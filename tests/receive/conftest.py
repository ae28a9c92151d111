from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.receive.box import Box

MakeBox = Callable[..., Box]


@pytest.fixture
def make_box(tmp_path: Path) -> Iterator[MakeBox]:
    boxes: list[Box] = []

    def make(**arguments: object) -> Box:
        folder = tmp_path / f"box{len(boxes)}"
        folder.mkdir()
        boxes.append(Box(folder, **arguments))  # type: ignore[arg-type]
        boxes[-1].start()
        return boxes[-1]

    yield make
    for box in boxes:
        if box.process is not None and box.process.poll() is None:
            box.kill()


@pytest.fixture
def box(make_box: MakeBox) -> Box:
    return make_box()
