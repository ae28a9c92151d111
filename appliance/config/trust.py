"""Settings of TLS and of commitment that are each valid but cannot be meant."""

from collections.abc import Iterator
from typing import Protocol

from appliance.config.commitment import KEPT
from appliance.config.contradiction import Contradiction
from appliance.config.destination import Destination
from appliance.config.schema import Configuration, Scanner
from appliance.config.source import KeyPath


class _Identity(Protocol):
    @property
    def certificate_file(self) -> str: ...
    @property
    def private_key_file(self) -> str: ...


def trust_contradictions(configuration: Configuration) -> Iterator[Contradiction]:
    """What cannot be meant of TLS, certificates and commitment."""
    yield from _receiver(configuration)
    yield from _when(("commitment", "when"), configuration.commitment.when, configuration)
    yield from _identity(("console",), configuration.console)
    for key in ("archive", "audit", "worklist"):
        yield from _identity((key, "tls"), getattr(configuration, key).tls)
    for at, scanner in enumerate(configuration.scanner):
        yield from _scanner(("scanner", at), scanner, configuration)
    for at, destination in enumerate(configuration.destination):
        yield from _destination(("destination", at), destination)


def _receiver(configuration: Configuration) -> Iterator[Contradiction]:
    receiver, tls = configuration.receiver, configuration.receiver.tls
    path: KeyPath = ("receiver", "tls")
    if tls.instead and not tls.port:
        yield (*path, "instead"), "nothing would be listened on", "give it a port"
    if not tls.port:
        return
    if tls.port == receiver.port and not tls.instead:
        yield (*path, "port"), "is the plain port", "give it another, or write instead = true"
    if not tls.certificate_file:
        yield (*path, "certificate_file"), "is missing", "TLS needs a certificate of the box"
    if tls.client_certificate != "none" and not tls.ca_file:
        what = "is missing: no caller's certificate could be verified"
        yield (*path, "ca_file"), what, 'name it, or write client_certificate = "none"'
    yield from _identity(path, tls)


def _identity(path: KeyPath, tls: _Identity) -> Iterator[Contradiction]:
    if bool(tls.certificate_file) != bool(tls.private_key_file):
        missing = "private_key_file" if tls.certificate_file else "certificate_file"
        yield (*path, missing), "is missing", "a certificate and its key belong together"


def _scanner(
    path: KeyPath, scanner: Scanner, configuration: Configuration
) -> Iterator[Contradiction]:
    tls = configuration.receiver.tls
    if scanner.certificate_name and (not tls.port or tls.client_certificate == "none"):
        what = "no caller shows a certificate"
        yield (*path, "certificate_name"), what, "see [receiver.tls]"
    if scanner.commitment.when:
        where = (*path, "commitment", "when")
        yield from _when(where, scanner.commitment.when, configuration)
    if not scanner.commitment.port and scanner.commitment.answer == "new-association":
        where = (*path, "commitment", "port")
        yield where, "there is nowhere to tell it", 'or write answer = "same-association"'
    yield from _identity((*path, "commitment", "tls"), scanner.commitment.tls)


def _when(path: KeyPath, when: str, configuration: Configuration) -> Iterator[Contradiction]:
    named = {each.name: each for each in configuration.destination}
    if when == KEPT:
        return
    if when not in named:
        yield path, f"there is no destination `{when}`", f"or write {KEPT}"
    elif not named[when].commitment.ask:
        yield path, f"`{when}` is not asked to commit", "see [destination.commitment]"
    elif named[when].deidentify != "none":
        yield path, f"`{when}` gets other objects, without identity", ""


def _destination(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    if destination.commitment.ask and destination.kind != "c-store":
        what = f"a destination by {destination.kind} cannot be asked"
        yield (*path, "commitment", "ask"), what, "Storage Commitment goes with c-store"
    yield from _identity((*path, "tls"), destination.tls)
