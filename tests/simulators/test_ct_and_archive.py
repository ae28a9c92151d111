"""The simulated CT sends to a real archive, and a real sender to the simulated archive."""

import io
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.screen import render
from appliance.simulators.archive import run_archive
from appliance.simulators.ct import SendingError, send_studies
from appliance.simulators.demo import GE_FONT, Kind, Study, demo_studies, identity
from appliance.simulators.secondary_capture import GE, secondary_capture
from appliance.simulators.storage_forms import StorageForm

STUDIES = demo_studies(4)


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def storescp(folder: Path) -> Iterator[int]:
    """DCMTK's archive, which writes what it receives bit by bit."""
    port = a_free_port()
    command = ["storescp", "+B", "+xa", "-aet", "DCMTK", "-od", str(folder), str(port)]
    server = subprocess.Popen(command)
    try:
        while subprocess.run(
            ["echoscu", "127.0.0.1", str(port)], capture_output=True, check=False
        ).returncode:
            time.sleep(0.02)
        yield port
    finally:
        server.terminate()
        server.wait()


def dataset_bytes(path: Path) -> bytes:
    """The file without preamble and meta header."""
    meta = pydicom.dcmread(path, stop_before_pixels=True).file_meta
    return path.read_bytes()[132 + 12 + meta.FileMetaInformationGroupLength :]


def test_the_studies_arrive_at_dcmtk_whole(tmp_path: Path) -> None:
    objects = [study.objects for study in STUDIES]
    with storescp(tmp_path) as port:
        assert set(send_studies(objects, "127.0.0.1", port, "DCMTK")) == {0}
    received = {pydicom.dcmread(path).SOPInstanceUID: path for path in tmp_path.iterdir()}
    assert len(received) == sum(map(len, objects))
    for each in (each for study in objects for each in study):
        stream = io.BytesIO()
        each.save_as(stream, enforce_file_format=True)
        sent = tmp_path.parent / f"{each.SOPInstanceUID}.sent"
        sent.write_bytes(stream.getvalue())
        assert dataset_bytes(received[each.SOPInstanceUID]) == dataset_bytes(sent)


@pytest.mark.parametrize("form", [StorageForm.RLE, StorageForm.JPEG, StorageForm.IMPLICIT])
def test_each_form_keeps_its_transfer_syntax(tmp_path: Path, form: StorageForm) -> None:
    objects = secondary_capture(STUDIES[0].pages, GE, identity(9, form), form)
    with run_archive(tmp_path) as port:
        assert send_studies([objects], "127.0.0.1", port, "ARCHIVE") == [0]
    (path,) = tmp_path.glob("*.dcm")
    kept = pydicom.dcmread(path)
    assert kept.file_meta.TransferSyntaxUID == objects[0].file_meta.TransferSyntaxUID
    assert kept == objects[0]


def test_the_archive_keeps_what_dcmtk_sends(tmp_path: Path) -> None:
    source, folder = tmp_path / "sent.dcm", tmp_path / "archive"
    STUDIES[0].objects[0].save_as(source, enforce_file_format=True)
    told: list[Path] = []
    with run_archive(folder, on_stored=told.append) as port:
        address = ("-aec", "ARCHIVE", "127.0.0.1", str(port))
        subprocess.run(["echoscu", *address], check=True)
        subprocess.run(["storescu", *address, source], check=True)
    (path,) = folder.iterdir()
    assert told == [path]
    assert dataset_bytes(path) == dataset_bytes(source)


def test_the_archive_stops_cleanly_and_its_port_is_free_again(tmp_path: Path) -> None:
    with run_archive(tmp_path) as port:
        pass
    with run_archive(tmp_path, port=port) as again:
        assert again == port


@pytest.mark.filterwarnings("ignore:unclosed <socket")  # pynetdicom leaves a refused one open
def test_nobody_there_is_an_error_with_the_address() -> None:
    port = a_free_port()
    with pytest.raises(SendingError, match=f"NOBODY at 127.0.0.1:{port}"):
        send_studies([STUDIES[0].objects], "127.0.0.1", port, "NOBODY")


def test_a_readable_study_shows_its_total_and_the_unreadable_one_does_not() -> None:
    shown = {study.kind: study for study in STUDIES}
    assert _shows_total(shown[Kind.GE])
    assert not _shows_total(shown[Kind.UNREADABLE])


def _shows_total(study: Study) -> bool:
    (screen,) = render(study.objects[0])
    total = load_font(GE_FONT).draw("Total Exam DLP:").astype(np.uint8)
    shown = (screen.ink > 0).astype(np.uint8)
    return bool(cv2.matchTemplate(shown, total, cv2.TM_SQDIFF).min() < 0.5)  # of a pixel


def test_the_multi_page_study_has_several_objects_of_one_series() -> None:
    (study,) = demo_studies(4, (Kind.MULTI_PAGE,))
    assert len(study.objects) > 1
    assert len({each.SeriesInstanceUID for each in study.objects}) == 1
