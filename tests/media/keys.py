"""Keys and certificates made by openssl, as a registry and a vendor would."""

import json
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


def openssl(*arguments: str | Path) -> bytes:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@dataclass(frozen=True)
class Registry:
    """Who receives encrypted exports."""

    key: Path
    certificate: Path

    def opened(self, sealed: Path, target: Path) -> Path:
        command = ("cms", "-decrypt", "-binary", "-inform", "DER", "-in", sealed)
        openssl(*command, "-inkey", self.key, "-recip", self.certificate, "-out", target)
        return target


def a_registry(folder: Path, days: int = 30, kind: str = "rsa:2048") -> Registry:
    key, certificate = folder / "registry.key", folder / "registry.pem"
    subject = ("-subj", "/O=架空レジストリ/CN=dose registry", "-utf8")
    made = ("-newkey", kind, "-nodes", "-keyout", key, "-out", certificate)
    openssl("req", "-x509", *made, *subject, "-days", str(days))
    return Registry(key, certificate)


@dataclass(frozen=True)
class Signer:
    """Who signs configuration and updates."""

    key: Path
    public_key: Path

    def sign(self, content: Path, signature: Path) -> None:
        openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", content, "-out", signature)


def a_signer(folder: Path, name: str = "signer", kind: str = "ed25519") -> Signer:
    key, public_key = folder / f"{name}.key", folder / f"{name}.pub"
    openssl("genpkey", "-algorithm", kind, "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", public_key)
    return Signer(key, public_key)


def bring(stick: Path, signer: Signer, content: bytes, **changes: object) -> Path:
    """Put ``content`` with its signed manifest on a stick; where it lies."""
    folder = stick / "DOSEBOX" / "IMPORT"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "purpose": "dose-appliance import 1",
        "kind": "configuration",
        "recipient": "box-1",
        "number": 1,
        "file": "CONTENT.BIN",
        "sha256": sha256(content).hexdigest(),
        "size_bytes": len(content),
    }
    (folder / "CONTENT.BIN").write_bytes(content)
    (folder / "IMPORT.JSN").write_text(json.dumps(manifest | changes), "ascii")
    signer.sign(folder / "IMPORT.JSN", folder / "IMPORT.SIG")
    return folder
