"""Who signs bundles: the release key, or for trying out one of an authority made here and now.

A release has ``DOSE_RELEASE_KEY``, ``DOSE_RELEASE_CERTIFICATE`` (both PEM; the key may be a PKCS#11
URI that RAUC understands) and ``DOSE_RELEASE_KEYRING`` in its environment. Without them bundles are
signed by a development authority in the cache, whose key lies there unprotected.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from image_build.errors import ImageError
from image_build.running import run

FOLDER = "development-authority"
VARIABLES = ("DOSE_RELEASE_KEY", "DOSE_RELEASE_CERTIFICATE", "DOSE_RELEASE_KEYRING")
WARNING = """\
**********************************************************************
  No release key was given: made with the DEVELOPMENT key of this
  machine. Whoever has this machine can sign for this box.
  NOT FOR A HOSPITAL. See docs/updates.md, "Keys".
**********************************************************************"""
DAYS = "3650"
AUTHORITY = (
    *("-subj", "/O=dose-appliance/CN=DEVELOPMENT, not for a hospital"),
    *("-addext", "basicConstraints=critical,CA:TRUE"),
    *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
)
SIGNER = (
    *("-subj", "/O=dose-appliance/CN=DEVELOPMENT signer"),
    *("-addext", "basicConstraints=critical,CA:FALSE"),
    *("-addext", "keyUsage=critical,digitalSignature"),
    *("-addext", "extendedKeyUsage=critical,codeSigning"),
)


class PartialReleaseError(ImageError):
    """Only some of the variables of a release are set."""

    def __str__(self) -> str:
        return f"a release needs all of {', '.join(VARIABLES)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """Key and certificate of who signs, and the keyring of who is trusted."""

    key: str
    certificate: str
    keyring: Path


def signer(cache: Path, say: Callable[[str], None]) -> Signer:
    """The release's, or the development's with a warning. Raises ImageError for half of one."""
    given = [os.environ.get(name, "") for name in VARIABLES]
    if all(given):
        return Signer(given[0], given[1], Path(given[2]))
    if any(given):
        raise PartialReleaseError
    say(WARNING)
    return development_signer(cache / FOLDER)


def development_signer(folder: Path) -> Signer:
    """The one in ``folder``, made when it is not there."""
    if not (folder / "signer.pem").exists():
        folder.mkdir(0o700, parents=True, exist_ok=True)
        _certificate(folder, "authority", *AUTHORITY)
        issued = ("-CA", str(folder / "authority.pem"), "-CAkey", str(folder / "authority.key"))
        _certificate(folder, "signer", *issued, *SIGNER)
    names = (str(folder / "signer.key"), str(folder / "signer.pem"))
    return Signer(*names, folder / "authority.pem")


def _certificate(folder: Path, name: str, *options: str) -> None:
    made = folder / f"{name}.pem.part"
    run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-days", DAYS, "-keyout", str(folder / f"{name}.key"), "-out", str(made)),
        *options,
    )
    made.rename(folder / f"{name}.pem")
