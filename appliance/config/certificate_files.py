"""Every certificate file that a configuration names, wherever it stands.

A settings class takes part by calling its settings ``ca_file``, or ``certificate_file`` with
``private_key_file`` beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

CA_FILE, CERTIFICATE_FILE, PRIVATE_KEY_FILE = "ca_file", "certificate_file", "private_key_file"


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A file of certificates; ``setting`` is where it is named, such as ``receiver.tls.ca_file``.

    Of ``[[destination]]`` and ``[[scanner]]`` the name stands there instead of a number.
    ``private_key`` is the key that belongs to it, None with an authority's.
    """

    setting: str
    path: Path
    private_key: Path | None

    @property
    def is_trusted(self) -> bool:
        """Whether it names authorities: of these one may follow another."""
        return self.setting.endswith(f".{CA_FILE}")


def certificate_files(settings: Any, where: str = "") -> Iterator[CertificateFile]:  # noqa: ANN401 - any settings class
    """Those named in ``settings``, a configuration or a part of one, in the order of the file."""
    for each in fields(settings):
        value, name = getattr(settings, each.name), f"{where}{each.name}"
        if each.name in (CA_FILE, CERTIFICATE_FILE) and value:
            yield CertificateFile(name, Path(value), _key(settings, each.name))
        elif is_dataclass(value):
            yield from certificate_files(value, f"{name}.")
        elif isinstance(value, tuple):
            for entry in filter(is_dataclass, value):
                yield from certificate_files(entry, f"{name}.{getattr(entry, 'name', '')}.")


def _key(settings: Any, name: str) -> Path | None:  # noqa: ANN401 - the same
    key = getattr(settings, PRIVATE_KEY_FILE, "") if name == CERTIFICATE_FILE else ""
    return Path(key) if key else None
