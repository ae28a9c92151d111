"""What the box keeps of itself, in /data/box: its configuration, its secrets, its own keys.

Everything is written whole and durable or not at all, and belongs to root alone; who writes here
has a umask that leaves others nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.ledger.durable import PART_SUFFIX, sync_folder, write_file
from appliance.provisioning import BoxText

BOX, APPLIANCE = "box.toml", "appliance.toml"
SECRETS, SSH, TLS, WIREGUARD = "secrets", "ssh", "tls", "wireguard"
FOLDERS = (SECRETS, SSH, TLS, WIREGUARD)
PRIVATE_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class BoxFolder:
    """The folder at ``path``."""

    path: Path

    def prepare(self) -> None:
        """Make what is missing, and remove what was being written when the power went."""
        self.path.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        for name in FOLDERS:
            (self.path / name).mkdir(PRIVATE_FOLDER, exist_ok=True)
        for part in self.path.rglob(f"*{PART_SUFFIX}"):
            part.unlink()
        sync_folder(self.path)

    def text(self) -> BoxText | None:
        """The configuration taken over last; None when there was none."""
        box, appliance = self.read(BOX), self.read(APPLIANCE)
        if box is None:
            return None
        return BoxText(_text(box), None if appliance is None else _text(appliance))

    def secrets(self) -> dict[str, bytes]:
        """Every secret by its name."""
        folder = self.path / SECRETS
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}

    def keep(self, text: BoxText, secrets: Mapping[str, bytes], names: set[str]) -> None:
        """Take ``text`` and ``secrets`` over, and let go of secrets that are not in ``names``.

        A power cut in the middle leaves a mixture that the next start, which finds the same file on
        the boot partition, puts right.
        """
        for name, content in secrets.items():
            self.write(f"{SECRETS}/{name}", content)
        if text.appliance is None:
            (self.path / APPLIANCE).unlink(missing_ok=True)
        else:
            self.write(APPLIANCE, text.appliance.encode())
        self.write(BOX, text.box.encode())
        for name in set(self.secrets()) - names:
            (self.path / SECRETS / name).unlink()
        sync_folder(self.path / SECRETS)

    def read(self, name: str) -> bytes | None:
        """What the file ``name`` holds; None when there is none."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Have the file ``name`` hold ``content``; one that does already is not written again."""
        if self.read(name) != content:
            write_file(self.path / name, content)


def _text(content: bytes) -> str:
    """What was damaged on the disk is for whoever parses it to tell."""
    return content.decode("utf-8", "replace")
