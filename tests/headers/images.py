"""Headers of CT images, as small as they can be."""

import random
from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from appliance.headers.slice import CT_IMAGE

STUDY = "1.2.826.0.1.3680043.8.498.1"


def ct_image(at: int = 0, series: int = 2, **more: object) -> Dataset:
    """Slice ``at`` of a spiral: 5 mm each, from z 0 down, half a second apart."""
    header = Dataset()
    header.SOPClassUID = CT_IMAGE
    header.SOPInstanceUID = f"{STUDY}.{series}.{at + 1}"
    header.StudyInstanceUID = STUDY
    header.SeriesInstanceUID = f"{STUDY}.{series}"
    header.SeriesNumber = str(series)
    header.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    header.ProtocolName = "Abdomen"
    header.AcquisitionNumber = "2"
    header.AcquisitionDate = "20090315"
    header.AcquisitionTime = f"10{at // 120:02}{at // 2 % 60:02}.{at % 2 * 5}00000"
    header.FrameOfReferenceUID = f"{STUDY}.0.1"
    header.ImagePositionPatient = ["-150", "-150", str(-5 * at)]
    header.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    header.SliceThickness = "5"
    header.ConvolutionKernel = "B30f"
    header.KVP = "120"
    header.XRayTubeCurrent = "200"
    header.CTDIvol = 7.43
    for keyword, value in more.items():
        if value is None:
            del header[keyword]
        else:
            setattr(header, keyword, value)
    return header


def spiral(images: int = 10, series: int = 2, **more: object) -> list[Dataset]:
    """A series of ``images`` slices of one spiral."""
    return [ct_image(at, series, **more) for at in range(images)]


def localizer(series: int = 1, **more: object) -> Dataset:
    """A localizer made before everything else, with the zeros that some consoles write."""
    kind = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    same = {"AcquisitionTime": "095900.000000", "AcquisitionNumber": "1", "CTDIvol": 0.0}
    return ct_image(0, series, **({"ImageType": kind} | same | more))


def code(value: str, meaning: str, scheme: str = "DCM") -> Sequence:
    """A code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def shuffled(headers: list[Dataset], seed: int) -> Iterator[Dataset]:
    """The same in another order, always the same for one seed."""

    yield from random.Random(seed).sample(headers, len(headers))
