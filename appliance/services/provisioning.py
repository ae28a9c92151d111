"""From the boot partition to a configured machine, at every start and before the network.

What is valid on the boot partition comes into force; what is not is told, and the box goes on with
what it had. A box that never had anything takes its addresses by DHCP and receives.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance import log
from appliance.errors import ConfigurationError
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.frontpanel.telling import Subject, Word, tell
from appliance.provisioning import Box, BoxText, parse_box
from appliance.services.box_folder import PRIVATE_FOLDER, BoxFolder
from appliance.services.box_import import AsBefore, NoFile, Refused, TakenOver, take_over
from appliance.services.box_import import Import as Imported
from appliance.services.box_keys import BoxKeys, box_keys
from appliance.services.box_rendering import render

KERNEL_HOST_NAME = "sys/kernel/hostname"
RUN_FOLDER = "dose-appliance"
FOR_NOW = "dose-appliance/box"
"""What stands in for /data/box while that cannot be written, relative to /run."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are; each an argument, for there is one machine only and many tests.

    ``boot`` is the mounted boot partition, None when it could not be mounted.
    """

    boot: Path | None
    box: Path
    run: Path
    proc: Path
    etc: Path


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was done: the settings in force, the box's keys, and what a person has to know."""

    box: Box
    keys: BoxKeys
    imported: Imported
    faults: tuple[str, ...] = ()
    is_last_resort: bool = False
    """What the box kept cannot be used by this version; it runs as one that has nothing."""


def provision(places: Places) -> Provisioned:
    """Take over, make keys, write everything below /run. Raises OSError when /run is not writable.

    Where the data partition cannot be written, all of it holds for this start alone, and that is
    told.
    """
    kept, unwritable = _folder(places)
    imported: Imported = NoFile()
    if places.boot:
        imported = take_over(places.boot, kept, is_lasting=not unwritable)
    faults = [*_faults(places, imported), *unwritable]
    box, unusable = _in_force(kept)
    if unusable:
        faults.append(unusable)
    keys = box_keys(kept, box)
    files = render(places.run, kept, box, keys, _shadow(places.etc))
    if why := name_the_machine(places.proc, box.hostname):
        faults.append(why)
    _tell(places.run / RUN_FOLDER, faulty=bool(faults))
    log.info(
        "box provisioned",
        outcome=type(imported).__name__,
        files=files,
        faults=len(faults),
        moved=len(imported.moved) if isinstance(imported, TakenOver) else 0,
    )
    return Provisioned(box, keys, imported, tuple(faults), bool(unusable))


def name_the_machine(proc: Path, host_name: str) -> str:
    """Tell the kernel its name; why it could not be told, if so."""
    try:
        (proc / KERNEL_HOST_NAME).write_text(f"{host_name}\n", "ascii")
    except OSError as failure:
        return f"the machine could not be named: {failure.strerror}"
    return ""


def _folder(places: Places) -> tuple[BoxFolder, list[str]]:
    """Where the box keeps its configuration, and why that is not where it should be."""
    kept = BoxFolder(places.box)
    try:
        kept.prepare()
    except OSError as failure:
        kept = BoxFolder(places.run / FOR_NOW)
        kept.path.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        kept.prepare()
        return kept, [f"{failure.filename}: {failure.strerror}"]
    return kept, []


def _in_force(kept: BoxFolder) -> tuple[Box, str]:
    """What the box has, and why it cannot be used, if so."""
    text = kept.text()
    if text is None:
        return parse_box(BoxText("")), ""
    try:
        return parse_box(text, ("/data/box/box.toml", "/data/box/appliance.toml")), ""
    except ConfigurationError as failure:
        return parse_box(BoxText("")), str(failure)


def _faults(places: Places, imported: Imported) -> list[str]:
    match imported:
        case Refused(why):
            return [why]
        case TakenOver(left_behind=why) | AsBefore(left_behind=why) if why:
            return [f"secrets are still on the boot partition: {why}"]
        case _:
            return [] if places.boot else ["the boot partition could not be read"]


def _shadow(etc: Path) -> str:
    try:
        return (etc / "shadow").read_text("utf-8")
    except OSError:
        return ""


def _tell(folder: Path, *, faulty: bool) -> None:
    panel = folder / PANEL
    panel.mkdir(parents=True, exist_ok=True)
    tell(panel, Subject.CONFIGURATION, Word.FAULTY if faulty else None)
