"""Destinations that a profile of IHE describes: what a name sets at once, and what it demands.

RAD-63 (Submit Dose Information) of IHE Radiation Exposure Monitoring: the box as Dose Information
Reporter sends dose reports to a Dose Registry. Its text was not at hand: that it is files of PS3.10
by FTP over TLS, both ends known by their certificates, after PS3.15 Annex E, is from memory and
unverified. That it leaves nothing but reports is this box's own choice.
"""

from collections.abc import Iterator
from typing import Any

from appliance.config.contradiction import Contradiction
from appliance.config.destination import NATIVE_REPORTS, RAD_63, REPORTS, Destination
from appliance.config.source import KeyPath

_SENT = (REPORTS, NATIVE_REPORTS)


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """The settings of a destination with what its preset sets where they do not."""
    if values.get("preset") != RAD_63:
        return values
    return {"kind": "ftps", "port": 21, "deidentify": "registry", "send": _SENT} | values


def preset_contradictions(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    """What a destination may not be while it says that it is one."""
    if destination.preset != RAD_63:
        return
    why = "of a Dose Registry by RAD-63"
    if destination.kind != "ftps":
        yield (*path, "kind"), f'must be "ftps" {why}', "SFTP is not FTPS, and not RAD-63"
    if destination.deidentify != "registry":
        yield (*path, "deidentify"), f'must be "registry" {why}', "or leave the preset out"
    for at, sent in enumerate(destination.send):
        if sent not in _SENT:
            yield (*path, "send", at), f"must not be sent to one {why}", f"only {', '.join(_SENT)}"
    tls = destination.tls
    for key in ("certificate_file", "private_key_file", "ca_file"):
        if not getattr(tls, key):
            yield (*path, "tls", key), f"is required {why}", "both ends prove who they are"
    if not tls.check_host_name:
        yield (*path, "tls", "check_host_name"), f"must be true {why}", "see ftps.server_name"
