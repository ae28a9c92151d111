"""A CT dose report of any writer as a dose record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydicom import Dataset

from appliance.dose.coded import (
    CTAcquisitionType,
    Phantom,
    ProcedureContext,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    Number,
    Origin,
    SizeSpecificDose,
    Sourced,
    Text,
    XRaySource,
)
from appliance.dose.region import REGIONS, Region, region_named_in
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.evidence import is_uid
from appliance.rdsr.native.content import (
    CodedT,
    below,
    code,
    coded,
    every,
    first,
    is_called,
    measured,
    number,
    text,
    text_of,
)
from appliance.rdsr.native.spelling import former_region, is_code_of
from appliance.rdsr.parties import RecordingDevice
from appliance.units import Unit

NATIVE = "radiation dose SR"
"""``Origin.detail`` of a value that was read from a report."""


def read_native(report: Dataset) -> CTRadiationDose | None:
    """The dose record that ``report`` states; None when it states no CT acquisition.

    Every value's origin is Automated Data Collection and the report's SOP Instance UID. What cannot
    be read, is of a unit that is not known, or contradicts itself within the report stays None.
    Never raises over what a report says.
    """
    uid = text_of(report, "SOPInstanceUID") or None
    return record_in(report, Origin(SourceOfDoseInformation.AUTOMATED, NATIVE, uid))


def record_in(report: Dataset, origin: Origin) -> CTRadiationDose | None:
    """The same, with another origin for its values."""
    acquisitions = _acquisitions(report)
    if not acquisitions:
        return None
    accumulated = first(report, Concept.CT_ACCUMULATED_DOSE_DATA)
    here = _Place(accumulated, origin)
    parts = {phantom: _sub_total(accumulated, phantom, origin) for phantom in Phantom}
    return CTRadiationDose(
        events=tuple(_event(each, origin) for each in acquisitions),
        total_dlp_mgy_cm=here.number(Concept.CT_DLP_TOTAL, Unit.MGY_CM),
        total_dlp_head_mgy_cm=parts[Phantom.HEAD16],
        total_dlp_body_mgy_cm=parts[Phantom.BODY32],
    )


def sources_stated(report: Dataset) -> frozenset[SourceOfDoseInformation]:
    """Every Source of Dose Information (TID 10011 row 12) that ``report`` states."""
    items = every(report, Concept.SOURCE_OF_DOSE_INFORMATION)
    found = {coded(each, SourceOfDoseInformation) for each in items}
    return frozenset(each for each in found if each is not None)


def is_recorded_by(report: Dataset, device: RecordingDevice) -> bool:
    """Whether ``device`` made ``report``: it is its device observer."""
    observers = every(report, Concept.DEVICE_OBSERVER_UID)
    return str(device.uid) in {text_of(each, "UID") for each in observers}


@dataclass(frozen=True, slots=True)
class _Place:
    """Part of a report, and the origin of what is read there."""

    item: Dataset | None
    origin: Origin

    def own(self, unit: Unit) -> Number | None:
        """The number of the item itself; none that is negative."""
        found = None if self.item is None else measured(self.item, unit)
        return None if found is None or found[0] < 0 else Sourced(*found, self.origin)

    def number(self, concept: Concept, unit: Unit) -> Number | None:
        """A number; none that is negative."""
        found = self.position(concept, unit)
        return None if found is None or found.value < 0 else found

    def position(self, concept: Concept, unit: Unit) -> Number | None:
        """A number of either sign."""
        found = number(self.item, concept, unit)
        return None if found is None else Sourced(*found, self.origin)

    def text(self, concept: Concept, keyword: str = "TextValue") -> Text | None:
        value = text(self.item, concept, keyword)
        return Sourced(value, value, self.origin) if value else None

    def uid(self, concept: Concept) -> Text | None:
        value = self.text(concept, "UID")
        return value if value is not None and is_uid(value.value) else None

    def coded(
        self, concept: Concept, values: type[CodedT], words: str = ""
    ) -> Sourced[CodedT] | None:
        value = coded(first(self.item, concept), values, words)
        return None if value is None else Sourced(value, value.code_meaning, self.origin)


def _acquisitions(report: Dataset) -> list[Dataset]:
    return [each for each in below(report) if is_called(each, Concept.CT_ACQUISITION)]


def _event(acquisition: Dataset, origin: Origin) -> IrradiationEvent:
    here = _Place(acquisition, origin)
    sources = _sources(acquisition, origin)
    labelled = here.text(Concept.IRRADIATION_EVENT_LABEL)
    numbered = coded(first(acquisition, Concept.LABEL_TYPE), Fixed)
    technique = _Place(first(acquisition, Concept.CT_ACQUISITION_PARAMETERS) or acquisition, origin)
    dose = _Place(first(acquisition, Concept.CT_DOSE) or acquisition, origin)
    return IrradiationEvent(
        label=here.text(Concept.ACQUISITION_PROTOCOL),
        series=None if numbered is Fixed.ACQUISITION_NUMBER else labelled,
        acquisition=labelled if numbered is Fixed.ACQUISITION_NUMBER else None,
        acquisition_type=here.coded(
            Concept.CT_ACQUISITION_TYPE, CTAcquisitionType, "acquisition_types"
        ),
        target_region=_target_region(acquisition, origin),
        procedure_context=here.coded(Concept.PROCEDURE_CONTEXT, ProcedureContext),
        irradiation_event_uid=here.uid(Concept.IRRADIATION_EVENT_UID),
        started=here.text(Concept.DATE_TIME_STARTED, "DateTime"),
        ctdi_vol_mgy=dose.number(Concept.MEAN_CTDI_VOL, Unit.MGY),
        dlp_mgy_cm=dose.number(Concept.DLP, Unit.MGY_CM),
        phantom=dose.coded(Concept.CTDIW_PHANTOM_TYPE, Phantom, "phantoms"),
        size_specific_doses=tuple(_size_specific_doses(dose)),
        kvp=sources[0].kvp,
        tube_current_ma=sources[0].tube_current_ma,
        tube_current_max_ma=sources[0].tube_current_max_ma,
        rotation_time_s=sources[0].rotation_time_s,
        further_sources=tuple(each for each in sources[1:] if each != XRaySource()),
        exposure_time_s=technique.number(Concept.EXPOSURE_TIME, Unit.S),
        single_collimation_mm=technique.number(Concept.NOMINAL_SINGLE_COLLIMATION_WIDTH, Unit.MM),
        total_collimation_mm=technique.number(Concept.NOMINAL_TOTAL_COLLIMATION_WIDTH, Unit.MM),
        pitch=technique.number(Concept.PITCH_FACTOR, Unit.RATIO),
        x_ray_sources=technique.number(Concept.NUMBER_OF_X_RAY_SOURCES, Unit.X_RAY_SOURCES),
        scanning_length_mm=technique.number(Concept.SCANNING_LENGTH, Unit.MM),
        reconstructable_length_mm=technique.number(
            Concept.LENGTH_OF_RECONSTRUCTABLE_VOLUME, Unit.MM
        ),
        top_z_mm=technique.position(Concept.TOP_Z_LOCATION, Unit.MM),
        bottom_z_mm=technique.position(Concept.BOTTOM_Z_LOCATION, Unit.MM),
        frame_of_reference_uid=technique.uid(Concept.FRAME_OF_REFERENCE_UID),
    )


def _sources(acquisition: Dataset, origin: Origin) -> list[XRaySource]:
    """Rows 14 to 19, at least one; where no container holds them, what the event itself says."""
    found = every(acquisition, Concept.CT_X_RAY_SOURCE_PARAMETERS) or [acquisition]
    return [
        XRaySource(
            kvp=here.number(Concept.KVP, Unit.KV),
            tube_current_ma=here.number(Concept.X_RAY_TUBE_CURRENT, Unit.MA),
            tube_current_max_ma=here.number(Concept.MAXIMUM_X_RAY_TUBE_CURRENT, Unit.MA),
            rotation_time_s=here.number(Concept.EXPOSURE_TIME_PER_ROTATION, Unit.S),
        )
        for here in (_Place(each, origin) for each in found)
    ]


def _size_specific_doses(dose: _Place) -> Iterator[SizeSpecificDose]:
    """Rows 30 to 34x; an estimate whose method is not known is none."""
    for item in every(dose.item, Concept.SIZE_SPECIFIC_DOSE_ESTIMATION):
        here = _Place(item, dose.origin)
        ssde = here.own(Unit.MGY)
        method = here.coded(Concept.MEASUREMENT_METHOD, SizeSpecificDoseMethod)
        if ssde is not None and method is not None:
            yield SizeSpecificDose(
                ssde,
                method,
                lateral_mm=here.number(Concept.MEASURED_LATERAL_DIMENSION, Unit.MM),
                ap_mm=here.number(Concept.MEASURED_AP_DIMENSION, Unit.MM),
                effective_diameter_mm=here.number(Concept.DERIVED_EFFECTIVE_DIAMETER, Unit.MM),
                water_equivalent_diameter_mm=here.number(
                    Concept.WATER_EQUIVALENT_DIAMETER, Unit.MM
                ),
            )


def _target_region(acquisition: Dataset, origin: Origin) -> Sourced[Region] | None:
    value, scheme, meaning = code(first(acquisition, Concept.TARGET_REGION))
    readings: tuple[Callable[[], Region | None], ...] = (
        lambda: next((r for r in REGIONS.values() if is_code_of(value, scheme, r)), None),
        lambda: former_region(value, scheme),
        lambda: region_named_in(meaning),
    )
    found = next((region for read in readings if (region := read()) is not None), None)
    return None if found is None else Sourced(found, meaning or found.code_meaning, origin)


def _sub_total(accumulated: Dataset | None, phantom: Phantom, origin: Origin) -> Number | None:
    """TID 10012 row 3a for one phantom."""
    for item in every(accumulated, Concept.CT_DLP_SUB_TOTAL):
        if coded(first(item, Concept.CTDIW_PHANTOM_TYPE), Phantom, "phantoms") is phantom:
            return _Place(item, origin).own(Unit.MGY_CM)
    return None
