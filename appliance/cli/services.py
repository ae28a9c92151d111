"""``appliance run`` and one command a service."""

import sys
from importlib import import_module

from appliance.backup.taking_over import expect_none_pending
from appliance.cli.context import Context
from appliance.errors import EXIT_OK
from appliance.services.auditing import on_record
from appliance.services.bytes_only import CODEC_PACKAGES, PIXEL_PACKAGES, leave_out
from appliance.services.supervisor import Service, supervise

CONSOLE = "console"
"""Runs where pages are served."""
SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")
STATUS = "status"
"""Runs where a broker is told; its command is an action of a command of that name."""
EXIT_OFF = 1
FRONT_PANEL, POWER_FAIL = "frontpanel", "powerfail"
"""Run where there are lights, and where there is a UPS that tells."""
WITHOUT_PIXELS = ("receiver", "forwarder", "clerk", "keeper", STATUS, FRONT_PANEL, POWER_FAIL)


def run(context: Context) -> int:
    """Run until SIGTERM or SIGINT; or tell whether a service has anything to do.

    Raises StateError while a restored box waits.
    """
    command = context.arguments.command
    if command == "enabled":
        return EXIT_OK if context.arguments.service in _wanted(context) else EXIT_OFF
    expect_none_pending(context.configuration.data_dir)
    if command == "run":
        return supervise([_service(context, name) for name in _wanted(context)])
    leave_out(CODEC_PACKAGES if _needs_pixels(context) else PIXEL_PACKAGES)
    with on_record(context.configuration, command):
        service = import_module(f"appliance.services.{command}")
        named = {"file": context.config_file} if command == CONSOLE and context.config_file else {}
        code: int = service.run(context.configuration, **named)
    return code


def _wanted(context: Context) -> list[str]:
    """Those that have something to do."""
    optional = {
        CONSOLE: context.configuration.console.enabled,
        STATUS: context.configuration.mqtt.enabled,
        FRONT_PANEL: context.configuration.front_panel.enabled,
        POWER_FAIL: bool(context.configuration.front_panel.power_fail),
    }
    return [*SERVICES, *(name for name, enabled in optional.items() if enabled)]


def _needs_pixels(context: Context) -> bool:
    """The forwarder looks at pixels when it has to de-identify them."""
    command = context.arguments.command
    presets = {each.deidentify for each in context.configuration.destination}
    cleans = command == "forwarder" and presets - {"none"} != set()
    return cleans or command not in WITHOUT_PIXELS


def _service(context: Context, name: str) -> Service:
    command = [sys.executable, "-m", "appliance"]
    if context.config_file is not None:
        command += ["--config", str(context.config_file)]
    command += ["--data-dir", str(context.configuration.data_dir)]
    words = (name, "serve") if name == STATUS else (name,)
    return Service(name, (*command, *words))
