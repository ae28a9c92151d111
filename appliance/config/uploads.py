"""Servers of files that are each valid but cannot be meant."""

from collections.abc import Iterator

from appliance.config.contradiction import Contradiction
from appliance.config.destination import Destination
from appliance.config.source import KeyPath

_DICOM_PORT = 104
_PORTS = {"ftps": 21, "sftp": 22}
_KEYS = {
    "ftps": "give it a password_file, or [destination.tls] a certificate_file",
    "sftp": "give it a private_key_file or a password_file",
}


def upload_contradictions(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    """What a destination by ftps or sftp has to have."""
    kind = destination.kind
    if kind not in _PORTS:
        return
    if destination.port == _DICOM_PORT:
        yield (*path, "port"), f"is that of DICOM, not of {kind}", f"by custom {_PORTS[kind]}"
    server = destination.ftps if kind == "ftps" else destination.sftp
    proof = (
        destination.tls.certificate_file if kind == "ftps" else destination.sftp.private_key_file
    )
    if not server.user:
        yield (*path, kind, "user"), "is missing", "a server of files asks who logs in"
    if not server.password_file and not proof:
        yield (*path, kind), "there is nothing to log in with", _KEYS[kind]
    if kind == "sftp" and not destination.sftp.host_key:
        what = "is missing: nobody could tell whether it is the right server"
        yield (*path, kind, "host_key"), what, "ask its keeper for `ssh-keygen -l` of its keys"
