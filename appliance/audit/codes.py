"""The codes of audit messages: PS3.16 CID 400 to 405; RFC 3881 5.5.4 for kinds of identifiers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value with its meaning."""

    value: str
    meaning: str
    scheme: str = "DCM"


# CID 400, what happened
APPLICATION_ACTIVITY = Code("110100", "Application Activity")
AUDIT_LOG_USED = Code("110101", "Audit Log Used")
INSTANCES_ACCESSED = Code("110103", "DICOM Instances Accessed")
INSTANCES_TRANSFERRED = Code("110104", "DICOM Instances Transferred")
EXPORT = Code("110106", "Export")
IMPORT = Code("110107", "Import")
QUERY = Code("110112", "Query")
SECURITY_ALERT = Code("110113", "Security Alert")
USER_AUTHENTICATION = Code("110114", "User Authentication")

# CID 401 and 403, of what kind
APPLICATION_START = Code("110120", "Application Start")
APPLICATION_STOP = Code("110121", "Application Stop")
LOGIN = Code("110122", "Login")
LOGOUT = Code("110123", "Logout")
NODE_AUTHENTICATION = Code("110126", "Node Authentication")
SECURITY_CONFIGURATION = Code("110129", "Security Configuration")
SOFTWARE_CONFIGURATION = Code("110131", "Software Configuration")
RESTRICTED_FUNCTION = Code("110132", "Use of Restricted Function")
AUDIT_RECORDING_STOPPED = Code("110133", "Audit Recording Stopped")
AUDIT_RECORDING_STARTED = Code("110134", "Audit Recording Started")
ROLES_CHANGED = Code("110136", "Security Roles Changed")
USER_CHANGED = Code("110137", "User Security Attributes Changed")
OBJECT_CHANGED = Code("110135", "Object Security Attributes Changed")

# CID 402, who takes part
APPLICATION = Code("110150", "Application")
DESTINATION = Code("110152", "Destination Role ID")
SOURCE = Code("110153", "Source Role ID")
DESTINATION_MEDIA = Code("110154", "Destination Media")
SOURCE_MEDIA = Code("110155", "Source Media")

# CID 404 and RFC 3881, what an identifier identifies
STUDY_UID = Code("110180", "Study Instance UID")
CLASS_UID = Code("110181", "SOP Class UID")
NODE_ID = Code("110182", "Node ID")
PATIENT_NUMBER = Code("2", "Patient Number", "RFC-3881")
URI = Code("12", "URI", "RFC-3881")

# CID 405, media
USB_DISK = Code("110030", "USB Disk Emulation")
DISC = Code("110032", "CD")
A_URI = Code("110037", "URI")

ALL = tuple(each for each in list(globals().values()) if isinstance(each, Code))
