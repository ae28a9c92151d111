"""``appliance deidentify``: what a destination would get, offline."""

import sys
from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.read import named_files
from appliance.deidentify import Cleaned, Pseudonyms, cleaned, presets
from appliance.errors import EXIT_OK, ApplianceError, RefusedError
from appliance.ledger.durable import write_file
from appliance.services.blanking import blanking_for
from appliance.services.cleaning import site_key
from appliance.services.local_codes import local_codes


def run(context: Context) -> int:
    """Write what may leave; exit code 1 when something may not. Raises RefusedError, StateError."""
    arguments, configuration = context.arguments, context.configuration
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    preset = presets()[arguments.preset]
    pseudonyms = Pseudonyms(site_key(configuration.data_dir), arguments.project or preset.name)
    blanking, codes = blanking_for(configuration), local_codes(configuration)
    written = refused = 0
    for file in named_files(context):
        outcome = cleaned(file.read_bytes(), preset, pseudonyms, blanking, codes)
        if isinstance(outcome, Cleaned):
            _write(outcome, arguments.output, context)
            written += 1
            continue
        refused += 1
        for reason in outcome.reasons:
            what = f"{context.texts.pick(reason.hindrance.meaning)} {reason.detail}".strip()
            sys.stderr.write(f"{file}: {reason.hindrance}: {what}\n")
    context.say("deidentify.done", preset=preset.name, written=written, refused=refused)
    return ApplianceError.exit_code if refused else EXIT_OK


def _write(outcome: Cleaned, folder: Path, context: Context) -> None:
    file = folder / f"{outcome.sop_instance_uid}.dcm"
    if file.exists() and file.read_bytes() != outcome.content:
        raise RefusedError(context.texts.say("deidentify.differs"), str(file))
    folder.mkdir(parents=True, exist_ok=True)
    write_file(file, outcome.content)
