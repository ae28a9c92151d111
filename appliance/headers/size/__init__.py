"""Size specific dose estimates: the patient's size from axial images, and the dose in that size.

Measure images one by one, with their pixels, and keep what comes back; then ask for each event::

    if is_needed(header):
        sizes += measure(dataset)
    found = size_specific_doses(event, sizes_of(event, sizes))

**Knows:** AAPM Reports 204 and 220, where the patient is in an image, and when a size must not be
taken: pixels that are no Hounsfield units, a patient cut off at the edge, a range half covered, a
part of the body that the factors are not for, a factor that nobody has verified (``size.toml``).
**Does not know:** how events are found (``headers``, ``dose.merge``), compressed pixels, files.
"""

from appliance.headers.size.codec import sizes_from_text, sizes_to_text
from appliance.headers.size.estimate import size_specific_doses
from appliance.headers.size.refusal import NoEstimate, Unfit
from appliance.headers.size.slice_size import SliceSize, is_needed, measure, sizes_of

__all__ = [
    "NoEstimate",
    "SliceSize",
    "Unfit",
    "is_needed",
    "measure",
    "size_specific_doses",
    "sizes_from_text",
    "sizes_of",
    "sizes_to_text",
]
