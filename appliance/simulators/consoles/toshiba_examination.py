"""Plausible examinations for a console that numbers its protocols."""

from decimal import Decimal
from random import Random

from appliance.simulators.consoles.examination import Examination, Scan, dlp_sum
from appliance.simulators.consoles.examinations import (
    BODY32,
    CONSTANT_ANGLE,
    HEAD16,
    SEQUENCED,
    STATIONARY,
    Region,
    places,
)

REGIONS = (
    Region("Helical", BODY32, (3, 28), (180, 520)),
    Region("Helical_CT", BODY32, (3, 28), (180, 520)),
    Region("Helical", HEAD16, (20, 70), (110, 190)),
    Region("Normal", HEAD16, (38, 75), (110, 190), SEQUENCED),
    Region("S&S", HEAD16, (38, 75), (110, 190), SEQUENCED),
    Region("Dynamic", BODY32, (20, 240), (40, 160), STATIONARY, still=True),
    Region("Volume", HEAD16, (20, 90), (140, 160), STATIONARY, still=True),
)
PROTOCOLS = ("CHEST", "ABDOMEN", "BRAIN", "CTA HEAD", "NECK")


def toshiba_examination(
    random: Random, protocols: int | None = None, *, decimals: int = 1
) -> Examination:
    """A scanoscope and one to three scans in each of one to five (or ``protocols``) protocols."""
    rows: list[Scan] = []
    for number in range(1, (protocols or random.randint(1, 5)) + 1):
        name = random.choice(PROTOCOLS)
        if random.random() < 0.7:  # noqa: PLR2004 - some go without
            rows.append(Scan(name, str(number), CONSTANT_ANGLE, mode="Scanoscope"))
        count = random.choice((1, 1, 2, 3))
        rows.extend(_scan(random, name, str(number), decimals) for _ in range(count))
    mas = sum(int(scan.mas) for scan in rows if scan.mas)
    return Examination(tuple(rows), dlp_sum(rows), total_mas=str(mas))


def _scan(random: Random, name: str, number: str, decimals: int) -> Scan:
    region = random.choice(REGIONS)
    dose = Decimal(places(random.uniform(*region.ctdi_vol_mgy), decimals))
    return Scan(
        name,
        number,
        region.acquisition_type,
        ctdi_vol_mgy=str(dose),
        dlp_mgy_cm=places(dose * random.randint(*region.length_mm) / 10, decimals),
        phantom=region.phantom,
        mas=str(random.randint(100, 3000)),
        exposure_time_s=places(random.uniform(0.5, 20), 1),
        mode=region.label,
    )
