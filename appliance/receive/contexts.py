"""What may be sent here, and how encoded: the supported presentation contexts (PS3.8 9.3.2)."""

from pydicom import uid
from pynetdicom.presentation import PresentationContext, build_context

VERIFICATION = uid.UID("1.2.840.10008.1.1")
"""Verification SOP Class (PS3.4 A.4)."""

STORAGE_CLASSES: tuple[uid.UID, ...] = (
    # Pictures of screens.
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameSingleBitSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    # The study's images; some consoles file their dose screen as one of these.
    uid.CTImageStorage,
    uid.EnhancedCTImageStorage,
    uid.LegacyConvertedEnhancedCTImageStorage,
    # Reports.
    uid.XRayRadiationDoseSRStorage,
    uid.BasicTextSRStorage,
    uid.EnhancedSRStorage,
    uid.ComprehensiveSRStorage,
)

TRANSFER_SYNTAXES: tuple[uid.UID, ...] = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEGLSNearLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,
)

VERIFICATION_SYNTAXES: tuple[uid.UID, ...] = TRANSFER_SYNTAXES[:3]


def supported_contexts() -> list[PresentationContext]:
    """One context a class: all storage classes in all transfer syntaxes, and Verification."""
    storage = [build_context(sop_class, [*TRANSFER_SYNTAXES]) for sop_class in STORAGE_CLASSES]
    return [build_context(VERIFICATION, [*VERIFICATION_SYNTAXES]), *storage]
