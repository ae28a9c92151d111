"""Broken and hostile objects end as UnreadableObjectError, within bounds."""

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.errors import InvalidDicomError

from appliance.dosescreen.screen import render
from appliance.errors import UnreadableObjectError
from appliance.simulators.demo import Kind, demo_studies, identity
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import StorageForm

DRAWN = demo_studies(7, (Kind.GE,))[0].pages[0]
SMALL = np.ascontiguousarray(DRAWN[100:164, 0:160])


def stored(form: StorageForm) -> bytes:
    stream = io.BytesIO()
    written = secondary_capture([SMALL], GE, identity(1, "faults"), form)[0]
    written.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


FILES = {form: stored(form) for form in StorageForm}


def an_object(form: StorageForm) -> Dataset:
    return pydicom.dcmread(io.BytesIO(FILES[form]))


def absurd_size(dataset: Dataset) -> None:
    dataset.Rows = dataset.Columns = 20_000


def too_many_frames(dataset: Dataset) -> None:
    dataset.NumberOfFrames = 65


def no_pixels(dataset: Dataset) -> None:
    del dataset.PixelData


def empty_pixels(dataset: Dataset) -> None:
    dataset.PixelData = b""


def no_description(dataset: Dataset) -> None:
    del dataset.Rows


def more_rows_than_data(dataset: Dataset) -> None:
    dataset.Rows += 1


def one_byte_short(dataset: Dataset) -> None:
    dataset.PixelData = dataset.PixelData[: SMALL.size - 2]


def far_more_data_than_rows(dataset: Dataset) -> None:
    dataset.PixelData *= 40


def unknown_transfer_syntax(dataset: Dataset) -> None:
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID("1.2.840.10008.1.2.4.100")


def twelve_bits_allocated(dataset: Dataset) -> None:
    dataset.BitsAllocated = 12


def a_plane_of_nothing(dataset: Dataset) -> None:
    dataset.add_new((0x6000, 0x3000), "OW", b"")


FAULTS = [
    absurd_size,
    too_many_frames,
    no_pixels,
    empty_pixels,
    no_description,
    more_rows_than_data,
    one_byte_short,
    far_more_data_than_rows,
    unknown_transfer_syntax,
    twelve_bits_allocated,
    a_plane_of_nothing,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_unreadable(fault: Callable[[Dataset], None]) -> None:
    dataset = an_object(StorageForm.PLAIN)
    fault(dataset)
    with pytest.raises(UnreadableObjectError) as caught:
        render(dataset)
    assert str(caught.value)


@pytest.mark.parametrize("form", [StorageForm.JPEG, StorageForm.JPEG_2000, StorageForm.RLE])
@pytest.mark.parametrize("fault", [absurd_size, too_many_frames, empty_pixels, more_rows_than_data])
def test_a_fault_of_a_compressed_object_is_unreadable(
    form: StorageForm, fault: Callable[[Dataset], None]
) -> None:
    dataset = an_object(form)
    fault(dataset)
    with pytest.raises(UnreadableObjectError):
        render(dataset)


def test_a_palette_without_tables_is_unreadable() -> None:
    dataset = an_object(StorageForm.PALETTE)
    del dataset.RedPaletteColorLookupTableData
    with pytest.raises(UnreadableObjectError):
        render(dataset)


def recompressed(frame: bytes) -> Dataset:
    dataset = an_object(StorageForm.JPEG_2000)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    return dataset


def jpeg_2000_frame() -> bytes:
    return get_frame(an_object(StorageForm.JPEG_2000).PixelData, 0, number_of_frames=1)


def test_a_frame_that_kills_the_codec_takes_nothing_else_with_it() -> None:
    """GDCM ends its process over one component where the interpretation has three."""
    dataset = recompressed(jpeg_2000_frame())
    dataset.PhotometricInterpretation = "RGB"
    with pytest.raises(UnreadableObjectError, match="codec died"):
        render(dataset)
    (screen,) = render(an_object(StorageForm.JPEG_2000))
    assert np.array_equal(screen.ink, SMALL)


def test_only_the_child_that_decodes_has_codecs(tmp_path: Path) -> None:
    file = tmp_path / "screen.dcm"
    file.write_bytes(FILES[StorageForm.JPEG_2000])
    script = (
        "import sys; from appliance.services.bytes_only import CODEC_PACKAGES, leave_out;"
        "leave_out(CODEC_PACKAGES);"
        "import pydicom; from appliance.dosescreen.screen import render;"
        "(screen,) = render(pydicom.dcmread(sys.argv[1]));"
        "print(screen.ink.shape, [each for each in CODEC_PACKAGES if sys.modules[each]])"
    )
    command = [sys.executable, "-c", script, str(file)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == f"{SMALL.shape} []"


def test_a_frame_larger_than_described_is_not_decoded() -> None:
    frame = bytearray(jpeg_2000_frame())
    frame[8:16] = struct.pack(">2I", 60_000, 60_000)
    with pytest.raises(UnreadableObjectError, match=r"rows=60000, columns=60000"):
        render(recompressed(bytes(frame)))


@pytest.mark.parametrize("length", [2, 3, 20, 60, 400])
def test_a_frame_cut_short_is_unreadable(length: int) -> None:
    with pytest.raises(UnreadableObjectError):
        render(recompressed(jpeg_2000_frame()[:length]))


oddities = st.fixed_dictionaries(
    {},
    optional={
        "Rows": st.sampled_from([0, 1, 63, 65, 65535]),
        "Columns": st.sampled_from([0, 1, 161, 65535]),
        "BitsAllocated": st.sampled_from([0, 1, 7, 8, 12, 16, 32, 64]),
        "BitsStored": st.sampled_from([0, 1, 7, 9, 12, 17]),
        "HighBit": st.sampled_from([0, 3, 11, 15, 16]),
        "SamplesPerPixel": st.sampled_from([0, 1, 2, 3, 4]),
        "PixelRepresentation": st.sampled_from([0, 1, 2]),
        "PlanarConfiguration": st.sampled_from([0, 1, 2]),
        "PhotometricInterpretation": st.sampled_from(
            ["", "RGB", "YBR_FULL", "YBR_PARTIAL_420", "PALETTE COLOR", "MONOCHROME1", "X"]
        ),
        "NumberOfFrames": st.sampled_from([0, 1, 2, 64]),
    },
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(StorageForm)), oddities)
def test_any_description_is_rendered_or_unreadable(
    form: StorageForm, header: dict[str, object]
) -> None:
    dataset = an_object(form)
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    _rendered_or_unreadable(dataset)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(StorageForm)),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6),
    st.floats(0.1, 1),
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's, about what the bytes became
def test_any_bytes_are_rendered_or_unreadable(
    form: StorageForm, changes: list[tuple[float, int]], share: float
) -> None:
    data = bytearray(FILES[form])
    description = data.index(b"\x28\x00\x02\x00") if b"\x28\x00\x02\x00" in data else 700
    for place, value in changes:
        data[description + int(place * (len(data) - description))] = value
    end = description + int(share * (len(data) - description))
    try:
        dataset = pydicom.dcmread(io.BytesIO(bytes(data[:end])))
    except (
        EOFError,
        InvalidDicomError,
        NotImplementedError,
        ValueError,
        AttributeError,
        struct.error,
    ):
        return  # not a data set any more, which is for the one who reads the file
    _rendered_or_unreadable(dataset)


def _rendered_or_unreadable(dataset: Dataset) -> None:
    try:
        screens = render(dataset)
    except UnreadableObjectError as error:
        assert error.what  # noqa: PT017 - either outcome is right, a silent one is not
    else:
        assert all(screen.ink.dtype == np.uint8 and screen.ink.ndim == 2 for screen in screens)
