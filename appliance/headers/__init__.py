"""Image headers as a source of dose and technique.

Gather the images of a study one by one, in any order, then ask for the reading::

    gathering = Gathering()
    for header in headers:  # read with ATTRIBUTES, no pixels
        gathering.take(header)
    reading = gathering.reading()

**Knows:** which images come from one irradiation and which only repeat it, what each attribute of
CT Image, Enhanced CT Image and Legacy Converted Enhanced CT Image objects means, and where a value
must be refused because an image says less than a report would.
**Does not know:** pixels, dose screens, other sources of dose and how they are matched, files,
databases or the network.
"""

from appliance.headers.acquisition import Grouping
from appliance.headers.attributes import ATTRIBUTES
from appliance.headers.equipment import Equipment, are_several
from appliance.headers.reading import Gathering, ImageEvidence, ImageReading, read_images
from appliance.headers.refusal import Refusal, Why
from appliance.headers.slice import SetAside

__all__ = [
    "ATTRIBUTES",
    "Equipment",
    "Gathering",
    "Grouping",
    "ImageEvidence",
    "ImageReading",
    "Refusal",
    "SetAside",
    "Why",
    "are_several",
    "read_images",
]
