"""Trials of a box in a folder, and what they found."""

from pathlib import Path

from appliance import config
from appliance.association import Peer
from appliance.clock import SYSTEM_CLOCK
from appliance.commissioning import Finding, What
from appliance.config import Configuration, parse_configuration
from appliance.ledger import open_ledger
from appliance.services.commissioning_destination import DestinationTrial
from tests.destinations.archives import (
    LOOPBACK,
)


def a_box(folder: Path, toml: str = "") -> Configuration:
    configuration = parse_configuration(f'data_dir = "{folder}/data"\n{toml}')
    configuration.data_dir.mkdir(exist_ok=True)
    open_ledger(configuration.ledger_path).close()
    return configuration


def tried(
    folder: Path, settings: config.Destination, *, stores: bool = True, toml: str = ""
) -> list[Finding]:
    box = a_box(folder, toml)
    return list(DestinationTrial(box, settings, SYSTEM_CLOCK, "box-1", stores=stores)())


def words(findings: list[Finding]) -> list[What]:
    return [each.what for each in findings]


def peer_at(port: int, **changes: object) -> Peer:
    settings: dict[str, object] = {
        "ae_title": "ARCHIVE",
        "host": LOOPBACK,
        "port": port,
        "calling_ae_title": "DOSEBOX",
        "connection_timeout_s": 5,
        "timeout_s": 20,
    }
    return Peer(**settings | changes)  # type: ignore[arg-type]
