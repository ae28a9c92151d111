"""The SOP classes of what the box is sent (PS3.4 B.5 and F.7), and how they may be encoded.

**Knows:** which classes are pictures of screens, images and reports, and the transfer syntaxes.
**Does not know:** who offers which of them to whom.
"""

from pydicom import uid

SECONDARY_CAPTURES: tuple[uid.UID, ...] = (
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameSingleBitSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
)
"""Pictures of screens."""

CT_IMAGES: tuple[uid.UID, ...] = (
    uid.CTImageStorage,
    uid.EnhancedCTImageStorage,
    uid.LegacyConvertedEnhancedCTImageStorage,
)
"""The study's images; some consoles file their dose screen as one of these."""

REPORTS: tuple[uid.UID, ...] = (
    uid.XRayRadiationDoseSRStorage,
    uid.BasicTextSRStorage,
    uid.EnhancedSRStorage,
    uid.ComprehensiveSRStorage,
)
"""Structured reports; they have no pixels."""

STORAGE_CLASSES: tuple[uid.UID, ...] = (*SECONDARY_CAPTURES, *CT_IMAGES, *REPORTS)

PERFORMED_PROCEDURE_STEP = uid.UID("1.2.840.10008.3.1.2.3.3")
"""Modality Performed Procedure Step; it is not stored, but created and set."""

DISPLAY_SYSTEM = uid.UID("1.2.840.10008.5.1.1.40")
"""A workstation's displays and what their tests came to; it is not stored, but asked for."""

NATIVE_SYNTAXES: tuple[uid.UID, ...] = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)
"""Nothing is compressed: one may be made of another without loss."""

COMPRESSED_SYNTAXES: tuple[uid.UID, ...] = (
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

TRANSFER_SYNTAXES: tuple[uid.UID, ...] = (*NATIVE_SYNTAXES, *COMPRESSED_SYNTAXES)
