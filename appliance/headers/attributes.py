"""Which attributes have to be read of an object, so that nothing else of it is."""

from appliance.headers.element import tag_of
from appliance.headers.private import RESERVED, tags

KEYWORDS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "Manufacturer",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "StationName",
    "StudyInstanceUID",
    "ImageType",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "IrradiationEventUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SeriesDescription",
    "ProtocolName",
    "AcquisitionNumber",
    "FrameOfReferenceUID",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "InstanceNumber",
    "SliceThickness",
    "ConvolutionKernel",
    "ScanOptions",
    "BodyPartExamined",
    "AnatomicRegionSequence",
    "ContrastBolusAgent",
    "ContrastBolusUsageSequence",
    "KVP",
    "ExposureTime",
    "XRayTubeCurrent",
    "XRayTubeCurrentInmA",
    "AcquisitionType",
    "RevolutionTime",
    "SingleCollimationWidth",
    "TotalCollimationWidth",
    "TableSpeed",
    "TableFeedPerRotation",
    "SpiralPitchFactor",
    "CTDIvol",
    "CTDIPhantomTypeCodeSequence",
    "CTAdditionalXRaySourceSequence",
    "MultienergyCTAcquisitionSequence",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "ExposureDoseSequence",
    "CommentsOnRadiationDose",
    "TotalNumberOfExposures",
)
"""By the data dictionary; a test holds it to what is asked of an object."""

TOTAL_DLP = (0x00E1, 0x21)
"""Group and element of the private total beside an Exposure Dose Sequence."""

ATTRIBUTES: tuple[str | int, ...] = (
    *KEYWORDS,
    *tags(),
    *(TOTAL_DLP[0] << 16 | at for at in RESERVED),
    *(TOTAL_DLP[0] << 16 | at << 8 | TOTAL_DLP[1] for at in RESERVED),
)
"""Keywords, and tags of private elements with their creators."""

for _keyword in KEYWORDS:
    tag_of(_keyword)
