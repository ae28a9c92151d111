"""``appliance export``: reports onto a stick, into a folder, or into the image of a disc."""

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance import __version__, config, log
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.cli.status import as_json
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, ApplianceError, RefusedError
from appliance.ledger import Ledger
from appliance.ledger.durable import write_file
from appliance.media.disc import Disc
from appliance.media.fault import Failed
from appliance.media.medium import Medium
from appliance.media.mounting import mounted
from appliance.outbox import Outgoing
from appliance.services.enrolment import enrolled_name
from appliance.services.exporting import Tally
from appliance.services.handing import Carrier, Handing, media_dir, one_export_at_a_time
from appliance.services.patient_medium import hand_out
from appliance.services.stick import destinations, export_to_stick, exporting, leave_report
from appliance.spool import Spool
from appliance.status import AlarmNotice, take_snapshot


def run(context: Context) -> int:
    """Export. Raises ApplianceError when the medium failed, RefusedError, ConfigurationError."""
    arguments, configuration = context.arguments, context.configuration
    _check(context)
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger, one_export_at_a_time(configuration):
        if arguments.patient:
            _to_patient(context, ledger)
        elif arguments.stick or arguments.device:
            _to_stick(context, ledger)
        else:
            _by_hand(context, ledger, _carrier(context), destinations(configuration, arguments.to))
    return EXIT_OK


def _check(context: Context) -> None:
    arguments = context.arguments
    on_stick = arguments.stick or arguments.device
    if arguments.patient and (not arguments.study or not arguments.label or not arguments.by):
        raise RefusedError(context.texts.say("export.patient_needs"))
    if arguments.patient and on_stick:
        raise RefusedError(context.texts.say("export.patient_stick"))
    if (arguments.label or arguments.images) and not arguments.patient:
        raise RefusedError(context.texts.say("export.only_patient"))
    if arguments.patient and (arguments.since or arguments.to):
        raise RefusedError(context.texts.say("export.patient_studies"))


def _to_stick(context: Context, ledger: Ledger) -> None:
    arguments, configuration = context.arguments, context.configuration
    aside = media_dir(configuration) / "stick"
    place = mounted(arguments.device, aside) if arguments.device else nullcontext(arguments.stick)
    with place as root:
        name = enrolled_name(configuration, ledger, SYSTEM_CLOCK, root)
        wanted = destinations(configuration, arguments.to)
        if arguments.study or arguments.since:
            _by_hand(context, ledger, Carrier(Medium(root), name, arguments.by), wanted)
        else:
            take_along(context, ledger, name, root, wanted)


def take_along(
    context: Context, ledger: Ledger, name: str, root: Path, wanted: Sequence[config.Destination]
) -> None:
    """Write what waits for ``wanted`` on a stick, and a report. Raises ApplianceError."""
    configuration, medium = context.configuration, Medium(root)
    carrier = Carrier(medium, name, getattr(context.arguments, "by", ""))
    handing = Handing(configuration, ledger, SYSTEM_CLOCK, carrier)
    tallies = list(export_to_stick(configuration, handing, medium, wanted))
    status = json.dumps(_status(context), indent=1)
    if untold := leave_report(medium, _report(tallies), status.encode()):
        log.warning("export_report_failed", fault=untold.fault)
    _say(context, tallies)


def _by_hand(
    context: Context, ledger: Ledger, carrier: Carrier, wanted: Sequence[config.Destination]
) -> None:
    handing = Handing(context.configuration, ledger, SYSTEM_CLOCK, carrier)
    most = 1 if isinstance(carrier.target, Disc) else 0
    if most and len(wanted) > 1:
        raise RefusedError(context.texts.say("export.one_disc"))
    if isinstance(carrier.target, Medium):
        carrier.target.sweep()
    for settings in wanted:
        work = exporting(context.configuration, settings, handing)
        if context.arguments.study or context.arguments.since:
            tally = work.again(_chosen(context, handing), most)
        else:
            tally = work.what_waits(most)
        _say(context, [(settings.name, tally)])


def _chosen(context: Context, handing: Handing) -> list[Outgoing]:
    arguments, outbox = context.arguments, handing.outbox
    if not arguments.since:
        return [each for study in arguments.study for each in outbox.reports(study)]
    made_at = datetime.combine(arguments.since, datetime.min.time()).timestamp()
    studies = set(arguments.study)
    found = outbox.reports_since(made_at)
    return [each for each in found if not studies or each.study_instance_uid in studies]


def _to_patient(context: Context, ledger: Ledger) -> None:
    arguments, configuration = context.arguments, context.configuration
    handing = Handing(configuration, ledger, SYSTEM_CLOCK, _carrier(context))
    spool = Spool(configuration.spool_dir, ledger, SYSTEM_CLOCK)
    handed = hand_out(
        configuration, spool, handing, arguments.study, with_received=arguments.images
    )
    if isinstance(handed.outcome, Failed):
        raise ApplianceError(context.texts.pick(handed.outcome.fault.meaning))
    write_file(arguments.label.absolute(), handed.label.encode("utf-8"))
    context.say(
        "export.handed",
        count=handed.objects,
        place=handed.outcome.folder,
        label=arguments.label,
        left=handed.left_out,
    )


def _carrier(context: Context) -> Carrier:
    arguments = context.arguments
    if arguments.iso:
        return Carrier(Disc(arguments.iso), "image", arguments.by)
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    return Carrier(Medium(folder), "folder", arguments.by)


def _say(context: Context, tallies: Iterable[tuple[str, Tally]]) -> None:
    for name, tally in tallies:
        key = "export.done" if tally.exported or tally.failed else "export.nothing"
        context.say(
            key,
            name=name,
            count=tally.exported,
            refused=tally.refused,
            waiting=tally.waiting,
        )
        for folder in tally.folders:
            print(folder)  # noqa: T201 - what was asked for
        if tally.failed is not None:
            raise ApplianceError(context.texts.pick(tally.failed.fault.meaning), name)


def _status(context: Context) -> dict[str, Any]:
    """Of alarms about a study only the code: its UID would undo what beside it has none."""
    configuration = context.configuration
    told = as_json(take_snapshot(configuration, SYSTEM_CLOCK), notice=AlarmNotice.of)
    known = {each.name for each in configuration.destination}
    for alarm in told["alarms"]:
        if alarm["subject"] not in known:
            alarm["subject"] = ""
    return told


def _report(tallies: Iterable[tuple[str, Tally]]) -> str:
    """English and Japanese; nobody knows who will read it."""
    lines = [f"dose-appliance {__version__}", iso8601(SYSTEM_CLOCK.wall()), ""]
    for name, tally in tallies:
        lines += [
            name,
            f"  exported 書き出し済み: {tally.exported}",
            f"  refused 対象外: {tally.refused}",
            f"  waiting 待機中: {tally.waiting}",
            *(f"  {folder.name}" for folder in tally.folders),
            *([f"  {' '.join(tally.failed.fault.meaning)}"] if tally.failed else []),
            "",
        ]
    return "\n".join(lines)
