"""The state of the whole box, looked at once: what MQTT tells and what the pages show is this.

**Knows:** which box it is, which processes it has to have, and where its updates stand.
**Does not know:** who is told, and when it is looked at again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.clock import Clock, iso8601
from appliance.config import Configuration
from appliance.services.vitals import Sign, ledger_readable, services_live
from appliance.status import Check, Device, Snapshot, take_snapshot
from appliance.updates.state import Outcome, state

PROCESSES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")


def device_of(configuration: Configuration) -> Device:
    """Which box the documents are of."""
    mqtt = configuration.mqtt
    return Device(mqtt.site, mqtt.device, mqtt.every_s) if mqtt.enabled else Device()


def snapshot_of(configuration: Configuration, clock: Clock, root: Path = Path("/")) -> Snapshot:
    """One look at everything that is told. Raises StateError when the ledger cannot be read."""
    return take_snapshot(configuration, clock, root, _update(configuration, root))


def checks_of(configuration: Configuration) -> Sequence[Check]:
    """The vital signs, as what is told of them."""
    services = [*PROCESSES, "console"] if configuration.console.enabled else PROCESSES
    looked_at = [ledger_readable(configuration.ledger_path), *services_live(services)]
    return [_check(each) for each in looked_at]


def _check(sign: Sign) -> Check:
    return Check(str(sign.vital), sign.subject, sign.is_well, sign.detail)


def _update(configuration: Configuration, root: Path) -> dict[str, Any] | None:
    """What is known of updates; a bundle that was not even a bundle is not told by its name."""
    known = state(configuration.updates.folder, root)
    last = known.last
    if known.slot is None and last is None:
        return None
    is_bundle = last is not None and last.outcome is not Outcome.NOT_INSTALLED
    return {
        "trial": known.trial.slot if known.trial else None,
        "in_slots": dict(known.in_slots),
        "offered": known.offered or None,
        "last": last
        and {
            "outcome": last.outcome,
            "version": last.version if is_bundle else None,
            "at": iso8601(last.at),
        },
    }
