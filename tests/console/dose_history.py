"""A site's doses: studies entered into a ledger as the recogniser enters them, and their pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration, DoseAlert
from appliance.console import Person
from appliance.console.doses import doses_sections
from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.doses import Doses
from appliance.ledger import open_ledger
from appliance.services.doses_desk import DosesDesk
from tests.console.served import Served

TODAY = date(2026, 11, 22)
NOON = Clock(wall=lambda: 1795262400.0)
"""On that day."""
HOSTILE = "<script>alert('1')</script>\x07 \"=1+1"
PROTOCOLS = {
    "Head plain": ("HEAD", Phantom.HEAD16, 60.0, 20.0),
    "Chest": ("CHEST", Phantom.BODY32, 9.0, 36.0),
    "Abdomen Pelvis": ("ABDOMEN_AND_PELVIS", Phantom.BODY32, 16.0, 48.0),
    HOSTILE: ("KNEE", Phantom.BODY32, 5.0, 18.0),
}
ABOVE = DoseAlert(name="body", ctdi_vol_mgy=30.0)


class Someone:
    """Whoever asks has a role."""

    def __init__(self, role: Role) -> None:
        self._role = role

    def person(self, _: HTTPConnection) -> Person:
        return Person(name="m.sato", rights=ROLES[self._role])


def study(number: int, label: str = "Chest", ctdi: float | None = None) -> Examination:
    """The ``number``-th of a site: its day, age and dose follow from the number."""
    region, phantom, usual, length_cm = PROTOCOLS[label]
    chance = Random(number)
    dose = ctdi if ctdi is not None else usual * chance.lognormvariate(0, 0.25)
    scan = Scan(
        label=label,
        region=region,
        phantom=phantom,
        ctdi_vol_mgy=Decimal(f"{dose:.2f}"),
        dlp_mgy_cm=Decimal(f"{dose * length_cm:.1f}"),
        ssde_mgy=Decimal(f"{dose * 1.3:.2f}") if phantom is Phantom.BODY32 else None,
    )
    return Examination(
        study_instance_uid=f"1.2.{number}",
        report_uid=f"1.2.{number}.1",
        performed_on=TODAY - timedelta(days=(number * 7) % 330),
        scanner="aa11" if number % 3 else "bb22",
        age_years=Decimal(20 + number % 70),
        weight_kg=Decimal(45 + number % 40) if number % 4 else None,
        scans=(scan,),
    )


def enter(folder: Path, *studies: Examination) -> None:
    """Keep them, durable when this returns."""
    ledger = open_ledger(folder / "ledger.sqlite")
    doses = Doses(ledger, SYSTEM_CLOCK)
    with ledger.transaction():
        for each in studies:
            doses.enter(each)
    ledger.close()


def site(folder: Path) -> None:
    """Some hundred studies, a few of them of a hostile protocol, and one alert."""
    studies = [study(number, label) for number, label in enumerate(["Chest", "Head plain"] * 90, 1)]
    studies += [study(number, "Abdomen Pelvis") for number in range(200, 230)]
    studies += [study(number, HOSTILE) for number in range(300, 303)]
    enter(folder, *studies, study(400, "Chest", 41.5))
    ledger = open_ledger(folder / "ledger.sqlite")
    detail = "scan 1: CTDIvol 41.50 above 30 mGy (body)"
    ledger.execute("INSERT INTO study (study_instance_uid, received_at) VALUES ('1.2.400', 0)")
    Alarms(ledger, NOON).raise_(AlarmCode.DOSE_ABOVE_ALERT_VALUE, "1.2.400", detail)
    ledger.close()


@contextmanager
def dose_pages(
    folder: Path, role: Role = Role.TECHNOLOGIST, clock: Clock = NOON
) -> Iterator[Served]:
    """The pages, for somebody of that role."""
    desk = DosesDesk(Configuration(data_dir=folder, dose_alert=(ABOVE,)), clock)
    with Served(folder, extra=doses_sections(desk), access=Someone(role)) as served:
        yield served
    desk.end()
