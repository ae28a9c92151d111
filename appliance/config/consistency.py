"""Settings that are each valid but cannot be meant together.

**Knows:** which combinations make no sense, and why.
**Does not know:** files and lines; it names settings by their path.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from datetime import date

from appliance.config.audit import Audit
from appliance.config.backup_contradictions import backup_contradictions
from appliance.config.console import Console
from appliance.config.contradiction import Contradiction, expression
from appliance.config.display_contradictions import display_contradictions
from appliance.config.mqtt import mqtt_contradictions
from appliance.config.perspective import ConversionFactor, DoseAlert, EffectiveDose
from appliance.config.schema import Configuration, Receiver, Recogniser, Scanner
from appliance.config.source import KeyPath
from appliance.config.trust import trust_contradictions
from appliance.config.tunnel import tunnel_contradictions
from appliance.config.updates import update_contradictions
from appliance.config.ways_out import destination_contradictions, route_contradictions


def contradictions(configuration: Configuration) -> Iterator[Contradiction]:
    """Everything that cannot be meant, most basic first."""
    yield from _receiver(configuration)
    yield from _recogniser(configuration.recogniser)
    yield from _console(configuration.console)
    yield from _repeated_names("scanner", (each.name for each in configuration.scanner))
    yield from _repeated_names("destination", (each.name for each in configuration.destination))
    for at, scanner in enumerate(configuration.scanner):
        yield from _scanner(("scanner", at), scanner)
    yield from _ambiguous_scanners(configuration.scanner)
    yield from _worklist(configuration)
    yield from _archive(configuration)
    yield from _audit(configuration.audit)
    yield from _preservation(configuration)
    yield from _repeated_names("dose_alert", (each.name for each in configuration.dose_alert))
    for at, alert in enumerate(configuration.dose_alert):
        yield from _dose_alert(("dose_alert", at), alert)
    yield from _effective_dose(configuration.effective_dose)
    here = (configuration.receiver.bind, configuration.receiver.port)
    for at, destination in enumerate(configuration.destination):
        yield from destination_contradictions(("destination", at), destination, here)
    yield from tunnel_contradictions(configuration.vpn, configuration.destination)
    yield from mqtt_contradictions(configuration.mqtt, configuration.vpn)
    yield from _repeated_names("rule", (each.name for each in configuration.rule))
    for at, route in enumerate(configuration.rule):
        yield from route_contradictions(("rule", at), route, configuration.destination)
    yield from trust_contradictions(configuration)
    yield from display_contradictions(configuration)
    yield from backup_contradictions(configuration.backup)
    yield from update_contradictions(configuration.updates)
    yield from _repeated_names("workstation", (each.name for each in configuration.workstation))
    yield from _repeated_names("meter", (each.name for each in configuration.meter))
    for at, meter in enumerate(configuration.meter):
        if not _is_day(meter.calibrated_until):
            yield ("meter", at, "calibrated_until"), "there is no such day", "write another day"


def _receiver(configuration: Configuration) -> Iterator[Contradiction]:
    receiver = configuration.receiver
    if not _is_address(receiver.bind):
        yield ("receiver", "bind"), "must be an IP address", "0.0.0.0 is every IPv4 interface"
    if receiver.callers == "listed" and not configuration.scanner:
        yield (
            ("receiver", "callers"),
            "nobody could send: no scanner is listed",
            'add a [[scanner]], or write callers = "open"',
        )


def _console(console: Console) -> Iterator[Contradiction]:
    for at, network in enumerate(console.wall_from):
        if not _is_network(network):
            yield (
                ("console", "wall_from", at),
                "must be an IP address or network",
                "such as 192.0.2.0/24, with 0 after the network's part",
            )
    path: KeyPath = ("console", "bind")
    if not _is_address(console.bind):
        yield path, "must be an IP address", "0.0.0.0 is every IPv4 interface"
    elif not (ipaddress.ip_address(console.bind).is_loopback or console.certificate_file):
        what = "passwords would go over the network in the clear"
        yield path, what, "name a certificate_file, or bind to 127.0.0.1"


def _recogniser(recogniser: Recogniser) -> Iterator[Contradiction]:
    if recogniser.confirm_always and not recogniser.confirm_first:
        what = "cannot be meant together with confirm_first = 0"
        yield ("recogniser", "confirm_always"), what, "leave confirm_first out"


def _repeated_names(key: str, names: Iterable[str]) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name.casefold() in seen:
            yield (key, at, "name"), f"another {key} is called `{name}`", "names are unique"
        seen.add(name.casefold())


def _scanner(path: KeyPath, scanner: Scanner) -> Iterator[Contradiction]:
    if scanner.address and not _is_network(scanner.address):
        what = "must be an IP address or a network such as 192.0.2.0/24"
        yield (*path, "address"), what, "host bits of a network are zero"
    for at, rule in enumerate(scanner.rule):
        where = (*path, "rule", at)
        yield from expression((*where, "label"), rule.label)
        if not (rule.phantom or rule.acquisition_type or rule.target_region):
            what = "the rule sets nothing"
            yield where, what, "give it a phantom, acquisition_type or target_region"


def _ambiguous_scanners(scanners: tuple[Scanner, ...]) -> Iterator[Contradiction]:
    callers: set[tuple[str, str]] = set()
    for at, scanner in enumerate(scanners):
        caller = (scanner.ae_title.strip(), scanner.address)
        if any(caller) and caller in callers:
            what = "another scanner has the same ae_title and address"
            yield ("scanner", at), what, "this one would never be found"
        callers.add(caller)
        named = scanner.manufacturer.strip() or scanner.device_serial_number.strip()
        if scanner.rule and len(scanners) > 1 and not named:
            what = "its rules would apply to every scanner"
            yield ("scanner", at), what, "name its manufacturer or device_serial_number"


def _worklist(configuration: Configuration) -> Iterator[Contradiction]:
    worklist, receiver = configuration.worklist, configuration.receiver
    here = {"localhost", "127.0.0.1", "::1", receiver.bind}
    if worklist.host in here and worklist.port == receiver.port:
        yield ("worklist", "port"), "this is the receiver's own port", "name the RIS's"
    if worklist.retry_first_s > worklist.retry_max_s:
        what = f"must not be longer than retry_max_s, {worklist.retry_max_s:g}"
        yield ("worklist", "retry_first_s"), what, ""


def _audit(audit: Audit) -> Iterator[Contradiction]:
    if audit.retry_first_s > audit.retry_max_s:
        what = f"must not be longer than retry_max_s, {audit.retry_max_s:g}"
        yield ("audit", "retry_first_s"), what, ""


def _archive(configuration: Configuration) -> Iterator[Contradiction]:
    archive, receiver = configuration.archive, configuration.receiver
    if archive.host in _names_of_this_box(receiver) and archive.port == receiver.port:
        yield ("archive", "port"), "this is the receiver's own port", "an archive is another"
    if archive.missing_every_min and not archive.host:
        yield ("archive", "missing_every_min"), "there is no archive to look in", "name its host"
    for at, series in enumerate(archive.series):
        where = ("archive", "series", at)
        yield from expression((*where, "description"), series.description)
        if not series.description and series.number < 0:
            yield where, "every series would be meant", "give it a description or a number"


def _names_of_this_box(receiver: Receiver) -> set[str]:
    return {"localhost", "127.0.0.1", "::1", receiver.bind}


def _preservation(configuration: Configuration) -> Iterator[Contradiction]:
    name = configuration.preservation.archive_destination
    path: KeyPath = ("preservation", "archive_destination")
    if not name:
        return
    named = {each.name: each for each in configuration.destination}
    if name in named and named[name].deidentify != "none":
        yield (
            path,
            f"`{name}` gets other UIDs than those here",
            "objects would not be found by them",
        )
    if name not in named:
        yield path, f"there is no destination `{name}`", "names are as in [[destination]]"
    if not configuration.archive.host:
        yield path, "there is no archive to ask", "name its host in [archive]"


def _dose_alert(path: KeyPath, alert: DoseAlert) -> Iterator[Contradiction]:
    yield from expression((*path, "label"), alert.label)
    if not (alert.ctdi_vol_mgy or alert.dlp_mgy_cm or alert.study_dlp_mgy_cm):
        remedy = "give it ctdi_vol_mgy, dlp_mgy_cm or study_dlp_mgy_cm"
        yield path, "the entry has no value", remedy
    yield from _ages(path, alert)


def _effective_dose(settings: EffectiveDose) -> Iterator[Contradiction]:
    path: KeyPath = ("effective_dose",)
    computed = settings.method == "DLP_COMPUTED"
    needed = ("patient_model",) if computed else ("phantom_type", "dosimeter_type")
    for key in needed if settings.factor else ():
        if not getattr(settings, key):
            yield (*path, key), f"is required with {settings.method}", "the report has to state it"
    for at, factor in enumerate(settings.factor):
        yield from _ages((*path, "factor", at), factor)
        if any(_overlap(factor, other) for other in settings.factor[:at]):
            what = "another factor holds for the same region, phantom and age"
            yield (*path, "factor", at), what, "neither would be used"


def _ages(path: KeyPath, entry: DoseAlert | ConversionFactor) -> Iterator[Contradiction]:
    if entry.below_age_years and entry.below_age_years <= entry.from_age_years:
        yield (*path, "below_age_years"), "nobody is of such an age", ""


def _overlap(one: ConversionFactor, other: ConversionFactor) -> bool:
    if (one.region, one.phantom) != (other.region, other.phantom):
        return False
    ends = [each.below_age_years or float("inf") for each in (one, other)]
    return one.from_age_years < ends[1] and other.from_age_years < ends[0]


def _is_day(text: str) -> bool:
    """Whether it is a day of the calendar; empty is none that could be wrong."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
