"""Plausible examinations by chance: what goes together on a real screen goes together here."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.simulators.consoles.examination import Examination, Scan, dlp_sum

SPIRAL, SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
STATIONARY, CONSTANT_ANGLE = CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE
BODY32, HEAD16 = Phantom.BODY32, Phantom.HEAD16


@dataclass(frozen=True, slots=True)
class Region:
    """What a protocol scans: range of CTDIvol (mGy) and of length (mm)."""

    label: str
    phantom: Phantom
    ctdi_vol_mgy: tuple[float, float]
    length_mm: tuple[int, int]
    acquisition_type: CTAcquisitionType = SPIRAL
    still: bool = False
    """Whether the table stands still, as in bolus tracking, cine and perfusion."""


GE_TYPES = (
    Region("Helical", BODY32, (2.5, 32), (150, 700)),
    Region("Helical", HEAD16, (18, 75), (90, 260)),
    Region("Axial", HEAD16, (25, 85), (80, 200), SEQUENCED),
    Region("Axial", BODY32, (3, 25), (60, 320), SEQUENCED),
    Region("Cardiac Helical", BODY32, (15, 70), (110, 180)),
    Region("Cine", HEAD16, (120, 480), (40, 40), STATIONARY, still=True),
    Region("SmartView", BODY32, (5, 60), (10, 10), STATIONARY, still=True),
)
GE_BOLUS = Region("Stationary", BODY32, (5, 60), (5, 5), STATIONARY, still=True)
GE_BOLUS_SERIES = "200"

SIEMENS_PROTOCOLS = (
    Region("Abdomen", BODY32, (3, 28), (180, 520)),
    Region("AbdRoutine", BODY32, (4, 24), (180, 520)),
    Region("Thorax", BODY32, (2, 16), (220, 420)),
    Region("ThorRoutine", BODY32, (2, 16), (220, 420)),
    Region("NeckAngio", BODY32, (5, 25), (180, 380)),
    Region("HeadSeq", HEAD16, (38, 75), (110, 190), SEQUENCED),
    Region("Neuro", HEAD16, (38, 75), (110, 190)),
    Region("InnerEar", HEAD16, (40, 105), (30, 70)),
    Region("PreMonitoring", BODY32, (0.8, 3), (10, 10), STATIONARY, still=True),
    Region("Monitoring", BODY32, (2, 24), (10, 10), STATIONARY, still=True),
    Region("TestBolus", BODY32, (5, 40), (10, 10), STATIONARY, still=True),
)


def places(value: float | Decimal, digits: int) -> str:
    """``value`` as printed with so many decimals."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def ge_examination(random: Random, scans: int | None = None) -> Examination:
    """Scouts with dashes, then one to six (or ``scans``) scans; a series may repeat."""
    rows = [Scan("Scout", "1", CONSTANT_ANGLE)]
    if random.random() < 0.3:  # noqa: PLR2004 - some examinations have two scouts
        rows.append(Scan("Scout", "1", CONSTANT_ANGLE))
    series = 2
    for _ in range(scans or random.randint(1, 6)):
        if random.random() < 0.15:  # noqa: PLR2004 - some track a bolus
            rows.append(_ge_scan(random, GE_BOLUS, GE_BOLUS_SERIES))
        else:
            rows.append(_ge_scan(random, random.choice(GE_TYPES), str(series)))
            series += random.choice((0, 1, 1, 1, 2))
    scanned = tuple(rows)
    return Examination(scanned, dlp_sum(scanned))


def _ge_scan(random: Random, region: Region, series: str) -> Scan:
    dose = Decimal(places(random.uniform(*region.ctdi_vol_mgy), 2))
    length = random.randint(*region.length_mm)
    start = Decimal(random.randrange(-length * 4, 800)) / 4
    end = start if region.still else start - length
    overranging = random.randint(15, 65) if region.acquisition_type is SPIRAL else 0
    return Scan(
        region.label,
        series,
        region.acquisition_type,
        scan_range=f"{_ge_position(start)}-{_ge_position(end)}",
        ctdi_vol_mgy=str(dose),
        dlp_mgy_cm=places(dose * (length + overranging) / 10, 2),
        phantom=region.phantom,
    )


def _ge_position(position_mm: Decimal) -> str:
    """Superior and inferior of the landmark."""
    return f"{'S' if position_mm >= 0 else 'I'}{places(abs(position_mm), 3)}"


def siemens_examination(
    random: Random,
    scans: int | None = None,
    *,
    topogram_dose: bool = False,
    dlp_places: int = 0,
    total: bool = True,
) -> Examination:
    """A topogram and one to six (or ``scans``) scans; the total is of the unrounded DLPs."""
    kv = random.choice(("80", "100", "120", "120", "140"))
    rows: list[tuple[Scan, Decimal]] = [_topogram(random, kv, dlp_places, dosed=topogram_dose)]
    number = 2
    for _ in range(scans or random.randint(1, 6)):
        printed, number = _siemens_number(random, number)
        region = random.choice(SIEMENS_PROTOCOLS)
        rows.append(_siemens_scan(random, region, printed, kv, dlp_places))
    return Examination(
        tuple(scan for scan, _ in rows),
        places(sum((dlp for _, dlp in rows), Decimal()), dlp_places) if total else None,
        total_mas=str(random.randint(300, 9000)),
        position=random.choice(("H-SP", "F-SP", "H-PR")),
    )


def _siemens_number(random: Random, number: int) -> tuple[str, int]:
    """A scan number: plain, a range of repeated scans, or a perfusion's."""
    chance = random.random()
    if chance < 0.1:  # noqa: PLR2004 - some scans repeat
        last = number + random.randint(1, 13)
        return f"{number}-{last}", last + 1
    return (f"{number}D" if chance < 0.15 else str(number)), number + 1  # noqa: PLR2004


def _topogram(random: Random, kv: str, dlp_places: int, *, dosed: bool) -> tuple[Scan, Decimal]:
    dlp = Decimal(random.randint(300, 1200)) / 100 if dosed else Decimal()
    return Scan(
        "Topogram",
        "1",
        CONSTANT_ANGLE,
        ctdi_vol_mgy=places(random.uniform(0.08, 0.2), 2) if dosed else None,
        dlp_mgy_cm=places(dlp, dlp_places) if dosed else None,
        phantom=BODY32 if dosed else None,
        kv=kv,
        tube_current_ma=random.choice(("35 mA", "35mA", "50 mA")),
        rotation_time_s=places(random.uniform(2.5, 9.9), 1),
        slice_mm="0.6",
    ), dlp


def _siemens_scan(
    random: Random, region: Region, number: str, kv: str, dlp_places: int
) -> tuple[Scan, Decimal]:
    dose = Decimal(places(random.uniform(*region.ctdi_vol_mgy), 2))
    overranging = random.randint(15, 50) if region.acquisition_type is SPIRAL else 0
    dlp = dose * (random.randint(*region.length_mm) + overranging) / 10
    return Scan(
        region.label,
        number,
        region.acquisition_type,
        ctdi_vol_mgy=str(dose),
        dlp_mgy_cm=places(dlp, dlp_places),
        phantom=region.phantom,
        kv=kv,
        mas=str(random.randint(20, 420)),
        reference_mas=str(random.randint(50, 400)),
        rotation_time_s=random.choice(("0.33", "0.5", "0.75", "1.0")),
        slice_mm=random.choice(("0.6", "0.75", "1.2")),
    ), dlp
