"""Examinations worth trying, as rows that a dose screen prints; images of them by ``study_of``.

The doses are plausible, no patient's. Labels are those of the consoles whose rows they are; any
maker's images can be made of any of them.
"""

from collections.abc import Mapping

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.simulators.consoles.examination import Examination, Identity, Scan, dlp_sum
from appliance.simulators.ct_series.acquisition import ImagedStudy
from appliance.simulators.ct_series.makers import Maker
from appliance.simulators.ct_series.planning import study_of

SPIRAL, SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
STATIONARY, CONSTANT_ANGLE = CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE


def _scan(  # noqa: PLR0913, PLR0917 - a row of a table
    label: str,
    series: str,
    acquisition_type: CTAcquisitionType,
    ctdi_vol_mgy: str,
    dlp_mgy_cm: str,
    phantom: Phantom = Phantom.BODY32,
    kv: str = "120",
    mas: str = "120",
) -> Scan:
    return Scan(
        label,
        series,
        acquisition_type,
        ctdi_vol_mgy=ctdi_vol_mgy,
        dlp_mgy_cm=dlp_mgy_cm,
        phantom=phantom,
        kv=kv,
        mas=mas,
    )


_TOPOGRAM = Scan("Topogram", "1", CONSTANT_ANGLE, kv="120", tube_current_ma="35 mA")
_HEAD = Phantom.HEAD16
_ROWS: Mapping[str, tuple[Scan, ...]] = {
    "chest": (_TOPOGRAM, _scan("Chest", "2", SPIRAL, "6.50", "234.00", mas="90")),
    "head-axial": (
        _TOPOGRAM,
        _scan("HeadSeq", "2", SEQUENCED, "55.20", "772.80", _HEAD, mas="300"),
    ),
    "phases": (
        _TOPOGRAM,
        _scan("Abdomen", "2", SPIRAL, "9.80", "470.40"),
        _scan("Abdomen Arterial", "3", SPIRAL, "10.10", "484.80"),
        _scan("Abdomen Venous", "4", SPIRAL, "10.20", "489.60"),
    ),
    "bolus-tracking": (
        _TOPOGRAM,
        _scan("PreMonitoring", "2", STATIONARY, "1.30", "1.30", mas="20"),
        _scan("Monitoring", "3-12", STATIONARY, "13.00", "13.00", mas="20"),
        _scan("ThorAbd Angio", "13", SPIRAL, "7.90", "505.60", kv="100", mas="150"),
    ),
    "dual-source": (_TOPOGRAM, _scan("DE Abdomen", "2", SPIRAL, "11.40", "547.20", kv="100")),
    "perfusion": (
        _TOPOGRAM,
        _scan("Brain", "2", SEQUENCED, "48.00", "672.00", _HEAD, mas="280"),
        _scan("Brain Perfusion", "3D", STATIONARY, "180.00", "1440.00", _HEAD, kv="80"),
    ),
    "head-and-body": (
        _TOPOGRAM,
        _scan("HeadSeq", "2", SEQUENCED, "52.00", "728.00", _HEAD, mas="300"),
        _scan("Chest", "3", SPIRAL, "6.80", "272.00", mas="90"),
        _scan("Abdomen Pelvis", "4", SPIRAL, "9.40", "451.20"),
    ),
}
CONTRAST = frozenset({"Abdomen Arterial", "Abdomen Venous", "ThorAbd Angio", "Brain Perfusion"})
"""The labels that are scanned with contrast medium."""
SCENARIOS = tuple(_ROWS)


def examination_of(scenario: str) -> Examination:
    """What the screen of a scenario prints. Raises KeyError."""
    rows = _ROWS[scenario]
    total_mas = sum(int(scan.mas) for scan in rows if scan.mas)
    return Examination(rows, dlp_sum(rows), total_mas=str(total_mas))


def scenario_study(scenario: str, identity: Identity, maker: Maker) -> ImagedStudy:
    """The images of a scenario: two sources and new positions included. Raises KeyError."""
    study = study_of(examination_of(scenario), identity, maker, contrast=CONTRAST)
    study = study.with_second_source("DE Abdomen", 140, 180)
    return study.with_new_position("HeadSeq") if scenario == "head-and-body" else study
