"""Writing the system's files below /run, and taking away what an earlier ``box.toml`` wrote there.

Nothing below /run outlives the machine's stop, so nothing here has to be durable; but whoever reads
a file finds it whole.
"""

import grp
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from appliance.provisioning import Box, BoxText, SystemFile, SystemLink, system_files
from appliance.provisioning.file import GROUP_ONLY, PRIVATE, ROOT
from appliance.provisioning.networkd import NETWORK_USER, PRIVATE_KEY, key_path, preshared_key
from appliance.provisioning.secret_forms import SECRETS
from appliance.services.box_folder import BoxFolder
from appliance.services.box_keys import HOST_KEY, BoxKeys

TLS = "dose-appliance/tls"
TEXTS = "dose-appliance/texts"
SERVICES = "dose"
"""The group of the services."""
WRITTEN = "dose-appliance/provisioned.json"
"""The names of the files written last, relative to /run."""
OWN_CODE = f"{TLS}/setup-code"
"""What the first account of the pages takes, where the settings name no other file."""
FOLDER_MODE, OWN_FOLDER_MODE = 0o755, 0o750
OWN_FOLDERS = {SECRETS: ROOT, TLS: ROOT, key_path("").rstrip("/"): NETWORK_USER}
"""Folders that one group alone may enter; systemd gives services what is theirs, as credentials."""


def render(run: Path, kept: BoxFolder, box: Box, keys: BoxKeys, shadow: str) -> int:
    """Have ``run`` hold what follows from ``box``; the number of files. Raises OSError.

    ``shadow`` is the system's own shadow(5).
    """
    secrets = kept.secrets()
    password = secrets.get(box.recovery.password_hash_secret)
    files = [
        *system_files(
            box,
            host_key=str(kept.path / HOST_KEY),
            shadow=shadow,
            password_hash=password.decode("ascii", "replace").strip() if password else None,
        ),
        *_keys(box, keys, secrets),
        *_texts(kept),
    ]
    for file in files:
        _write(run, file)
    _forget(run, {file.path for file in files})
    return len(files)


def _texts(kept: BoxFolder) -> Iterator[SystemFile]:
    """What the box keeps of its configuration, for the pages that change it; no secret is in it."""
    text = kept.text() or BoxText("")
    yield SystemFile(f"{TEXTS}/box.toml", text.box.encode(), GROUP_ONLY, SERVICES)
    if text.appliance is not None:
        yield SystemFile(f"{TEXTS}/appliance.toml", text.appliance.encode(), GROUP_ONLY, SERVICES)


def _keys(box: Box, keys: BoxKeys, secrets: dict[str, bytes]) -> Iterator[SystemFile]:
    yield SystemFile(f"{TLS}/certificate.pem", keys.tls_certificate)
    yield SystemFile(f"{TLS}/private.key", keys.tls_key, PRIVATE)
    yield SystemFile(OWN_CODE, f"{keys.setup_code}\n".encode(), PRIVATE)
    own = {name for _, name in box.referred_secrets}
    for name, content in secrets.items():
        if name not in own:
            yield SystemFile(f"{SECRETS}/{name}", content, PRIVATE)
    if box.wireguard.peer:
        yield SystemFile(key_path(PRIVATE_KEY), keys.tunnel_key, GROUP_ONLY, NETWORK_USER)
    for at, peer in enumerate(box.wireguard.peer):
        if content := secrets.get(peer.preshared_key_secret, b""):
            yield SystemFile(key_path(preshared_key(at)), content.strip(), GROUP_ONLY, NETWORK_USER)


def _write(run: Path, file: SystemFile | SystemLink) -> None:
    path = run / file.path
    _make_folders(run, path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    if isinstance(file, SystemLink):
        part.symlink_to(file.target)
    else:
        with part.open("xb") as opened:
            os.fchmod(opened.fileno(), file.mode)
            os.fchown(opened.fileno(), -1, _group(file.group))
            opened.write(file.content)
    part.replace(path)


def _make_folders(run: Path, folder: Path) -> None:
    for each in [*reversed(folder.relative_to(run).parents), folder.relative_to(run)]:
        path, owner = run / each, OWN_FOLDERS.get(str(each))
        if not path.is_dir():
            path.mkdir()
            path.chmod(FOLDER_MODE)
        if owner is not None:
            path.chmod(OWN_FOLDER_MODE)
            os.chown(path, -1, _group(owner))


def _group(name: str) -> int:
    """Its number; that of root where the machine does not have the group."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return 0


def _forget(run: Path, written: Iterable[str]) -> None:
    before: set[str] = set()
    with suppress(FileNotFoundError):
        before = set(json.loads((run / WRITTEN).read_text("utf-8")))
    for path in before - set(written):
        (run / path).unlink(missing_ok=True)
    _write(run, SystemFile(WRITTEN, json.dumps(sorted(written)).encode()))
