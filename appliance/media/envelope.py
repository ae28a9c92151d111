"""A folder as one encrypted file: a ZIP archive in CMS EnvelopedData (RFC 5652), AES-256.

``openssl cms`` does it, as a stream: the archive is never written in the clear, and memory does
not grow with it. The recipient is an X.509 certificate; nobody here can open what was made.
"""

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from appliance.errors import ApplianceError, ConfigurationError, MissingToolError

NAME = "EXPORT.P7M"
TIMEOUT_S = 60.0
_ENCRYPT = ("cms", "-encrypt", "-binary", "-stream", "-aes256", "-outform", "DER")


def encrypt(folder: Path, target: Path, certificate: Path) -> None:
    """Write every file of ``folder`` into ``target``, so that only the certificate's holder reads.

    Raises ConfigurationError for a certificate that cannot be used, MissingToolError without
    openssl, and ApplianceError when it fails.
    """
    recipient(certificate)
    command = ["openssl", *_ENCRYPT, "-out", str(target), str(certificate)]
    with _started(command) as process:
        assert process.stdin is not None  # noqa: S101 - for the type checker; it is a pipe
        try:
            _archive(folder, process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            process.kill()
        if process.wait() != 0:
            raise ApplianceError("openssl cms failed", str(certificate), "try the certificate")


def recipient(certificate: Path) -> str:
    """Whom the certificate names, and its SHA-256 fingerprint, for people.

    Raises ConfigurationError when it is none, or has expired; MissingToolError.
    """
    if not certificate.is_file():
        raise ConfigurationError("there is no such certificate", str(certificate))
    shown = ("-noout", "-subject", "-nameopt", "utf8,sep_comma_plus", "-fingerprint", "-sha256")
    text = _openssl("x509", "-in", str(certificate), "-checkend", "0", *shown)
    if text is None:
        remedy = "ask the recipient for a PEM certificate that has not expired"
        raise ConfigurationError("no valid X.509 certificate", str(certificate), remedy)
    lines = dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line)
    fingerprint = next((value for key, value in lines.items() if "ingerprint" in key), "")
    return f"{lines.get('subject', '').strip()} (SHA-256 {fingerprint.strip()})"


def is_signed(content: Path, signature: Path, public_key: Path) -> bool:
    """Whether ``signature`` is the raw Ed25519 one (RFC 8032) of ``content`` by the PEM key."""
    key = ("-pubin", "-inkey", str(public_key))
    signed = ("-rawin", "-in", str(content), "-sigfile", str(signature))
    kind = _openssl("pkey", "-pubin", "-in", str(public_key), "-noout", "-text_pub") or ""
    return "ED25519" in kind.upper() and _openssl("pkeyutl", "-verify", *key, *signed) is not None


def _openssl(*arguments: str) -> str | None:
    """What openssl prints; None when it says no."""
    command = ["openssl", *arguments]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise _missing() from failure
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _started(command: list[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as failure:
        raise _missing() from failure


def _missing() -> MissingToolError:
    return MissingToolError("cannot be run", "openssl", "install the package openssl")


def _archive(folder: Path, stream: IO[bytes]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for file in _files(folder):
            archive.write(file, file.relative_to(folder).as_posix())


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.rglob("*")) if each.is_file())
