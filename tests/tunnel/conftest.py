from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tunnel.namespaces import Network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with Network(tmp_path).running() as network:
        yield network
