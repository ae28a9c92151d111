from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.receive.box import Box

MakeBox = Callable[..., Box]


@pytest.fixture
def make_box(tmp_path: Path) -> Iterator[MakeBox]:
    boxes: list[Box] = []

    def make(*, kind: type[Box] = Box, **arguments: Any) -> Box:  # noqa: ANN401 - Box's
        folder = tmp_path / f"box{len(boxes)}"
        folder.mkdir()
        boxes.append(kind(folder, **arguments))
        boxes[-1].start()
        return boxes[-1]

    yield make
    for box in boxes:
        if box.process is not None and box.process.poll() is None:
            box.kill()


@pytest.fixture
def box(make_box: MakeBox) -> Box:
    return make_box()
