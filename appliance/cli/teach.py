"""``appliance teach``: a layout from one screen and the numbers a person typed of it."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydicom import Dataset

from appliance import __version__
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.cli.typed import asked, typed_in
from appliance.clock import SYSTEM_CLOCK
from appliance.dose.correction import corrected, corrections
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import may_be_dose_screen
from appliance.dosescreen.soundness import NAME
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.quarantine import Quarantine
from appliance.services.teaching import Lesson, School, Taught, archive, typed_values
from appliance.services.understanding import understander
from appliance.simulators.specimens import specimens
from appliance.spool import Spool, read_dataset

TOTAL = "total_dlp_mgy_cm"


def run(context: Context) -> int:
    """Draft, try, and keep. Raises RefusedError, NotFoundError, UnreadableObjectError."""
    arguments, configuration = context.arguments, context.configuration
    screens, settled = _material(context)
    typed = _typed(context, settled)
    school = School(
        configuration.layouts_dir, understander(configuration).recogniser, list(specimens())
    )
    taught = _taught(school, screens, typed, context)
    context.say("teach.proven", layout=taught.layout.identifier, count=taught.values)
    if arguments.dry_run:
        print(taught.toml)  # noqa: T201 - what was asked for
        return EXIT_OK
    written = school.keep(taught)
    for file in written:
        context.say("teach.kept", file=file)
    if not written:
        context.say("teach.unchanged")
    if arguments.archive:
        _write_archive(taught, arguments.archive, context)
    context.say("teach.restart")
    return EXIT_OK


def _material(context: Context) -> tuple[list[Dataset], CTRadiationDose | None]:
    """The screens named on the command line, and what a person settled of them, if anyone did."""
    source = context.arguments.source
    if Path(source).exists():
        return [read_dataset(Path(source))], None
    if not source.isdecimal():
        raise NotFoundError(context.texts.say("read.no_such_path"), source)
    if not context.configuration.ledger_path.exists():
        raise NotFoundError(context.texts.say("quarantine.empty"), source)
    with opened_ledger(context) as ledger:
        quarantine = Quarantine(context.configuration.quarantine_dir, ledger, SYSTEM_CLOCK)
        case = quarantine.case(int(source))
        spool = Spool(context.configuration.spool_dir, ledger, SYSTEM_CLOCK)
        instances = spool.instances(case.study_instance_uid)
        objects = [spool.open_dataset(each) for each in instances]
        settlement = quarantine.settlement(case.id)
    settled = settlement.decision.record if settlement else None
    return [each for each in objects if may_be_dose_screen(each)], settled


def _typed(context: Context, settled: CTRadiationDose | None) -> CTRadiationDose:
    """What a person says the screen prints: as options, in a file, in quarantine, or when asked."""
    arguments = context.arguments
    typed = dict(arguments.set)
    if arguments.values:
        typed = typed_in(arguments.values) | typed
    if not typed and settled is not None:
        typed = dict(typed_values(settled)) | ({} if settled.total_dlp_mgy_cm else {TOTAL: "none"})
    if not typed and sys.stdin.isatty():
        typed = asked(context.texts)
    if not typed:
        raise RefusedError(context.texts.say("teach.nothing_typed"), arguments.source)
    record = corrected(None, corrections(typed), "teach")
    if TOTAL not in typed:
        raise RefusedError(context.texts.say("teach.no_total"), TOTAL)
    return record


def _taught(
    school: School, screens: list[Dataset], typed: CTRadiationDose, context: Context
) -> Taught:
    """The lesson from the first of the screens that everything typed stands on."""
    refusal = RefusedError(context.texts.say("teach.no_screen"), context.arguments.source)
    for screen in screens:
        lesson = Lesson(
            screen, typed, _name(context, screen), _date(context), f"dose-appliance {__version__}"
        )
        try:
            return school.teach(lesson, replacing=context.arguments.replace)
        except RefusedError as refused:
            refusal = refused
    raise refusal


def _name(context: Context, screen: Dataset) -> str:
    """The name given, or one made of the model's."""
    model = str(screen.get("ManufacturerModelName") or "site")
    name = context.arguments.name or f"{re.sub('[^a-z0-9]+', '-', model.lower()).strip('-')}-dose"
    if not NAME.fullmatch(name):
        raise RefusedError(context.texts.say("teach.bad_name"), name)
    return name


def _date(context: Context) -> str:
    given = context.arguments.date
    return given or datetime.fromtimestamp(SYSTEM_CLOCK.wall(), UTC).date().isoformat()


def _write_archive(taught: Taught, folder: Path, context: Context) -> None:
    file = folder / f"{taught.layout.name}-{taught.layout.version}.zip"
    content = archive(taught)
    if file.exists() and file.read_bytes() != content:
        raise RefusedError(context.texts.say("teach.archive_differs"), str(file))
    folder.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    context.say("teach.archived", file=file)
