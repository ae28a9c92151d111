"""The whole box and a RIS: down at first, then up, and the archive ends with one valid report."""

from pathlib import Path

from appliance.rdsr import nonconformities
from tests.destinations.archives import LOOPBACK, a_free_port, stored, storescp, wait_until
from tests.orders.ris import an_entry, wlmscpfs
from tests.pipeline.plant import Plant
from tests.pipeline.studies import ROOT, a_copy, a_ge_study, a_siemens_study, who
from tests.services.imaged import examination
from tests.services.test_native_reports import native

SETTINGS = """
[worklist]
host = "{host}"
port = {port}
connection_timeout_s = 1
wait_s = 3
max_age_days = 36500
retry_first_s = 0.2
retry_max_s = 1
"""
TEN = "6010000200"


def test_a_report_is_sent_without_its_order_and_again_with_it(tmp_path: Path) -> None:
    me, port = who(1), a_free_port()
    entry = an_entry(
        AccessionNumber=me.accession_number,
        PatientID=me.patient_id,
        PatientBirthDate=me.birth_date,
        StudyInstanceUID=me.study_instance_uid,
    )
    archive = tmp_path / "archive"
    with storescp(archive) as archive_port:
        settings = SETTINGS.format(host=LOOPBACK, port=port)
        plant = Plant(tmp_path / "plant", archive_port=archive_port, settings=settings)
        plant.data_dir.mkdir(parents=True)
        table = plant.data_dir / "jj1017.csv"
        table.write_text(f"code,jj1017,meaning\nC001,{TEN},胸部単純\n", encoding="utf-8")
        plant.start("run")
        try:
            plant.send(a_ge_study(1))
            plant.wait_until_delivered(1)
            (first,) = stored(archive).values()
            assert not first.PerformedProcedureCodeSequence
            assert ("worklist-unreachable", "") in plant.alarms()
            with wlmscpfs(tmp_path / "ris", [entry], port=port):
                plant.wait_until_delivered(2)
            wait_until(lambda: plant.alarms() == [])
        finally:
            plant.end()
    second = stored(archive)[plant_last_report(plant)]
    assert nonconformities(second) == ()
    assert second.PerformedProcedureCodeSequence[0].CodeValue == TEN
    (replaced,) = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence
    assert replaced.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    log = plant.log("run")
    assert f"order_found study={ROOT}.1" in log
    assert "YAMADA" not in log


def test_a_native_report_is_sent_as_it_came_and_again_with_its_order(tmp_path: Path) -> None:
    me, port, report = who(1), a_free_port(), native()
    entry = an_entry(
        AccessionNumber=me.accession_number,
        PatientID=me.patient_id,
        PatientBirthDate=me.birth_date,
        StudyInstanceUID=me.study_instance_uid,
    )
    archive = tmp_path / "archive"
    settings = SETTINGS.format(host=LOOPBACK, port=port)
    settings += '[sources]\nnative_report = "complete"\n'
    with storescp(archive) as archive_port:
        plant = Plant(tmp_path / "plant", archive_port=archive_port, settings=settings)
        plant.data_dir.mkdir(parents=True)
        table = plant.data_dir / "jj1017.csv"
        table.write_text(f"code,jj1017,meaning\nC001,{TEN},胸部単純\n", encoding="utf-8")
        plant.start("run")
        try:
            plant.send([report], a_siemens_study(1, examination=examination(), identity=me))
            plant.wait_until_delivered(1)
            (first,) = stored(archive).values()
            with wlmscpfs(tmp_path / "ris", [entry], port=port):
                plant.wait_until_delivered(2)
        finally:
            plant.end()
    assert (first.SOPInstanceUID, first.ContentSequence) == (
        report.SOPInstanceUID,
        a_copy(report).ContentSequence,
    )
    assert "PredecessorDocumentsSequence" not in first
    second = stored(archive)[plant_last_report(plant)]
    assert second.ContentSequence == first.ContentSequence
    assert second.PerformedProcedureCodeSequence[0].CodeValue == TEN
    assert second.ReferencedRequestSequence[0].RequestedProcedureID == "R1"
    (replaced,) = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence
    assert replaced.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID


def plant_last_report(plant: Plant) -> str:
    rows = plant.rows("SELECT sop_instance_uid FROM outgoing ORDER BY id")
    assert len(rows) == 2
    return str(rows[-1]["sop_instance_uid"])
