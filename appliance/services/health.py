"""Whether the whole box is well, by its vital signs: for a person, and for a version on trial."""

import subprocess

from appliance.config import Configuration
from appliance.displayqa.meters.discovery import candidates
from appliance.displayqa.meters.registry import registry
from appliance.displayqa.meters.serial_line import plugged_in
from appliance.services.vitals import (
    SYSTEMCTL_S,
    Sign,
    Vital,
    ledger_readable,
    services_live,
)
from appliance.tunnel import last_sighting

ALWAYS = ("receiver", "recogniser", "forwarder", "clerk", "keeper")
TARGET = "dose-appliance.target"


def signs_of(configuration: Configuration) -> tuple[Sign, ...]:
    """What every box needs: its services, its disk, its ledger, its port.

    The DICOM libraries, 8 MiB of a process, are loaded when this is first asked.
    """
    from appliance.services.receiving_vitals import (  # noqa: PLC0415
        listener_answers,
        spool_writable,
    )

    return (
        *services_live(wanted_services(configuration)),
        *no_unit_failed(),
        spool_writable(configuration.spool_dir),
        ledger_readable(configuration.ledger_path),
        listener_answers(configuration.receiver),
    )


def wanted_services(configuration: Configuration) -> tuple[str, ...]:
    """Those that this configuration has running."""
    console = ("console",) if configuration.console.enabled else ()
    return (*ALWAYS, *console)


def no_unit_failed() -> tuple[Sign, ...]:
    """The units that the box starts with and that have failed; none where systemd is not asked."""
    wanted = _systemctl("show", "--property=Wants,Requires", "--value", TARGET).split()
    if not wanted:
        return ()
    failed = _systemctl("list-units", "--state=failed", "--plain", "--no-legend", *wanted)
    units = [line.split()[0] for line in failed.splitlines()]
    return tuple(Sign(Vital.UNIT_SOUND, is_well=False, subject=unit) for unit in units)


def _systemctl(*words: str) -> str:
    try:
        told = subprocess.run(
            ["systemctl", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=SYSTEMCTL_S,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.decode("utf-8", "replace")


def meter_present() -> Sign:
    """Whether something is plugged in that may be a luminance meter; it is not asked."""
    known = registry()
    found = any(True for port in plugged_in() for _ in candidates(port, known))
    return Sign(Vital.METER_PRESENT, found)


def tunnel_works(configuration: Configuration, now: float) -> Sign:
    """Whether the VPN's other end has answered lately, by what the forwarder last saw."""
    seen = last_sighting(configuration.data_dir)
    age_s = seen.handshake_age_s(now) if seen and seen.is_up else None
    most_s = 2 * configuration.vpn.handshake_max_age_s
    return Sign(Vital.TUNNEL_WORKS, age_s is not None and age_s <= most_s)
