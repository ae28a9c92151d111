"""``appliance provision``: the box's own file, before and after it goes onto the boot partition."""

import os
import subprocess
from importlib.resources import files
from pathlib import Path

from appliance import __version__
from appliance.cli.context import Context
from appliance.cli.texts import LANGUAGES, texts_for
from appliance.errors import EXIT_OK, ConfigurationError, NotFoundError
from appliance.provisioning import BoxText, parse_box
from appliance.provisioning.rendering import LISTENER
from appliance.services.boot_partition import write_note
from appliance.services.box_folder import BoxFolder
from appliance.services.box_import import Found, Refused, look
from appliance.services.box_keys import box_keys
from appliance.services.box_notes import ERRORS, FACTS, cards, public_facts, say
from appliance.services.box_rendering import OWN_CODE
from appliance.services.provisioning import Places, Provisioned, provision

NOBODY_ELSE = 0o077
NETWORK_CARDS = Path("/sys/class/net")
RELOAD_S = 60


def run(context: Context) -> int:
    """Do the action; the exit code."""
    return {"check": _check, "example": _example, "show": _show, "apply": _apply}[
        context.arguments.action
    ](context)


def _check(context: Context) -> int:
    file: Path = context.arguments.file
    found = look(file.parent, file.name)
    context.say("provision.valid", file=file, hostname=found.box.hostname)
    for each in found.box.interfaces:
        addresses = ", ".join(each.address) or each.addressing
        context.say("provision.interface", name=each.name, role=each.role, addresses=addresses)
    _say_secrets(context, found)
    return EXIT_OK


def _say_secrets(context: Context, found: Found) -> None:
    if found.secrets:
        context.say("provision.will_move", names=", ".join(sorted(found.secrets)))
    expected = [each.name for each in found.box.secret if each.name not in found.secrets]
    if expected:
        context.say("provision.expected", names=", ".join(expected))


def _example(_: Context) -> int:
    print((files("appliance.provisioning") / "example.toml").read_text("utf-8"), end="")  # noqa: T201 - asked for
    return EXIT_OK


def _show(context: Context) -> int:
    kept = BoxFolder(context.arguments.box)
    if not kept.path.is_dir():
        raise NotFoundError("nothing is kept of a box", str(kept.path))
    box = parse_box(kept.text() or BoxText(""))
    facts = public_facts(box.hostname, box_keys(kept, box), cards(NETWORK_CARDS))
    for name, value in facts.items():
        context.say("provision.fact", name=context.texts.say(f"provision.{name}"), value=value)
    return EXIT_OK


def _apply(context: Context) -> int:
    """0 also when the file was refused: the box goes on with what it had.

    2 when what it had cannot be used by this version: then an update is to be taken back.
    """
    os.umask(NOBODY_ELSE)
    arguments = context.arguments
    boot = arguments.boot if _is_readable(arguments.boot) else None
    places = Places(boot, arguments.box, arguments.run, Path("/proc"), Path("/etc"))
    done = provision(places)
    errors = _errors(done)
    say((line for line in errors.split("\n") if line), arguments.screen)
    if boot is not None:
        write_note(boot, ERRORS, errors)
        write_note(boot, FACTS, _facts(done))
    if (places.run / LISTENER).exists():
        _have_systemd_read_its_units()
    return ConfigurationError.exit_code if done.is_last_resort else EXIT_OK


def _is_readable(boot: Path) -> bool:
    try:
        return any(True for _ in boot.iterdir()) or boot.is_dir()
    except OSError:
        return False


def _errors(done: Provisioned) -> str:
    """What a person has to know, in both languages, plain ASCII first; empty when all is well."""
    if not done.faults:
        return ""
    kind = "refused" if isinstance(done.imported, Refused) else "fault"
    both = [texts_for(language) for language in LANGUAGES]
    heads = [texts.say(f"provision.{kind}") for texts in both]
    remedies = [texts.say(f"provision.{kind}_remedy") for texts in both]
    lines = (f"  {fault}" for fault in done.faults)
    return "\n".join([heads[0], *lines, remedies[0], "", heads[1], remedies[1], ""])


def _facts(done: Provisioned) -> str:
    facts = public_facts(done.box.hostname, done.keys, cards(NETWORK_CARDS))
    lines = [f"dose-appliance {__version__}"]
    if done.box.appliance.console.setup_code_file == f"/run/{OWN_CODE}":
        facts["setup_code"] = done.keys.setup_code
    for name, value in facts.items():
        words = " / ".join(texts_for(each).say(f"provision.{name}") for each in LANGUAGES)
        lines.append(f"{words}: {value}")
    return "\n".join([*lines, ""])


def _have_systemd_read_its_units() -> None:
    """It had read them before there was the file that tells where the receiver listens."""
    command = ["systemctl", "daemon-reload"]
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=RELOAD_S)
