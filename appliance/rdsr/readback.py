"""A CT X-Ray Radiation Dose SR as a dose record again.

What a report cannot hold, the record does not get back: mAs, scan range, layout, and who read a
value where.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from pydicom import Dataset

from appliance.dose.coded import (
    Coded,
    CTAcquisitionType,
    Phantom,
    SourceOfDoseInformation,
)
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Origin, Sourced, Text
from appliance.errors import UnreadableObjectError
from appliance.rdsr.concepts import Concept

CodedT = TypeVar("CodedT", bound=Coded)
READ_BACK = "radiation dose SR"
"""``Origin.detail`` of a value that was read from a report."""


def read_record(report: Dataset) -> CTRadiationDose:
    """The dose record that ``report`` states.

    The values' origin is the first Source of Dose Information and the report's SOP Instance UID.
    A total that the report derived from its events reads back like a printed one.

    Raises UnreadableObjectError when the report has no CT acquisition.
    """
    acquisitions = list(children(report, Concept.CT_ACQUISITION))
    if not acquisitions:
        raise UnreadableObjectError("no CT Acquisition (113819, DCM)", where="X-Ray Radiation Dose")
    origin = _origin(report)
    accumulated = child(report, Concept.CT_ACCUMULATED_DOSE_DATA)
    return CTRadiationDose(
        events=tuple(_event(each, origin) for each in acquisitions),
        total_dlp_mgy_cm=_number(child(accumulated, Concept.CT_DLP_TOTAL), origin),
    )


def children(item: Dataset | None, concept: Concept) -> Iterator[Dataset]:
    """The content items right below ``item`` that are named ``concept``."""
    for each in (item or Dataset()).get("ContentSequence") or ():
        if is_coded(each.get("ConceptNameCodeSequence"), concept):
            yield each


def child(item: Dataset | None, concept: Concept) -> Dataset | None:
    """The first of ``children``, or None."""
    return next(children(item, concept), None)


def _event(acquisition: Dataset, origin: Origin) -> IrradiationEvent:
    parameters = child(acquisition, Concept.CT_ACQUISITION_PARAMETERS)
    source = child(parameters, Concept.CT_X_RAY_SOURCE_PARAMETERS)
    dose = child(acquisition, Concept.CT_DOSE)
    kind = child(acquisition, Concept.CT_ACQUISITION_TYPE)
    single = child(parameters, Concept.NOMINAL_SINGLE_COLLIMATION_WIDTH)
    total = child(parameters, Concept.NOMINAL_TOTAL_COLLIMATION_WIDTH)
    return IrradiationEvent(
        label=_text(child(acquisition, Concept.ACQUISITION_PROTOCOL), origin),
        series=_text(child(acquisition, Concept.IRRADIATION_EVENT_LABEL), origin),
        acquisition_type=_coded(kind, CTAcquisitionType, origin),
        ctdi_vol_mgy=_number(child(dose, Concept.MEAN_CTDI_VOL), origin),
        dlp_mgy_cm=_number(child(dose, Concept.DLP), origin),
        phantom=_coded(child(dose, Concept.CTDIW_PHANTOM_TYPE), Phantom, origin),
        kvp=_number(child(source, Concept.KVP), origin),
        tube_current_ma=_number(child(source, Concept.X_RAY_TUBE_CURRENT), origin),
        exposure_time_s=_number(child(parameters, Concept.EXPOSURE_TIME), origin),
        rotation_time_s=_number(child(source, Concept.EXPOSURE_TIME_PER_ROTATION), origin),
        single_collimation_mm=_number(single, origin),
        total_collimation_mm=_number(total, origin),
    )


def _origin(report: Dataset) -> Origin:
    stated = child(report, Concept.SOURCE_OF_DOSE_INFORMATION)
    source = next(
        (
            each
            for each in SourceOfDoseInformation
            if stated is not None and is_coded(stated.get("ConceptCodeSequence"), each)
        ),
        SourceOfDoseInformation.AUTOMATED,
    )
    return Origin(source, READ_BACK, str(report.SOPInstanceUID))


def _number(item: Dataset | None, origin: Origin) -> Number | None:
    measured = None if item is None else item.get("MeasuredValueSequence")
    if not measured:
        return None
    digits = str(measured[0].NumericValue)
    return Sourced(Decimal(digits), digits, origin)


def _text(item: Dataset | None, origin: Origin) -> Text | None:
    if item is None:
        return None
    value = str(item.TextValue)
    return Sourced(value, value, origin)


def _coded(item: Dataset | None, values: type[CodedT], origin: Origin) -> Sourced[CodedT] | None:
    sequence = None if item is None else item.get("ConceptCodeSequence")
    found = (each for each in values if is_coded(sequence, each))
    return next((Sourced(each, each.code_meaning, origin) for each in found), None)


def is_coded(sequence: Sequence[Dataset] | None, value: Coded) -> bool:
    """Whether the first item of a code sequence is ``value``; the meaning does not matter."""
    if not sequence:
        return False
    named = (sequence[0].get("CodeValue"), sequence[0].get("CodingSchemeDesignator"))
    return named == (value.code_value, value.coding_scheme)
