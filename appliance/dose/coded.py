"""Coded values of a CT dose report (PS3.16), as enumerations.

Every member's value is (code value, coding scheme, code meaning), exactly as PS3.16 prints it:
readers such as dose registries match on the meaning.

**Knows:** the context groups a CT dose record uses.
**Does not know:** how a maker words them on a screen (layout data does).
"""

from enum import Enum
from typing import Self


class Coded(Enum):
    """An enumeration whose members are coded entries."""

    @property
    def code_value(self) -> str:
        """(0008,0100)."""
        return str(self.value[0])

    @property
    def coding_scheme(self) -> str:
        """(0008,0102)."""
        return str(self.value[1])

    @property
    def code_meaning(self) -> str:
        """(0008,0104)."""
        return str(self.value[2])

    @classmethod
    def from_name(cls, name: str) -> Self:
        """The member called ``name``; raises KeyError."""
        return cls[name]


class CTAcquisitionType(Coded):
    """CID 10013 CT Acquisition Type; member names are those of (0018,9302) Acquisition Type."""

    SEQUENCED = ("113804", "DCM", "Sequenced Acquisition")
    SPIRAL = ("116152004", "SCT", "Spiral Acquisition")
    CONSTANT_ANGLE = ("113805", "DCM", "Constant Angle Acquisition")
    STATIONARY = ("113806", "DCM", "Stationary Acquisition")
    FREE = ("113807", "DCM", "Free Acquisition")


class Phantom(Coded):
    """CID 4052 Phantom Devices, the two that CT dose is stated for."""

    HEAD16 = ("113690", "DCM", "IEC Head Dosimetry Phantom")
    BODY32 = ("113691", "DCM", "IEC Body Dosimetry Phantom")


class ProcedureContext(Coded):
    """CID 10014 Contrast Imaging Technique."""

    WITH_CONTRAST = ("27483000", "SCT", "Diagnostic radiography with contrast media")
    WITHOUT_CONTRAST = ("399331006", "SCT", "CT without contrast")


class SizeSpecificDoseMethod(Coded):
    """CID 10023 Size Specific Dose Estimation Method for CT."""

    LATERAL = ("113934", "DCM", "AAPM 204 Lateral Dimension")
    AP = ("113935", "DCM", "AAPM 204 AP Dimension")
    LATERAL_AND_AP = ("113936", "DCM", "AAPM 204 Sum of Lateral and AP Dimension")
    AGE = ("113937", "DCM", "AAPM 204 Effective Diameter Estimated From Patient Age")
    WATER_EQUIVALENT = ("113988", "DCM", "Estimated from Water Equivalent Diameter")
    AVERAGE_OVER_Z = ("113989", "DCM", "Arithmetic Average of SSDE(z)")


class EffectiveDoseMethod(Coded):
    """CID 10011 CT Effective Dose Evaluation Method, the two that start from the DLP."""

    DLP_COMPUTED = ("113800", "DCM", "DLP to E conversion via MC computation")
    DLP_MEASURED = ("113802", "DCM", "DLP to E conversion via measurement")


class ReferenceAuthority(Coded):
    """CID 10015 Radiation Dose Reference Authority, whose tissue weighting factors were used."""

    ICRP60 = ("113808", "DCM", "ICRP Pub 60")
    ICRP103 = ("113841", "DCM", "ICRP Pub 103")


class SourceOfDoseInformation(Coded):
    """CID 10021 Source of CT Dose Information."""

    AUTOMATED = ("113856", "DCM", "Automated Data Collection")
    MANUAL_ENTRY = ("113857", "DCM", "Manual Entry")
    COPIED_FROM_IMAGE = ("113866", "DCM", "Copied From Image Attributes")
    COMPUTED_FROM_IMAGE = ("113867", "DCM", "Computed From Image Attributes")
    HUMAN_READABLE_REPORT = ("113868", "DCM", "Derived From Human-Readable Reports")
