"""The concept names of the CT dose templates, and the coded values they fix.

Every member's value is (code value, coding scheme, code meaning), exactly as PS3.16 prints it:
readers such as OpenREM and dose registries match on the meaning.
"""

from typing import Protocol

from appliance.dose.coded import Coded


class CodedEntry(Protocol):
    """A coded value: a member of an enumeration of PS3.16, or a region."""

    @property
    def code_value(self) -> str:
        """(0008,0100)."""

    @property
    def coding_scheme(self) -> str:
        """(0008,0102)."""

    @property
    def code_meaning(self) -> str:
        """(0008,0104)."""


class Concept(Coded):
    """Concept names of TID 10011 to 10014, 1002 to 1004, 1021 and 1204."""

    X_RAY_RADIATION_DOSE_REPORT = ("113701", "DCM", "X-Ray Radiation Dose Report")
    LANGUAGE = ("121049", "DCM", "Language of Content Item and Descendants")
    PROCEDURE_REPORTED = ("121058", "DCM", "Procedure reported")
    HAS_INTENT = ("363703001", "SCT", "Has Intent")
    OBSERVER_TYPE = ("121005", "DCM", "Observer Type")
    PERSON_OBSERVER_NAME = ("121008", "DCM", "Person Observer Name")
    DEVICE_OBSERVER_UID = ("121012", "DCM", "Device Observer UID")
    DEVICE_OBSERVER_MANUFACTURER = ("121014", "DCM", "Device Observer Manufacturer")
    DEVICE_OBSERVER_MODEL_NAME = ("121015", "DCM", "Device Observer Model Name")
    DEVICE_OBSERVER_SERIAL_NUMBER = ("121016", "DCM", "Device Observer Serial Number")
    DEVICE_ROLE_IN_PROCEDURE = ("113876", "DCM", "Device Role in Procedure")
    START_OF_X_RAY_IRRADIATION = ("113809", "DCM", "Start of X-Ray Irradiation")
    END_OF_X_RAY_IRRADIATION = ("113810", "DCM", "End of X-Ray Irradiation")
    SCOPE_OF_ACCUMULATION = ("113705", "DCM", "Scope of Accumulation")
    STUDY_INSTANCE_UID = ("110180", "DCM", "Study Instance UID")
    COMMENT = ("121106", "DCM", "Comment")
    SOURCE_OF_DOSE_INFORMATION = ("113854", "DCM", "Source of Dose Information")

    CT_ACCUMULATED_DOSE_DATA = ("113811", "DCM", "CT Accumulated Dose Data")
    TOTAL_NUMBER_OF_IRRADIATION_EVENTS = ("113812", "DCM", "Total Number of Irradiation Events")
    CT_DLP_TOTAL = ("113813", "DCM", "CT Dose Length Product Total")
    CT_DLP_SUB_TOTAL = ("130745", "DCM", "CT Dose Length Product Sub-Total")
    CT_EFFECTIVE_DOSE_TOTAL = ("113814", "DCM", "CT Effective Dose Total")
    REFERENCE_AUTHORITY = ("121406", "DCM", "Reference Authority")
    MEASUREMENT_METHOD = ("370129005", "SCT", "Measurement Method")
    PATIENT_MODEL = ("113815", "DCM", "Patient Model")
    CONDITION_EFFECTIVE_DOSE_MEASURED = ("113816", "DCM", "Condition Effective Dose measured")
    EFFECTIVE_DOSE_PHANTOM_TYPE = ("113817", "DCM", "Effective Dose Phantom Type")
    DOSIMETER_TYPE = ("113818", "DCM", "Dosimeter Type")

    CT_ACQUISITION = ("113819", "DCM", "CT Acquisition")
    ACQUISITION_PROTOCOL = ("125203", "DCM", "Acquisition Protocol")
    TARGET_REGION = ("123014", "DCM", "Target Region")
    CT_ACQUISITION_TYPE = ("113820", "DCM", "CT Acquisition Type")
    PROCEDURE_CONTEXT = ("408730004", "SCT", "Procedure Context")
    IRRADIATION_EVENT_UID = ("113769", "DCM", "Irradiation Event UID")
    IRRADIATION_EVENT_LABEL = ("113605", "DCM", "Irradiation Event Label")
    LABEL_TYPE = ("113606", "DCM", "Label Type")
    DATE_TIME_STARTED = ("111526", "DCM", "DateTime Started")
    CT_ACQUISITION_PARAMETERS = ("113822", "DCM", "CT Acquisition Parameters")
    EXPOSURE_TIME = ("113824", "DCM", "Exposure Time")
    SCANNING_LENGTH = ("113825", "DCM", "Scanning Length")
    LENGTH_OF_RECONSTRUCTABLE_VOLUME = ("113893", "DCM", "Length of Reconstructable Volume")
    TOP_Z_LOCATION = ("113895", "DCM", "Top Z Location of Reconstructable Volume")
    BOTTOM_Z_LOCATION = ("113896", "DCM", "Bottom Z Location of Reconstructable Volume")
    FRAME_OF_REFERENCE_UID = ("112227", "DCM", "Frame of Reference UID")
    NOMINAL_SINGLE_COLLIMATION_WIDTH = ("113826", "DCM", "Nominal Single Collimation Width")
    NOMINAL_TOTAL_COLLIMATION_WIDTH = ("113827", "DCM", "Nominal Total Collimation Width")
    PITCH_FACTOR = ("113828", "DCM", "Pitch Factor")
    NUMBER_OF_X_RAY_SOURCES = ("113823", "DCM", "Number of X-Ray Sources")
    CT_X_RAY_SOURCE_PARAMETERS = ("113831", "DCM", "CT X-Ray Source Parameters")
    IDENTIFICATION_OF_THE_X_RAY_SOURCE = ("113832", "DCM", "Identification of the X-Ray Source")
    KVP = ("113733", "DCM", "KVP")
    MAXIMUM_X_RAY_TUBE_CURRENT = ("113833", "DCM", "Maximum X-Ray Tube Current")
    X_RAY_TUBE_CURRENT = ("113734", "DCM", "X-Ray Tube Current")
    EXPOSURE_TIME_PER_ROTATION = ("113834", "DCM", "Exposure Time per Rotation")
    CT_DOSE = ("113829", "DCM", "CT Dose")
    MEAN_CTDI_VOL = ("113830", "DCM", "Mean CTDIvol")
    CTDIW_PHANTOM_TYPE = ("113835", "DCM", "CTDIw Phantom Type")
    DLP = ("113838", "DCM", "DLP")
    EFFECTIVE_DOSE = ("113839", "DCM", "Effective Dose")
    EFFECTIVE_DOSE_CONVERSION_FACTOR = ("113840", "DCM", "Effective Dose Conversion Factor")
    SIZE_SPECIFIC_DOSE_ESTIMATION = ("113930", "DCM", "Size Specific Dose Estimate")
    MEASURED_LATERAL_DIMENSION = ("113931", "DCM", "Measured Lateral Dimension")
    MEASURED_AP_DIMENSION = ("113932", "DCM", "Measured AP Dimension")
    DERIVED_EFFECTIVE_DIAMETER = ("113933", "DCM", "Derived Effective Diameter")
    WATER_EQUIVALENT_DIAMETER = ("113980", "DCM", "Water Equivalent Diameter")

    DEVICE_MANUFACTURER = ("113878", "DCM", "Device Manufacturer")
    DEVICE_MODEL_NAME = ("113879", "DCM", "Device Model Name")
    DEVICE_SERIAL_NUMBER = ("113880", "DCM", "Device Serial Number")


class Fixed(Coded):
    """Values that a template's row fixes, or that this box always states."""

    ENGLISH = ("en", "RFC5646", "English")
    COMPUTED_TOMOGRAPHY = ("77477000", "SCT", "Computed Tomography X-Ray")
    DIAGNOSTIC_INTENT = ("261004008", "SCT", "Diagnostic Intent")
    PERSON = ("121006", "DCM", "Person")
    DEVICE = ("121007", "DCM", "Device")
    RECORDING = ("121097", "DCM", "Recording")
    IRRADIATING_DEVICE = ("113859", "DCM", "Irradiating Device")
    STUDY = ("113014", "DCM", "Study")
    SERIES_NUMBER = ("113607", "DCM", "Series Number")
    ACQUISITION_NUMBER = ("113608", "DCM", "Acquisition Number")
    VALUE_UNKNOWN = ("114010", "DCM", "Value unknown")
    UNKNOWN = ("261665006", "SCT", "Unknown")
    """An extension of CID 10013, which is extensible: the acquisition type is not known."""


NOT_STATED = "not stated"
"""What a mandatory TEXT says when no evidence states it; TEXT has no null value."""

DUMMIES = frozenset(
    {
        "dummy",
        "n/a",
        "na",
        "nan",
        "nobody",
        "none",
        "null",
        "todo",
        "unknown",
        "xxx",
        "-",
        "--",
        "?",
    }
)
"""What other systems write, in lower case, where they know nothing; never stated by a report."""
