from contextlib import ExitStack

import pytest
from starlette.exceptions import HTTPException

from appliance.console.queue import Queue


def test_as_many_wait_as_may_and_the_next_is_to_come_again() -> None:
    queue = Queue(most=2)
    with queue, queue:
        with pytest.raises(HTTPException) as refusal, queue:
            raise AssertionError("one too many")
        assert refusal.value.status_code == 503
        assert refusal.value.headers == {"retry-after": "30"}
    with ExitStack() as places:
        assert [places.enter_context(queue) for _ in range(2)] == [queue] * 2


def test_a_place_is_free_again_after_a_failure() -> None:
    queue = Queue(most=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="paper"), queue:
            raise ValueError("paper")
