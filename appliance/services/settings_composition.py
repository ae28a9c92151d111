"""Whoever carries out requests, put together for the machine at hand."""

from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.ledger import Ledger
from appliance.services.health import signs_of
from appliance.services.settings_carrying import Carrying
from appliance.services.settings_command import Keyboard
from appliance.services.settings_effects import AtADesk, UnderSystemd
from appliance.services.settings_folder import request_folder
from appliance.services.settings_holding import FileHolding, holding
from appliance.services.vitals import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What the box keeps, its boot partition, and the one file where there is no such folder."""

    box: Path
    boot: Path
    file: Path


def carrying(
    configuration: Configuration,
    ledger: Ledger,
    clock: Clock,
    keyboard: Keyboard,
    places: Places,
) -> Carrying:
    """Of the box, or of the one file elsewhere.

    Where systemd does not watch the folder of requests nothing is started again, and no sign of
    life is looked at: at a desk whoever runs the processes does.
    """
    folder, is_watched = request_folder(configuration.run_dir, configuration.data_dir)
    held = holding(places.box, places.boot, places.file) if is_watched else FileHolding(places.file)
    return Carrying(
        configuration=configuration,
        ledger=ledger,
        clock=clock,
        folder=folder,
        held=held,
        machine=UnderSystemd(is_box=held.is_box) if is_watched else AtADesk(),
        look=signs_of if is_watched else _nothing,
        keyboard=keyboard,
        steady_s=6.0 if is_watched else 0.0,
    )


def _nothing(_: Configuration) -> tuple[Sign, ...]:
    return ()
