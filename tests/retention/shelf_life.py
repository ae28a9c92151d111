"""Objects and studies as a test of retention knows them, and a disk that fails when it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydicom.uid import (
    CTImageStorage,
    SecondaryCaptureImageStorage,
    XRayRadiationDoseSRStorage,
)

from appliance.config import Configuration, Destination, Retention
from appliance.config.commitment import DestinationCommitment
from appliance.spool.folder import Folder

DAY_S = 86400.0
STUDIES = ("1.9.1", "1.9.2")
DESTINATIONS = ("pacs", "dose")
IMAGE, SCREEN, REPORT = "image", "dose-screen", "native-report"
CLASSES = {
    IMAGE: CTImageStorage,
    SCREEN: SecondaryCaptureImageStorage,
    REPORT: XRayRadiationDoseSRStorage,
}
DAYS = Retention(
    image_pixels_days=10, images_days=30, dose_screens_days=60, native_reports_days=50, early_mib=1
)
BOX = Configuration(
    retention=DAYS,
    destination=tuple(
        Destination(
            name=name,
            host="192.0.2.1",
            send=("reports", "images", "dose-screens"),
            commitment=DestinationCommitment(ask=True),
        )
        for name in DESTINATIONS
    ),
)


@dataclass
class Kept:
    """An object, and everything that was done about it."""

    study: str
    kind: str
    whole: bytes
    path: Path
    routed: bool = False
    is_read: bool = False
    promised: bool = False
    recalled_at: float | None = None
    keep_days: float | None = None
    arrived_at: float = 0.0
    days_from: float = 0.0
    deliveries: dict[str, str] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)

    def is_needed(self, now: float) -> bool:
        """By somebody outside of the box, or because nobody knows yet."""
        if self.recalled_at is not None and now - self.recalled_at < 30 * DAY_S:
            return True
        if not self.routed or set(self.deliveries.values()) - {"delivered"}:
            return True
        if set(self.commitments.values()) - {"committed"}:
            return True
        return self.promised and "delivered" not in self.deliveries.values()


@dataclass
class Study:
    decided_at: float = 0.0
    outcome: str = ""
    waiting: bool = False
    being_read: bool = False

    @property
    def is_free(self) -> bool:
        done = self.outcome in ("reported", "set-aside")
        return done and not self.waiting and not self.being_read


@contextmanager
def a_disk(free: int, fails_after: int | None) -> Iterator[None]:
    """With as much room as the test says, that fails after so many files."""
    left = [1 << 30 if fails_after is None else fails_after]
    real_replace, real_unlink = Folder.replace, Path.unlink

    def used() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(5, "the disk fails")

    def replacing(folder: Folder, name: str, pieces: Any) -> None:  # noqa: ANN401
        used()
        real_replace(folder, name, pieces)

    def unlinking(path: Path, **options: bool) -> None:
        if path.suffix == ".dcm":
            used()
        real_unlink(path, **options)

    with (
        patch.object(Folder, "replace", replacing),
        patch.object(Path, "unlink", unlinking),
        patch.object(Folder, "free_bytes", lambda _: free),
    ):
        yield
