"""Who may wait for what one at a time can have, so that not every thread of the pages waits."""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Self

from starlette.exceptions import HTTPException

BUSY = 503
AGAIN_S = 30


@dataclass(frozen=True)
class Queue:
    """Use as a context; the one after ``most`` raises HTTPException, and is to try again."""

    most: int
    _places: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", BoundedSemaphore(self.most))

    def __enter__(self) -> Self:
        if not self._places.acquire(blocking=False):
            raise HTTPException(BUSY, headers={"retry-after": str(AGAIN_S)})
        return self

    def __exit__(self, *_: object) -> None:
        self._places.release()
