"""``appliance simulate``: a CT, its MPPS, an archive, a RIS and a meter to try the box with."""

import sys
from decimal import Decimal
from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.texts import Texts
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.services.signals import ended_by_signal
from appliance.simulators.archive import run_archive
from appliance.simulators.consoles.outline import OutlineFont
from appliance.simulators.ct import send_studies
from appliance.simulators.demo import Kind, Study, demo_studies, identity, with_images
from appliance.simulators.front_panel import DeskPanel
from appliance.simulators.meters import BODIES, Light
from appliance.simulators.meters.cable import Cable
from appliance.simulators.meters.terminal import plugged
from appliance.simulators.performed_step import StepSCU, begun, ended, step_uid
from appliance.simulators.worklist import order_for, run_worklist

PANEL_LOOK_S = 0.05


def run(context: Context) -> int:
    """Stand in for the equipment named. Raises SendingError, OSError."""
    return _ACTIONS[context.arguments.action](context)


def _ct(context: Context) -> int:
    arguments, receiver = context.arguments, context.configuration.receiver
    for study in _studies(context):
        statuses = send_studies(
            [study.objects], arguments.host, arguments.port or receiver.port, receiver.ae_title
        )
        context.say(
            "simulate.sent",
            kind=study.kind,
            study=study.objects[0].StudyInstanceUID,
            statuses=" ".join(f"0x{status:04X}" for status in statuses),
        )
    return EXIT_OK


def _mpps(context: Context) -> int:
    """Create the step of each study and, unless it goes on, end it with its dose."""
    arguments, receiver = context.arguments, context.configuration.receiver
    kinds = _kinds(arguments.kind, context.texts)
    port = arguments.port or receiver.port
    with StepSCU(arguments.host, port, receiver.ae_title) as scu:
        for study in demo_studies(arguments.seed, kinds):
            who = identity(arguments.seed, study.kind)
            uid = step_uid(who)
            answers = [scu.create(begun(who), uid)]
            if not arguments.in_progress:
                said = ended(who, study.examination, discontinued=arguments.discontinued)
                answers.append(scu.set(said, uid))
            context.say(
                "simulate.stepped",
                kind=study.kind,
                step=uid,
                study=who.study_instance_uid,
                statuses=" ".join(f"0x{answer.status:04X}" for answer in answers),
            )
    return EXIT_OK


def _studies(context: Context) -> list[Study]:
    """What is sent, drawn with the font that was named, if any. Raises OSError, RefusedError."""
    arguments = context.arguments
    kinds = _kinds(arguments.kind, context.texts)
    font = None
    if arguments.font is not None:
        font = OutlineFont(arguments.font, arguments.size, arguments.antialiased)
    try:
        studies = demo_studies(arguments.seed, kinds, font)
    except ValueError as large:
        raise RefusedError(context.texts.say("simulate.does_not_fit"), str(large)) from large
    return [with_images(each, arguments.seed) for each in studies] if arguments.images else studies


def _kinds(word: str | None, texts: Texts) -> tuple[Kind, ...]:
    if word is None:
        return tuple(Kind)
    if word not in tuple(Kind):
        known = ", ".join(Kind)
        raise NotFoundError(texts.say("simulate.no_such_kind", known=known), word)
    return (Kind(word),)


def _archive(context: Context) -> int:
    arguments = context.arguments
    ended = ended_by_signal()
    with run_archive(
        arguments.folder,
        port=arguments.port,
        on_stored=lambda file: context.say("simulate.stored", file=file),
    ) as port:
        context.say("simulate.listening", port=port, folder=arguments.folder)
        ended.wait()
    return EXIT_OK


def _worklist(context: Context) -> int:
    arguments = context.arguments
    ended = ended_by_signal()
    orders = [order_for(identity(arguments.seed, kind), kind) for kind in Kind]
    with run_worklist(
        orders,
        port=arguments.port,
        on_asked=lambda found: context.say("simulate.asked", count=found),
    ) as port:
        context.say("simulate.ris", port=port, count=len(orders))
        ended.wait()
    return EXIT_OK


def _meter(context: Context) -> int:
    arguments = context.arguments
    if arguments.model not in BODIES:
        known = ", ".join(BODIES)
        raise NotFoundError(context.texts.say("meters.no_such", known=known), arguments.model)
    ended = ended_by_signal()
    body = BODIES[arguments.model](lambda: _seen(arguments.luminance, arguments.follow))
    with plugged(body, Cable(lost_percent=arguments.lost)) as path:
        context.say("simulate.meter", model=arguments.model, path=path)
        sys.stdout.flush()
        ended.wait()
    return EXIT_OK


def _seen(luminance: str, file: Path | None) -> Light:
    """The light that falls in: the last line of the file, once there is one."""
    lines = file.read_text("utf-8").split() if file is not None and file.exists() else []
    return Light(Decimal(lines[-1] if lines else luminance))


def _panel(context: Context) -> int:
    """Press, take the mains away, or show the lights until SIGTERM or SIGINT."""
    arguments = context.arguments
    folder = arguments.folder or context.configuration.front_panel.simulated
    if not folder:
        raise RefusedError(context.texts.say("simulate.no_panel"))
    panel = DeskPanel(Path(folder))
    if arguments.press is not None:
        panel.press(arguments.press)
    elif arguments.lose_mains is not None:
        panel.lose_mains(arguments.lose_mains)
    else:
        _show_lights(panel)
    return EXIT_OK


def _show_lights(panel: DeskPanel) -> None:
    ended, shown, end = ended_by_signal(), "", "\r" if sys.stdout.isatty() else "\n"
    while not ended.wait(PANEL_LOOK_S):
        now = "  ".join(f"({'*' if lit else ' '}) {light}" for light, lit in panel.lit().items())
        if now != shown:
            print(now, end=end, flush=True)  # noqa: T201 - what was asked for
        shown = now


_ACTIONS = {
    "ct": _ct,
    "mpps": _mpps,
    "archive": _archive,
    "worklist": _worklist,
    "meter": _meter,
    "panel": _panel,
}
