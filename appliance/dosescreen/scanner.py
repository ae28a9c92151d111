"""Which scanner drew a screen, by the header of the object that the screen is on."""

from dataclasses import dataclass, field
from hashlib import sha256

from pydicom import Dataset

DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Scanner:
    """One scanner; scanners are equal whatever software they run.

    Attributes:
        manufacturer: Manufacturer (0008,0070).
        model_name: Manufacturer's Model Name (0008,1090).
        device: Device Serial Number (0018,1000), or else Station Name (0008,1010).
        software_versions: Software Versions (0018,1020), when it was seen.
    """

    manufacturer: str
    model_name: str
    device: str
    software_versions: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.device:
            raise ValueError("a scanner is known by its serial number or its station's name")

    @property
    def identifier(self) -> str:
        """A short digest: the same for the same scanner, on every box."""
        known_by = f"{self.manufacturer}\n{self.model_name}\n{self.device}"
        return sha256(known_by.encode()).hexdigest()[:DIGEST_LENGTH]


def scanner_of(dataset: Dataset) -> Scanner | None:
    """The scanner that ``dataset`` names, or None when it tells it from no other of its model."""
    device = _text(dataset, "DeviceSerialNumber") or _text(dataset, "StationName")
    if not device:
        return None
    return Scanner(
        _text(dataset, "Manufacturer"),
        _text(dataset, "ManufacturerModelName"),
        device,
        _text(dataset, "SoftwareVersions"),
    )


def _text(dataset: Dataset, keyword: str) -> str:
    """The value, several joined, spaces made even."""
    value = dataset.get(keyword)
    values = [] if value is None else [value] if isinstance(value, str) else list(value)
    return " ".join(" ".join(map(str, values)).split())
