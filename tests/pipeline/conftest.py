from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.plant import MakePlant, Plant


@pytest.fixture
def make_plant(tmp_path: Path) -> Iterator[MakePlant]:
    plants: list[Plant] = []

    def make(**arguments: Any) -> Plant:  # noqa: ANN401 - Plant's
        plants.append(Plant(tmp_path / f"plant{len(plants)}", **arguments))
        return plants[-1]

    yield make
    for plant in plants:
        plant.end()
