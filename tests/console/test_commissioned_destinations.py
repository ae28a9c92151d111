"""Destinations tried for real: what is stored there is nobody, and taken away where that can be."""

import json
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from appliance import config
from appliance.commissioning import Outcome, What, outcome_of
from appliance.config.fhir import Fhir
from appliance.config.stow import Stow
from appliance.services.commissioning_object import PATIENT_ID, marked_object
from tests.console.commissioning_tries import tried, words
from tests.destinations.archives import (
    LOOPBACK,
    orthanc,
    storescp,
)
from tests.destinations.archives import stored as stored_in
from tests.destinations.authority import Authority
from tests.destinations.file_servers import FtpsServer, SftpServer
from tests.destinations.web_servers import Question, Reply, ScriptedWeb
from tests.fhir.servers import FhirServer

DICOM_WEB = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"


def test_the_marked_object_is_nobody_and_holds_no_dose() -> None:
    marked = marked_object("box-1", "pacs", 1.8e9)
    item = dcmread(BytesIO(marked.content))
    assert (item.PatientID, item.PatientBirthDate) == (PATIENT_ID, "")
    assert "NO PATIENT" in str(item.PatientName)
    assert item.QualityControlSubject == "YES"
    assert item.Modality == "OT"
    assert item.SOPClassUID.name == "Secondary Capture Image Storage"
    assert marked == marked_object("box-1", "pacs", 1.8e9)
    assert marked.sop_instance_uid != marked_object("box-1", "pacs", 1.8e9 + 1).sop_instance_uid
    assert marked.sop_instance_uid != marked_object("box-2", "pacs", 1.8e9).sop_instance_uid


def test_an_archive_takes_the_marked_object_and_keeps_it(tmp_path: Path) -> None:
    with storescp(tmp_path / "archive") as port:
        settings = config.Destination(name="pacs", host=LOOPBACK, port=port)
        found = tried(tmp_path, settings)
        (item,) = stored_in(tmp_path / "archive").values()
    assert item.PatientID == PATIENT_ID
    assert {What.DELIVERED, What.REPORTS_TAKEN, What.STAYS_THERE} <= set(words(found))
    assert outcome_of(found) is Outcome.PASSED


@pytest.mark.parametrize("off", ["choice", "setting"])
def test_nothing_is_stored_where_that_is_not_wanted(tmp_path: Path, off: str) -> None:
    with storescp(tmp_path / "archive") as port:
        settings = config.Destination(
            name="pacs", host=LOOPBACK, port=port, test_object=off != "setting"
        )
        found = tried(tmp_path, settings, stores=off == "setting")
        assert stored_in(tmp_path / "archive") == {}
    assert What.NOTHING_STORED in words(found)
    assert What.DELIVERED not in words(found)


def test_a_folder_has_it_taken_away_again(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    settings = config.Destination(
        name="disk", kind="folder", folder=config.Folder(path=str(folder))
    )
    found = tried(tmp_path, settings)
    assert words(found) == [What.LOGGED_IN, What.SENDING, What.DELIVERED, What.REMOVED]
    assert list(folder.iterdir()) == []
    folder.rmdir()
    assert words(tried(tmp_path, settings))[0] is What.NOT_DELIVERED


class WebThatDeletes(ScriptedWeb):
    def _handler(self) -> type[BaseHTTPRequestHandler]:
        handler = super()._handler()
        handler.do_DELETE = lambda served: served._reply("DELETE")  # type: ignore[attr-defined] # noqa: SLF001 - its own
        return handler


def test_a_fhir_server_is_asked_given_a_resource_and_has_it_deleted(tmp_path: Path) -> None:
    server = FhirServer()

    def answer(question: Question) -> Reply:
        if question.method == "GET":
            told = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
            return Reply(200, json.dumps(told).encode())
        if question.method == "DELETE":
            del server.resources[question.path.removeprefix("/fhir/")]
            return Reply(204)
        return server.answer(question)

    with WebThatDeletes(otherwise=answer).running() as web:
        settings = config.Destination(
            name="ehr",
            kind="fhir",
            host=LOOPBACK,
            port=web.port,
            fhir=Fhir(path="/fhir", patient_system="urn:oid:1.2"),
        )
        found = tried(tmp_path, settings)
    assert words(found) == [What.SERVER_SAYS, What.DELIVERED, What.REMOVED]
    assert server.resources == {}
    assert [each.method for each in web.questions] == ["GET", "POST", "DELETE"]
    assert b"Observation" not in b"".join(each.body for each in web.questions)


@pytest.mark.slow
def test_servers_of_files_have_it_taken_away_again(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    ftps = FtpsServer(folder=tmp_path / "ftps", authority=authority)
    sftp = SftpServer(folder=tmp_path / "sftp")
    (tmp_path / "ftps").mkdir()
    (tmp_path / "sftp").mkdir()
    for kind in (ftps, sftp):
        with kind.running() as server:
            found = tried(tmp_path, server.settings)
            expected = [What.LOGGED_IN, What.SENDING, What.DELIVERED, What.REMOVED]
            assert words(found) == expected, found
            assert not [name for name in server.files if "connection-test" in name]
            only = tried(tmp_path, server.settings, stores=False)
            assert words(only) == [What.LOGGED_IN, What.NOTHING_STORED]


@pytest.mark.slow
def test_orthanc_takes_it_by_dicom_and_web_and_commits(tmp_path: Path) -> None:
    with orthanc(tmp_path / "orthanc", Plugins=[DICOM_WEB]) as server:
        commitment = config.DestinationCommitment(ask=True, open_s=30)
        by_dicom = config.Destination(
            name="pacs", host=LOOPBACK, port=server.port, commitment=commitment
        )
        found = tried(tmp_path, by_dicom)
        assert What.DELIVERED in words(found)
        assert {What.COMMITTED, What.COMMITMENT_PENDING, What.COMMITMENT_NOT_TAKEN} & set(
            words(found)
        )
        by_web = config.Destination(
            name="web",
            kind="stow",
            host=LOOPBACK,
            port=server.http_port,
            stow=Stow(path="/dicom-web"),
        )
        found = tried(tmp_path, by_web)
        assert What.DELIVERED in words(found)
        assert {str(each.PatientID) for each in server.stored().values()} == {PATIENT_ID}
