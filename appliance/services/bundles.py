"""Where bundles come from: an enrolled stick, and the site's server.

A stick may bring a bundle as it is, in ``DOSEBOX/UPDATE``: the maker's signature stands in it. A
site that wants to release each update itself names its own key (``media.import_key_file``); then
only what that key signed is taken, as ``appliance media import`` takes it.
"""

import shutil
from pathlib import Path

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, ConfigurationError, NotFoundError, RefusedError
from appliance.hours import Hours
from appliance.ledger import Ledger
from appliance.ledger.durable import sync_folder
from appliance.media.intake import Intake, Kind, Trust
from appliance.services.enrolment import enrolled_name
from appliance.services.updating import Updating
from appliance.updates.board import board_at
from appliance.updates.server import Offer, Server
from appliance.updates.state import note_offer, state

FOLDER = "DOSEBOX/UPDATE"
INCOMING = "incoming"
MIB = 1 << 20
TRIES = 5
"""Times that a broken connection is made again at once; later the next poll goes on."""


def bundle_on_stick(configuration: Configuration, ledger: Ledger, clock: Clock, root: Path) -> Path:
    """The bundle that the stick mounted at ``root`` brings, copied to this box.

    Raises NotFoundError and RefusedError: a stick that is not enrolled, none or several bundles.
    """
    enrolled_name(configuration, ledger, clock, root)
    if configuration.media.import_key_file:
        return _released_by_site(configuration, ledger, clock, root)
    found = sorted((root / FOLDER).glob("*.raucb"))
    if len(found) != 1:
        raise NotFoundError(f"{len(found)} bundles, one is wanted", str(root / FOLDER))
    if found[0].is_symlink() or not found[0].is_file():
        raise RefusedError("not a plain file", found[0].name)
    if found[0].stat().st_size > configuration.updates.max_mib * MIB:
        raise RefusedError("larger than updates.max_mib", found[0].name)
    folder = configuration.updates.folder / INCOMING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return shutil.copyfile(found[0], folder / "stick.raucb")


def _released_by_site(
    configuration: Configuration, ledger: Ledger, clock: Clock, root: Path
) -> Path:
    settings = configuration.media
    trust = Trust(
        configuration.data_dir / settings.import_key_file,
        settings.import_recipient,
        settings.import_max_mib * MIB,
    )
    intake = Intake(configuration.data_dir / "imports", trust, ledger, clock)
    manifest, place = intake.take(root)
    if manifest.kind is not Kind.UPDATE:
        raise RefusedError("not an update", manifest.file)
    folder = configuration.updates.folder / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / "site.raucb"  # of root, whoever the folder of the imports belongs to
    shutil.copyfile(place, bundle)
    place.unlink()
    sync_folder(folder)
    return bundle


def fetched(configuration: Configuration) -> Path:
    """The newest bundle of the site's server, whole.

    Raises ConfigurationError without a server, ApplianceError when it cannot be had.
    """
    server, offer = _offered(configuration)
    return _fetched(configuration, server, offer)


def poll(process: Updating) -> bool:
    """Ask for something newer, if the site wants that, and fetch it; whether it was installed.

    It is installed in the hours of ``install_hours`` only. Raises as ``Updating.install``.
    """
    configuration = process.configuration
    settings = configuration.updates
    if not settings.poll:
        return False
    try:
        server, offer = _offered(configuration)
        if offer.name in _known(process):
            note_offer(settings.folder, "")
            return False
        file = _fetched(configuration, server, offer)
    except ApplianceError as failure:  # the server may be away for days
        log.warning("update_not_fetched", reason=str(failure))
        return False
    note_offer(settings.folder, offer.name)
    log.info("update_fetched", version=offer.name)
    hours = settings.install_hours
    if not hours or Hours.from_text(hours).wait_s(process.clock.wall()) > 0:
        return False
    process.install(file)
    return True


def _known(process: Updating) -> set[str]:
    """What runs, what is in the slots, and what was tried last: none of it is installed again."""
    known = state(process.folder, process.root)
    last = {known.last.version} if known.last else set()
    return {*known.in_slots.values(), process.running} | last


def _offered(configuration: Configuration) -> tuple[Server, Offer]:
    settings, board = configuration.updates, board_at()
    if not settings.url:
        raise ConfigurationError("there is no server", "updates.url")
    if board is None:
        raise NotFoundError("this machine has no slots", "/etc/rauc/system.conf")
    server = Server(settings.url, settings.ca_file)
    offer = server.offer(board.compatible)
    if offer.size_bytes > settings.max_mib * MIB:
        raise RefusedError("larger than updates.max_mib", offer.file)
    return server, offer


def _fetched(configuration: Configuration, server: Server, offer: Offer) -> Path:
    folder = configuration.updates.folder / INCOMING
    for _ in range(TRIES - 1):
        try:
            return server.fetch(offer, folder)
        except RefusedError:
            raise
        except ApplianceError as failure:
            log.warning("update_fetch_broken", reason=str(failure))
    return server.fetch(offer, folder)
