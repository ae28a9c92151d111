"""What can stand in the way of an image, as nouns with fields."""

from dataclasses import dataclass


@dataclass
class ImageError(Exception):
    """Base of all errors of the build."""


@dataclass
class VanishedPackageError(ImageError):
    """A locked version is in the archive no more, and not in the cache either."""

    package: str
    url: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.package}: {self.url}: {self.reason}. Debian's archives keep newest versions "
            "only: renew the lock with `make image-lock`, look at what it changes, and build again"
        )


@dataclass
class WrongHashError(ImageError):
    """What was downloaded is not what was locked."""

    package: str
    url: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.package}: {self.url} has SHA-256 {self.sha256}, which is not the locked one"


@dataclass
class OtherPackagesError(ImageError):
    """What is installed in the root is not what is locked."""

    missing: tuple[str, ...]
    unlocked: tuple[str, ...]

    def __str__(self) -> str:
        return f"packages missing: {', '.join(self.missing)}; unlocked: {', '.join(self.unlocked)}"
