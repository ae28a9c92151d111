"""``appliance displayqa report``: the report of a display's test, as files."""

from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.report.forms import Form, default_name, files
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.errors import EXIT_OK
from appliance.services.display_records import DisplayRecords
from appliance.services.display_reports import subject


def run(context: Context) -> int:
    """Write it. Raises NotFoundError, StateError."""
    arguments = context.arguments
    with opened_ledger(context) as ledger:
        records = DisplayRecords(context.configuration, ledger, SYSTEM_CLOCK)
        of = subject(records, arguments.session)
    language = Language(arguments.language or context.texts.language)
    folder = arguments.all_formats
    if folder:
        for form in Form:
            write(context, of, form, language, folder / default_name(of, form))
    else:
        form = Form(arguments.format)
        write(context, of, form, language, arguments.out or Path(default_name(of, form)))
    return EXIT_OK


def write(context: Context, of: Subject, form: Form, language: Language, file: Path) -> None:
    """The report in that form, its folder made, and a line for each file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for name, content in files(of, form, language, file.name).items():
        path = file.parent / name
        path.write_bytes(content)
        context.say("report.written", file=path)
