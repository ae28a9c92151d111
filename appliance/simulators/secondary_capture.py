"""Pictures as Secondary Capture objects, with the headers a console writes.

**Knows:** the modules of PS3.3 A.8.1, and how five makers fill them for a dose screen.
**Does not know:** what the picture shows; how it travels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import SecondaryCaptureImageStorage

from appliance.simulators.consoles.examination import Identity
from appliance.simulators.storage_forms import Picture, StorageForm, store
from appliance.uids import derived_uid


@dataclass(frozen=True, slots=True)
class Console:
    """A scanner as its dose screens' headers describe it."""

    manufacturer: str
    model: str
    software_versions: str
    image_type: tuple[str, ...]
    series_number: int
    series_description: str
    station_name: str = "CT01"
    device_serial_number: str = "SN42"
    institution_name: str = "TEST HOSPITAL"


GE = Console(
    "GE MEDICAL SYSTEMS",
    "LightSpeed VCT",
    "07MW18.4",
    ("DERIVED", "SECONDARY", "SCREEN SAVE"),
    999,
    "Dose Report",
)
SIEMENS = Console(
    "SIEMENS",
    "Sensation 64",
    "VB42B",
    ("DERIVED", "SECONDARY", "OTHER", "CT_SOM5 PROT"),
    501,
    "Patient Protocol",
)
TOSHIBA = Console(
    "TOSHIBA",
    "Aquilion",
    "V4.86ER008",
    ("DERIVED", "SECONDARY"),
    9000,
    "Dose Summary",
)
PHILIPS = Console(
    "Philips",
    "Brilliance 16P",
    "2.3.0",
    ("DERIVED", "SECONDARY", "DOSE_INFO"),
    12,
    "Dose Info",
)
HITACHI = Console(
    "HITACHI",
    "Supria",
    "V2.0",
    ("DERIVED", "SECONDARY"),
    900,
    "Simple Dose Report",
)


def secondary_capture(
    pages: Sequence[Picture],
    console: Console,
    identity: Identity,
    form: StorageForm = StorageForm.PLAIN,
) -> list[Dataset]:
    """One object a page; the same arguments give the same UIDs."""
    return [_object(page, number, console, identity, form) for number, page in enumerate(pages, 1)]


def _object(
    page: Picture, number: int, console: Console, identity: Identity, form: StorageForm
) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    series = derived_uid("series", identity.study_instance_uid, str(console.series_number))
    dataset.SpecificCharacterSet = identity.specific_character_set
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = derived_uid("instance", series, form, str(number))
    dataset.StudyInstanceUID = identity.study_instance_uid
    dataset.SeriesInstanceUID = series
    dataset.InstanceNumber = number
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    _patient_and_study(dataset, identity)
    _series_and_equipment(dataset, console)
    store(page, form, dataset)
    return dataset


def _patient_and_study(dataset: Dataset, identity: Identity) -> None:
    dataset.PatientName = identity.patient_name
    dataset.PatientID = identity.patient_id
    dataset.PatientBirthDate = identity.birth_date
    dataset.PatientSex = "O"
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = identity.study_date
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = identity.study_time
    dataset.AccessionNumber = identity.accession_number
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = identity.study_id
    dataset.StudyDescription = identity.description


def _series_and_equipment(dataset: Dataset, console: Console) -> None:
    dataset.Modality = "CT"
    dataset.ConversionType = "WSD"
    dataset.ImageType = list(console.image_type)
    dataset.SeriesNumber = console.series_number
    dataset.SeriesDescription = console.series_description
    dataset.Manufacturer = console.manufacturer
    dataset.ManufacturerModelName = console.model
    dataset.SoftwareVersions = console.software_versions
    dataset.StationName = console.station_name
    dataset.DeviceSerialNumber = console.device_serial_number
    dataset.InstitutionName = console.institution_name
