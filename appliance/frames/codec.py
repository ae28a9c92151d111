"""Compressed frames, decoded in a process of their own.

A codec library may end its process, loop or take all memory over a few wrong bytes. Here it
takes only a child with it, which has limits on memory and on time a frame, and is replaced.

**Knows:** how a frame goes to the child and comes back; pydicom's decoders with GDCM.
**Does not know:** what the values mean.
"""

import atexit
import io
import resource
import struct
import subprocess
import sys
import threading
import warnings
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.errors import BytesLengthException
from pydicom.pixels.decoders.base import JPEGExtended12BitDecoder, get_decoder
from pydicom.uid import UID

MEMORY_BYTES = 2 << 30
FRAME_CPU_S = 60

BAD_PIXELS = (
    AttributeError,
    BytesLengthException,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,
    struct.error,
)
"""What pydicom and GDCM raise for elements and pixel data that are absent, short or wrong."""

_LENGTH = struct.Struct(">Q")
_DESCRIPTION = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)
_OPTIONS: Any = {"correct_unused_bits": False, "view_only": True}  # typed alike by pydicom


def as_decoded(dataset: Dataset, syntax: UID, index: int) -> tuple[NDArray[Any], str]:
    """Frame ``index`` and its photometric interpretation; raises what is in ``BAD_PIXELS``."""
    decoder = get_decoder(syntax)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # excess padding and the like are no news here
        words, properties = decoder.as_array(dataset, index=index, **_OPTIONS)
    return words, str(properties["photometric_interpretation"])


class Codec:
    """The child: started when first needed, replaced when a frame killed it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def decode(self, dataset: Dataset, syntax: str, frame: bytes) -> tuple[NDArray[Any], str]:
        """Decode one compressed frame described by ``dataset``.

        Raises:
            ValueError: It cannot be decoded, or the attempt ended the child.
        """
        job = _job(dataset, syntax, frame)
        with self._lock:
            child = self._running()
            assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018
            try:
                _write(child.stdin, job)
                answer = _read(child.stdout)
            except (BrokenPipeError, EOFError):
                self._stop()
                raise ValueError("the codec died of it") from None
        outcome, _, rest = answer.partition(b"\n")
        if outcome == b"!":
            raise ValueError(rest.decode("utf-8", "replace"))
        return np.load(io.BytesIO(rest), allow_pickle=False), outcome.decode("ascii", "replace")

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # codecs write about every bad byte
            )
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _job(dataset: Dataset, syntax: str, frame: bytes) -> bytes:
    """The frame as a data set of nothing but an Image Pixel module."""
    job = Dataset()
    job.file_meta = FileMetaDataset()
    job.file_meta.TransferSyntaxUID = UID(syntax)
    for keyword in _DESCRIPTION:
        if keyword in dataset:
            job.add(dataset[keyword])
    job.PixelData = encapsulate([frame])
    job["PixelData"].VR = "OB"
    job["PixelData"].is_undefined_length = True
    stream = io.BytesIO()
    job.save_as(stream, implicit_vr=False, little_endian=True)
    return stream.getvalue()


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    message = stream.read(length)
    if len(message) < length:
        raise EOFError
    return message


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """The child's work: a data set comes in; a line (the interpretation) and an .npy go out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    JPEGExtended12BitDecoder.add_plugin("12-bit", ("appliance.frames.jpeg12", "decode_frame"))
    while True:
        try:
            job = _read(jobs)
        except EOFError:
            return
        _write(answers, _answer(job))


def _answer(job: bytes) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime) + FRAME_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
    try:
        dataset = dcmread(io.BytesIO(job), force=True)
        words, interpretation = as_decoded(dataset, dataset.file_meta.TransferSyntaxUID, 0)
    except (*BAD_PIXELS, MemoryError) as error:
        return b"!\n" + " ".join(str(error).split()).encode()
    stream = io.BytesIO()
    np.save(stream, words, allow_pickle=False)
    return interpretation.encode("ascii", "replace") + b"\n" + stream.getvalue()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
