"""Which attributes have to be read of an object, so that nothing else of it is."""

from appliance.headers.element import tag_of

BLOCKS = range(0x10, 0x18)
"""Where a private creator is looked for at the top of an object; items are read whole."""

KEYWORDS = (
    "SOPClassUID",
    "SOPInstanceUID",
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

PRIVATE = ((0x00E1, 0x21),)
"""Group and element of what is looked for at the top of an object, with its creators."""

ATTRIBUTES: tuple[str | int, ...] = (
    *KEYWORDS,
    *(group << 16 | block for group, _ in PRIVATE for block in BLOCKS),
    *(group << 16 | block << 8 | element for group, element in PRIVATE for block in BLOCKS),
)
"""Keywords, and tags of private elements with their creators."""

for _keyword in KEYWORDS:
    tag_of(_keyword)
