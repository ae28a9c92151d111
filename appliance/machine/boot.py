"""What was booted: told by the kernel and by the root that is running, never by what was meant."""

from pathlib import Path

from appliance.machine.attribute import text_of
from appliance.machine.facts import Boot

SLOTS = ("a", "b")


def boot_of(root: Path) -> Boot:
    """What /proc and os-release below ``root`` say."""
    release = _release(root)
    return Boot(
        boot_id=text_of(root / "proc/sys/kernel/random/boot_id"),
        uptime_s=_uptime_s(root),
        slot=_slot(text_of(root / "proc/cmdline") or ""),
        image_id=release.get("IMAGE_ID"),
        image_version=release.get("IMAGE_VERSION"),
    )


def _uptime_s(root: Path) -> float | None:
    try:
        return float((text_of(root / "proc/uptime") or "").partition(" ")[0])
    except ValueError:
        return None


def _slot(command_line: str) -> str | None:
    """The last ``rauc.slot=`` counts, as the kernel reads its command line."""
    named = [each[10:] for each in command_line.split() if each.startswith("rauc.slot=")]
    return named[-1].lower() if named and named[-1].lower() in SLOTS else None


def _release(root: Path) -> dict[str, str]:
    """The lines of os-release (os-release(5)); empty values are absent."""
    text = text_of(root / "usr/lib/os-release") or ""
    pairs = [line.split("=", 1) for line in text.splitlines() if "=" in line]
    return {key: value.strip("\"'") for key, value in pairs if value.strip("\"'")}
