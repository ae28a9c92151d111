"""The size of a patient in one image, or one frame of an image: what is kept when pixels go."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pydicom.dataset import Dataset

from appliance.dose.record import IrradiationEvent
from appliance.headers.element import Layers, items, number, numbers, text
from appliance.headers.size.method import Methods, shipped
from appliance.headers.size.patient import Size, size_of
from appliance.headers.size.refusal import Unfit
from appliance.headers.size.stored import Stored, pixels_of, stored_values
from appliance.headers.slice import CT_IMAGE, Kind, Slice, slices_of

PIXEL_MACROS = (
    "PixelMeasuresSequence",
    "PixelValueTransformationSequence",
    "PlaneOrientationSequence",
)
"""Where a multi-frame image says what its pixels are and how they lie."""


@dataclass(frozen=True, slots=True)
class SliceSize:
    """What one axial image says of the patient's size; some hundred bytes.

    Attributes:
        sop_instance_uid: The object.
        frame: From 0, in a multi-frame image.
        series_uid: Of the reconstruction.
        event_uid: Irradiation Event UID, empty when it states none.
        acquisition_number: Empty when it states none.
        reconstruction: Kernel and thickness, for telling reconstructions of one series apart.
        z_mm: Of its centre in the patient's coordinates; None when the gantry was tilted.
        size: What was measured, or why nothing could be.
    """

    sop_instance_uid: str
    frame: int | None
    series_uid: str
    event_uid: str
    acquisition_number: str
    reconstruction: str
    z_mm: Decimal | None
    size: Size | Unfit


def is_needed(header: Dataset, methods: Methods | None = None) -> bool:
    """Whether this object is worth reading whole; decided by its header, the same at any time.

    An original axial image is, one of so many that they lie about 5 mm apart: by its Instance
    Number and its thickness. A multi-frame image always is.
    """
    if not any(_is_axial(each) for each in slices_of(header)):
        return False
    if text((header,), "SOPClassUID") != CT_IMAGE:
        return True
    apart_mm = (methods or shipped()).range.apart_mm
    at, thickness = number((header,), "InstanceNumber"), number((header,), "SliceThickness")
    if at is None or not thickness or thickness <= 0:
        return True
    return int(at) % max(int(Decimal(apart_mm) / thickness), 1) == 0


def measure(
    dataset: Dataset,
    decoded: Sequence[Stored] | None = None,
    methods: Methods | None = None,
) -> tuple[SliceSize, ...]:
    """The patient's size in each axial section of ``dataset``; none for other objects.

    ``decoded`` are the stored values frame by frame, where Pixel Data is compressed: codecs are not
    this room's. A frame that is missing there could not be decoded. Nothing of the pixels is kept.
    """
    using = methods or shipped()
    return tuple(
        _measured(dataset, each, _frame_of(decoded, at), using)
        for at, each in enumerate(slices_of(dataset))
        if isinstance(each, Slice) and _is_axial(each)
    )


def _frame_of(decoded: Sequence[Stored] | None, at: int) -> Stored | Unfit | None:
    """The decoded frame, of one sample a pixel; None where nothing was decoded."""
    if decoded is None:
        return None
    if at >= len(decoded) or decoded[at].ndim != 2:  # noqa: PLR2004 - rows and columns
        return Unfit.COMPRESSED
    return decoded[at]


def sizes_of(
    event: IrradiationEvent, sizes: Iterable[SliceSize], series_uids: Collection[str] = ()
) -> tuple[SliceSize, ...]:
    """Those of ``sizes`` that are of the event, by what is known of its images.

    By Irradiation Event UID; without one they must be of ``series_uids``, the event's series, and
    agree with its acquisition number and the range of its images, where those are known.
    """
    if event.irradiation_event_uid is not None:
        uid = event.irradiation_event_uid.value
        return tuple(each for each in sizes if each.event_uid == uid)
    return tuple(each for each in sizes if each.series_uid in series_uids and _fits(event, each))


def _fits(event: IrradiationEvent, each: SliceSize) -> bool:
    """Whether nothing that the event's record says of its images speaks against it."""
    if event.acquisition is not None and event.acquisition.value != each.acquisition_number:
        return False
    if event.top_z_mm is None or event.bottom_z_mm is None or each.z_mm is None:
        return True
    return event.bottom_z_mm.value <= each.z_mm <= event.top_z_mm.value


def _is_axial(each: object) -> bool:
    return isinstance(each, Slice) and each.technique.kind is Kind.AXIAL


def _measured(
    dataset: Dataset, each: Slice, decoded: Stored | Unfit | None, methods: Methods
) -> SliceSize:
    how = each.technique
    return SliceSize(
        sop_instance_uid=each.sop_instance_uid,
        frame=each.frame,
        series_uid=how.series_uid,
        event_uid=how.event_uid,
        acquisition_number=how.acquisition_number,
        reconstruction=f"{how.kernel} {how.thickness_mm}",
        z_mm=each.z_mm,
        size=_size(dataset, each, decoded, methods),
    )


def _size(
    dataset: Dataset, each: Slice, decoded: Stored | Unfit | None, methods: Methods
) -> Size | Unfit:
    if each.z_mm is None:
        return Unfit.TILTED
    stored = stored_values(dataset, each.frame) if decoded is None else decoded
    if isinstance(stored, Unfit):
        return stored
    layers = tuple(_layers(dataset, each.frame))
    pixels = pixels_of(layers, stored)
    found = pixels if isinstance(pixels, Unfit) else size_of(pixels, methods.patient)
    return _turned(found) if isinstance(found, Size) and _lies_on_a_side(layers) else found


def _lies_on_a_side(layers: Layers) -> bool:
    """Whether the rows of the image run from front to back of the patient."""
    x, y, *_ = (*numbers(layers, "ImageOrientationPatient"), 0, 0)
    return abs(y) > abs(x)


def _turned(size: Size) -> Size:
    return replace(size, lateral_mm=size.ap_mm, ap_mm=size.lateral_mm)


def _layers(dataset: Dataset, frame: int | None) -> Iterator[Dataset]:
    """Where rescaling and spacing stand: the frame's groups, the shared ones, the object."""
    if frame is not None:
        groups = items((dataset,), "PerFrameFunctionalGroupsSequence")[frame : frame + 1]
        for group in (*groups, *items((dataset,), "SharedFunctionalGroupsSequence")):
            for name in PIXEL_MACROS:
                yield from items((group,), name)
    yield dataset
