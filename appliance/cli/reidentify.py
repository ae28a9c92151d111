"""``appliance reidentify``: whose a pseudonym is, among objects that the house has."""

from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.cli.read import named_files
from appliance.clock import SYSTEM_CLOCK
from appliance.deidentify import Pseudonyms
from appliance.errors import EXIT_OK, NotFoundError
from appliance.journal import Journal
from appliance.services.cleaning import site_key, table_of
from appliance.services.reidentification import originals

KIND = "reidentified"


def run(context: Context) -> int:
    """Print each pseudonym and whose it is. Raises NotFoundError when one is nobody's here."""
    arguments, configuration = context.arguments, context.configuration
    asked = list(dict.fromkeys(arguments.pseudonyms))
    with opened_ledger(context) as ledger:
        # Written first: who learns an identity stands in the journal, whatever happens next.
        body = {"pseudonyms": asked, "project": arguments.project}
        body |= {"by": arguments.by, "reason": arguments.reason}
        Journal(ledger, SYSTEM_CLOCK).append(KIND, body)
    found = table_of(configuration).found(asked)
    if arguments.among:
        pseudonyms = Pseudonyms(site_key(configuration.data_dir), arguments.project)
        unknown = [each for each in asked if each not in found]
        found |= originals(named_files(context, arguments.among), pseudonyms, unknown)
    for pseudonym, original in found.items():
        print(f"{pseudonym}\t{original}", flush=True)  # noqa: T201 - what was asked for
    missing = [each for each in asked if each not in found]
    if missing:
        raise NotFoundError(context.texts.say("reidentify.nobody"), " ".join(missing))
    return EXIT_OK
