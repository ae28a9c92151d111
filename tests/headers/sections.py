"""Drawn sections as images, for the tests of sizes."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from pydicom import Dataset

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.record import IrradiationEvent, Number, Origin, Sourced, Text
from appliance.dose.region import REGIONS
from appliance.headers.size.stored import Pixels
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.ct_series.anatomy import Body, Section, noisy, section
from appliance.simulators.ct_series.makers import SIEMENS, Maker
from appliance.simulators.ct_series.scenarios import scenario_study
from appliance.simulators.ct_series.series import Form, images
from appliance.uids import derived_uid

WHO = Identity(derived_uid("sizes"))
SAID = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "test")
NOISE = 15.0


def number(value: str) -> Number:
    return Sourced(Decimal(value), value, SAID)


def words(value: str) -> Text:
    return Sourced(value, value, SAID)


def an_event(
    region: str | None = "ABDOMEN",
    phantom: Phantom | None = Phantom.BODY32,
    kind: CTAcquisitionType | None = CTAcquisitionType.SPIRAL,
) -> IrradiationEvent:
    """10 mGy over 30 cm."""
    return IrradiationEvent(
        ctdi_vol_mgy=number("10"),
        dlp_mgy_cm=number("300"),
        phantom=phantom and Sourced(phantom, phantom.name, SAID),
        acquisition_type=kind and Sourced(kind, kind.name, SAID),
        target_region=None if region is None else Sourced(REGIONS[region], region, SAID),
        irradiation_event_uid=words("1.2.3"),
    )


def cropped(drawn: Section) -> Section:
    """With -1024 around the circle, as consoles that do not pad."""
    rows, columns = drawn.shape
    y, x = np.ogrid[:rows, :columns]
    outside = (x - (columns - 1) / 2) ** 2 + (y - (rows - 1) / 2) ** 2 > (rows / 2) ** 2
    return np.where(outside, -1024.0, drawn)


def pixels(drawn: Section, field_of_view_mm: float = 500) -> Pixels:
    mm = field_of_view_mm / len(drawn)
    values = np.maximum(drawn, -1024).astype(np.float32)
    return Pixels(values, np.zeros(drawn.shape, np.bool_), mm, mm)


def seen(
    body: Body,
    field_of_view_mm: float = 500,
    matrix: int = 256,
    centre_mm: tuple[float, float] = (0, 0),
) -> Pixels:
    """A section with noise."""
    drawn = section(body, matrix, field_of_view_mm, centre_mm=centre_mm)
    return pixels(noisy(drawn, NOISE), field_of_view_mm)


def axial_images(
    body: Body, maker: Maker = SIEMENS, slices: int = 4, matrix: int = 128
) -> list[Dataset]:
    """The 5 mm reconstruction of a chest scan, everything else left out."""
    study = scenario_study("chest", WHO, maker)
    scan = study.acquisitions[1]
    study = replace(study, acquisitions=(scan.with_reconstructions(scan.reconstructions[0]),))
    return images(study, Form(slices=slices, matrix=matrix, body=body))
