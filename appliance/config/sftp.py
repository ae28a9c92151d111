"""Settings of a server of files that is reached by SSH."""

from dataclasses import dataclass

from appliance.config.file_server import FileServer
from appliance.config.setting import FILE, Form, setting

FINGERPRINT = r"SHA256:[A-Za-z0-9+/]{43}=?"
PUBLIC_KEY = r"[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}"
HOST_KEY = Form(
    rf"|{FINGERPRINT}|{PUBLIC_KEY}",
    "a fingerprint such as SHA256:…, or a public key such as ssh-ed25519 AAAA…",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sftp(FileServer):
    """``[destination.sftp]``: SFTP, which is SSH and not FTP."""

    host_key: tuple[str, ...] = setting(
        "Keys that the server may show: fingerprints as `ssh-keygen -l` prints them, or public "
        "keys as in a known_hosts file, without the host.",
        (),
        form=HOST_KEY,
    )
    private_key_file: str = setting(
        "OpenSSH or PEM file of the box's key, without a password; empty: there is none.",
        "",
        form=FILE,
    )
