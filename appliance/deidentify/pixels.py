"""Pixels: whose may leave as they are, whose after blanking, and whose not at all."""

import numpy as np
from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    LegacyConvertedEnhancedCTImageStorage,
)

from appliance.deidentify.decoding import decode
from appliance.deidentify.option import Option
from appliance.deidentify.outcome import Hindrance
from appliance.deidentify.screen import Blanking
from appliance.deidentify.work import Work

IMAGES = (CTImageStorage, EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage)
FLOATS = ("FloatPixelData", "DoubleFloatPixelData")
MODULE = 0x0028
BITS = {16: "<u2"}
LEAST_BITS = 8


def cleaned_pixels(original: Dataset, kept: Dataset, work: Work, blanking: Blanking) -> None:
    """See to the pixels of ``kept``, which came from ``original``; hinder where nobody can.

    A CT's own slices pass, the bits above Bits Stored and the bytes behind the last pixel aside,
    for either may hold what no viewer shows. Compressed ones are decoded, and leave uncompressed:
    comments in the codestream stay behind. Everything else is a screen until it is blanked.
    """
    if any(keyword in original for keyword in FLOATS):
        work.hinder(Hindrance.PIXELS, "float pixels")
    elif "PixelData" not in original:
        return
    elif _is_slice(original):
        if original.file_meta.TransferSyntaxUID.is_encapsulated:
            decode(original, kept, work)
        _only_stored_bits(kept, work)
    else:
        _blanked(original, kept, work, blanking)


def _is_slice(image: Dataset) -> bool:
    """Whether an image is what the scanner measured, and nothing was drawn into it.

    Grey values of eight bits or a palette measure no attenuation: they are a picture of a screen,
    whatever its class says.
    """
    kinds = [str(kind).strip() for kind in image.get("ImageType") or ()]
    burned = str(image.get("BurnedInAnnotation") or "NO").strip()
    return (
        image.SOPClassUID in IMAGES
        and kinds[:2] == ["ORIGINAL", "PRIMARY"]
        and burned == "NO"
        and image.get("Modality") == "CT"
        and image.get("SamplesPerPixel") == 1
        and str(image.get("PhotometricInterpretation")).startswith("MONOCHROME")
        and int(image.get("BitsStored") or 0) > LEAST_BITS
        and "ConversionType" not in image
    )


def _only_stored_bits(image: Dataset, work: Work) -> None:
    allocated, stored = int(image.BitsAllocated), int(image.BitsStored)
    if allocated not in BITS or not 0 < stored <= allocated or int(image.HighBit) != stored - 1:
        work.hinder(Hindrance.PIXELS, "bits")
        return
    frames = int(image.get("NumberOfFrames") or 1)
    count = int(image.Rows) * int(image.Columns) * frames
    if len(image.PixelData) * 8 < count * allocated:
        work.hinder(Hindrance.PIXELS, "length")
        return
    pixels = np.frombuffer(image.PixelData, BITS[allocated], count)
    image.PixelData = _masked(pixels, stored, allocated, signed=image.PixelRepresentation == 1)


def _masked(pixels: np.ndarray, stored: int, allocated: int, *, signed: bool) -> bytes:
    """The pixels with nothing above their stored bits but the sign."""
    spare = allocated - stored
    shifted = pixels << spare
    if signed:
        shifted = shifted.view(f"<i{allocated // 8}")
    content = (shifted >> spare).tobytes()
    return content + b"\0" * (len(content) % 2)


def _blanked(original: Dataset, kept: Dataset, work: Work, blanking: Blanking) -> None:
    if Option.CLEAN_PIXEL_DATA not in work.preset.options:
        work.hinder(Hindrance.PIXELS)
        return
    screen = blanking(original)
    if screen is None:
        work.hinder(Hindrance.SCREEN_NOT_BLANKED)
        return
    for element in [each for each in kept if each.tag.group == MODULE]:
        del kept[element.tag]
    for element in screen:
        if element.tag.group == MODULE or element.keyword == "PixelData":
            kept[element.tag] = element
    kept.BurnedInAnnotation = "NO"
    work.applied.add(Option.CLEAN_PIXEL_DATA)
