"""Which series of a study may say something of its dose, told without fetching any.

A series is looked into when it is short: consoles that nobody described file their dose screens in
short series, too. What is fetched of it is then decided by the SOP class of each object: pictures
of screens and dose reports of any series; images only of a series that a rule of ``series.toml`` or
of the site knows. Where the archive does not say the class, one object is fetched to see.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydicom.uid import CTImageStorage, EnhancedSRStorage, XRayRadiationDoseSRStorage

from appliance import config
from appliance.config import DoseSeries
from appliance.retrieve.identifier import InstanceMatch, SeriesMatch
from appliance.sop_classes import SECONDARY_CAPTURES

REPORT_MODALITY = "SR"
SCREENS_AND_REPORTS = frozenset({*SECONDARY_CAPTURES, XRayRadiationDoseSRStorage})
IN_KNOWN_SERIES = frozenset({CTImageStorage, EnhancedSRStorage})


@dataclass(frozen=True, slots=True)
class Selection:
    """What is fetched of a series.

    Attributes:
        series_instance_uid: The series.
        instances: The objects that are fetched, by SOP Instance UID.
        whole: They are all that the series has.
        others: Objects to be fetched as well if the one in ``instances`` proves to be a screen or
            a report: the archive does not say what they are.
    """

    series_instance_uid: str
    instances: tuple[str, ...]
    whole: bool
    others: tuple[str, ...] = ()


def may_hold_dose(series: SeriesMatch, settings: config.Archive) -> bool:
    """Whether the objects of a series are to be asked for; so they are if it may be short."""
    return series.instances is None or series.instances <= settings.most_instances


def is_known(series: SeriesMatch, settings: config.Archive) -> bool:
    """Whether a rule says that the series holds dose screens."""
    return any(_fits(rule, series) for rule in (*known_series(), *settings.series))


def selection(
    series: SeriesMatch, instances: Sequence[InstanceMatch], settings: config.Archive
) -> Selection | None:
    """What is to be fetched of a series whose objects are ``instances``; None for nothing."""
    if len(instances) > settings.most_instances:
        return None
    known = series.modality == REPORT_MODALITY or is_known(series, settings)
    wanted = tuple(each.sop_instance_uid for each in instances if _is_wanted(each, known=known))
    untold = tuple(each.sop_instance_uid for each in instances if not each.sop_class_uid)
    if not wanted and untold:
        return Selection(series.series_instance_uid, untold[:1], len(instances) == 1, untold[1:])
    whole = len(wanted) == len(instances)
    return Selection(series.series_instance_uid, wanted, whole) if wanted else None


def may_hold_images(series: SeriesMatch) -> bool:
    """Whether the series may be one of images, whose headers say how the scan was made."""
    return series.modality == "CT" and (series.instances is None or series.instances > 1)


@cache
def known_series() -> tuple[DoseSeries, ...]:
    """The rules of ``series.toml``."""
    content = (files("appliance.retrieve") / "series.toml").read_text("utf-8")
    return tuple(
        DoseSeries(description=rule.get("description", ""), number=rule.get("number", -1))
        for rule in tomllib.loads(content)["rule"]
    )


def _is_wanted(instance: InstanceMatch, *, known: bool) -> bool:
    if instance.sop_class_uid in SCREENS_AND_REPORTS:
        return True
    return known and (not instance.sop_class_uid or instance.sop_class_uid in IN_KNOWN_SERIES)


def _fits(rule: DoseSeries, series: SeriesMatch) -> bool:
    if rule.number >= 0 and rule.number != series.number:
        return False
    if rule.number >= 0 and not series.description:  # not every archive says it
        return True
    return re.search(rule.description, series.description, re.IGNORECASE) is not None
