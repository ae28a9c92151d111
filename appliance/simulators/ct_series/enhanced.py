"""A series as one Enhanced CT Image object (PS3.3 A.38), its frames' attributes in their groups.

Which group an attribute stands in is PS3.3's; that dose is shared and current is each frame's own
follows a published listing of an Aquilion ONE.
"""

import numpy as np
from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import FileMetaDataset
from pydicom.uid import EnhancedCTImageStorage

from appliance.simulators.ct_series.acquisition import ImagedStudy
from appliance.simulators.ct_series.image import (
    FIELD_OF_VIEW_MM,
    Place,
    Series,
    acquired_s,
    acquisition_type_name,
    identify,
    image_type,
    seconds_of,
    technique_values,
    write_pixels,
)
from appliance.simulators.ct_series.series import PLAIN, Form, places, series_of
from appliance.uids import derived_uid

REGIONS = {"HEAD": ("69536005", "Head"), "CHEST": ("816094009", "Chest")}
ABDOMEN = ("818981001", "Abdomen")
MAKER_WRITES_ALL = frozenset({"RevolutionTime", "SingleCollimationWidth", "TotalCollimationWidth"})


def enhanced_images(study: ImagedStudy, form: Form = PLAIN) -> list[Dataset]:
    """One object a series, localizers left out (they are CT Images)."""
    return [
        enhanced_image(series, form)
        for series in series_of(study)
        if not series.acquisition.is_localizer
    ]


def enhanced_image(series: Series, form: Form) -> Dataset:
    """All images of the series as the frames of one object."""
    frames = places(series, form.slices)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    identify(dataset, series, 0)
    dataset.InstanceNumber = 1
    dataset.SOPClassUID = EnhancedCTImageStorage
    dataset.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    dataset.ImageType = _frame_type(series)
    _described(dataset)
    started = seconds_of(series.identity, series.acquisition.started_s)
    dataset.AcquisitionDateTime = f"{series.identity.study_date}{started}"
    dataset.AcquisitionDuration = series.technique.exposure_time_s
    dataset.AcquisitionNumber = series.acquisition.number
    dataset.ContentDate, dataset.ContentTime = series.identity.study_date, started
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = [_shared(series)]
    dataset.PerFrameFunctionalGroupsSequence = [
        _frame(series, place, at) for at, place in enumerate(frames, 1)
    ]
    _dimensions(dataset, derived_uid("dimensions", series.uid))
    dataset.AcquisitionContextSequence = []
    dataset.ContentQualification, dataset.BurnedInAnnotation = "PRODUCT", "NO"
    dataset.LossyImageCompression, dataset.PresentationLUTShape = "00", "IDENTITY"
    _pixels(dataset, series, len(frames), form)
    return dataset


def _item(**values: object) -> list[Dataset]:
    """A sequence of one item, without what is None."""
    item = Dataset()
    for keyword, value in values.items():
        if value is not None:
            setattr(item, keyword, value)
    return [item]


def _shared(series: Series) -> Dataset:
    acquisition, values = series.acquisition, technique_values(series, 0.5)
    group = Dataset()
    group.CTAcquisitionTypeSequence = _item(
        AcquisitionType=acquisition_type_name(acquisition.acquisition_type),
        ConstantVolumeFlag="NO",
        FluoroscopyFlag="NO",
    )
    group.CTAcquisitionDetailsSequence = _item(
        RotationDirection="CW",
        DataCollectionDiameter=str(FIELD_OF_VIEW_MM),
        GantryDetectorTilt="0",
        TableHeight="150",
        **{keyword: values[keyword] for keyword in sorted(MAKER_WRITES_ALL)},
    )
    group.CTTableDynamicsSequence = _item(
        **{k: values.get(k) for k in ("TableSpeed", "TableFeedPerRotation", "SpiralPitchFactor")}
    )
    group.CTGeometrySequence = _item(
        DistanceSourceToDetector="1040", DistanceSourceToDataCollectionCenter=570.0
    )
    group.CTReconstructionSequence = _item(
        ConvolutionKernel=series.maker.kernels[series.reconstruction.sharp],
        ConvolutionKernelGroup="SOFT_TISSUE",
        ReconstructionAlgorithm="FILTER_BACK_PROJ",
        ReconstructionAngle=360.0,
        ReconstructionDiameter=str(FIELD_OF_VIEW_MM),
        ReconstructionPixelSpacing=[FIELD_OF_VIEW_MM / 512] * 2,
        ImageFilter="NONE",
    )
    group.CTXRayDetailsSequence = _item(
        KVP=str(series.technique.kvp),
        FocalSpots="0.9",
        FilterType="FLAT",
        FilterMaterial="ALUMINUM",
    )
    group.CTImageFrameTypeSequence = _item(FrameType=_frame_type(series))
    _described(group.CTImageFrameTypeSequence[0])
    group.PixelMeasuresSequence = _item(SliceThickness=str(series.reconstruction.thickness_mm))
    group.PlaneOrientationSequence = _item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    group.PixelValueTransformationSequence = _item(
        RescaleIntercept=str(series.maker.rescale_intercept), RescaleSlope="1", RescaleType="HU"
    )
    group.IrradiationEventIdentificationSequence = _item(IrradiationEventUID=acquisition.event_uid)
    group.FrameAnatomySequence = _item(
        FrameLaterality="U", AnatomicRegionSequence=_region(acquisition.body_part)
    )
    return group


def _frame_type(series: Series) -> list[str]:
    """Image Type of an enhanced object; value 2 is always PRIMARY."""
    return [image_type(series)[0], "PRIMARY", "VOLUME", "NONE"]


def _described(dataset: Dataset) -> None:
    """The Common CT/MR Image Description macro."""
    dataset.PixelPresentation, dataset.VolumetricProperties = "MONOCHROME", "VOLUME"
    dataset.VolumeBasedCalculationTechnique = "NONE"


def _dimensions(dataset: Dataset, organization: str) -> None:
    """Frames stand in their stack, in their phase."""
    dataset.DimensionOrganizationSequence = _item(DimensionOrganizationUID=organization)
    (index,) = _item(
        DimensionOrganizationUID=organization,
        DimensionIndexPointer=tag_for_keyword("InStackPositionNumber"),
        FunctionalGroupPointer=tag_for_keyword("FrameContentSequence"),
    )
    dataset.DimensionIndexSequence = [index]


def _region(body_part: str) -> list[Dataset]:
    code, meaning = REGIONS.get(body_part, ABDOMEN)
    return _item(CodeValue=code, CodingSchemeDesignator="SCT", CodeMeaning=meaning)


def _frame(series: Series, place: Place, at: int) -> Dataset:
    acquisition, values = series.acquisition, technique_values(series, place.part)
    half, group = FIELD_OF_VIEW_MM / 2, Dataset()
    time = seconds_of(series.identity, acquired_s(acquisition, place))
    group.FrameContentSequence = _item(
        FrameAcquisitionDateTime=f"{series.identity.study_date}{time}",
        FrameReferenceDateTime=f"{series.identity.study_date}{time}",
        FrameAcquisitionDuration=float(values["ExposureTime"]),
        FrameAcquisitionNumber=acquisition.number
        + (place.phase if acquisition.numbered_phases else 0),
        StackID="1",
        DimensionIndexValues=[at],
        InStackPositionNumber=at,
        TemporalPositionIndex=place.phase + 1,
    )
    group.PlanePositionSequence = _item(ImagePositionPatient=[-half, -half, round(place.z_mm, 4)])
    group.CTPositionSequence = _item(
        TablePosition=-place.z_mm,
        DataCollectionCenterPatient=[0.0, 0.0, place.z_mm],
        ReconstructionTargetCenterPatient=[0.0, 0.0, place.z_mm],
    )
    group.CTExposureSequence = _item(
        ExposureTimeInms=float(values["ExposureTime"]),
        XRayTubeCurrentInmA=float(values["XRayTubeCurrent"]),
        ExposureInmAs=float(values["Exposure"]),
        ExposureModulationType=values.get("ExposureModulationType", "NONE"),
        CTDIvol=values.get("CTDIvol"),
        CTDIPhantomTypeCodeSequence=values.get("CTDIPhantomTypeCodeSequence"),
    )
    return group


def _pixels(dataset: Dataset, series: Series, frames: int, form: Form) -> None:
    """The Image Pixel module; rescaling and spacing stand in the functional groups."""
    write_pixels(dataset, series, form.matrix, form.body)
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.PixelSpacing = dataset.PixelSpacing
    for keyword in ("PixelSpacing", "RescaleIntercept", "RescaleSlope", "RescaleType"):
        delattr(dataset, keyword)
    for keyword in ("WindowCenter", "WindowWidth"):
        delattr(dataset, keyword)
    if "PixelData" in dataset:
        one = np.frombuffer(dataset.PixelData, np.uint8)
        dataset.PixelData = np.tile(one, frames).tobytes()
