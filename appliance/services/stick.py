"""A stick was plugged in: is it the site's, and what does it take along?"""

from collections.abc import Iterator, Sequence

from appliance import config
from appliance.config import Configuration
from appliance.config.destination import MEDIUM
from appliance.errors import ConfigurationError
from appliance.media.fault import Failed, failed
from appliance.media.medium import Medium
from appliance.services.cleaning import cleaning_for
from appliance.services.exporting import Exporting, Tally
from appliance.services.handing import Handing
from appliance.services.preparation import Preparation

REPORT, STATUS = "DOSEBOX/EXPORT.TXT", "DOSEBOX/STATUS.JSN"


def destinations(configuration: Configuration, name: str = "") -> Sequence[config.Destination]:
    """Those of kind ``medium``; only the one called ``name``. Raises ConfigurationError."""
    found = [
        each
        for each in configuration.destination
        if each.kind == MEDIUM and name in ("", each.name)
    ]
    if not found:
        what = "there is no such destination of kind `medium`"
        raise ConfigurationError(what, name, "add a [[destination]] to the configuration")
    return found


def exporting(
    configuration: Configuration, settings: config.Destination, handing: Handing
) -> Exporting:
    """Exports for one destination, de-identified as it demands."""
    is_cleaned = settings.deidentify != "none"
    cleaning = cleaning_for(settings, configuration) if is_cleaned else None
    return Exporting(configuration, settings, Preparation(settings, cleaning), handing)


def export_to_stick(
    configuration: Configuration,
    handing: Handing,
    medium: Medium,
    wanted: Sequence[config.Destination],
) -> Iterator[tuple[str, Tally]]:
    """What waits for each destination, as far as the stick takes it; name and how it went."""
    try:
        medium.sweep()
    except OSError as error:
        yield wanted[0].name, Tally(failed=failed(error))
        return
    for settings in wanted:
        tally = exporting(configuration, settings, handing).what_waits()
        yield settings.name, tally
        if tally.failed is not None:
            return


def leave_report(medium: Medium, text: str, status: bytes) -> Failed | None:
    """For the engineer: what was exported, and how the box does; neither names a patient."""
    told = medium.write(REPORT, text.replace("\n", "\r\n").encode("utf-8-sig"))
    return told or medium.write(STATUS, status)
