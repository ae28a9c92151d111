"""Summaries at a FHIR server: what it keeps, and what its answers mean."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.uid import UID

from appliance.config import parse_configuration
from appliance.destinations import (
    Cause,
    Consignment,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
)
from appliance.destinations.fhir_answer import ISSUES, outcome_of
from appliance.destinations.web_server import Answer
from appliance.errors import ConfigurationError
from tests.destinations.archives import CANARY, a_report, consigned
from tests.destinations.web_servers import Reply, ScriptedWeb, destinations_of
from tests.fhir.servers import FhirServer
from tests.rdsr.cases import case, encoded

Open = Callable[..., Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    with destinations_of("fhir", patient_system="urn:oid:1.2.3") as open_at:
        yield open_at


@contextmanager
def a_server() -> Iterator[tuple[FhirServer, ScriptedWeb]]:
    server = FhirServer()
    with ScriptedWeb(otherwise=server.answer).running() as web:
        yield server, web


def report(uid: str = "2.25.1", dose: str = "512.30", before: str = "") -> Consignment:
    """A report made here; ``before`` is the one that it takes the place of."""
    made = deepcopy(case("complete_helical").report)
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    total = next(i for i in made.ContentSequence if _code(i) == "113811").ContentSequence
    next(i for i in total if _code(i) == "113813").MeasuredValueSequence[0].NumericValue = dose
    if before:
        reference = Dataset()
        reference.ReferencedSOPInstanceUID = before
        made.PredecessorDocumentsSequence = [reference]
    return Consignment(
        content=encoded(made),
        sop_class_uid=made.SOPClassUID,
        sop_instance_uid=uid,
        name=PurePosixPath("a.dcm"),
        one_of_study=True,
    )


def _code(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeValue)


def dose_of(summary: Any) -> str:  # noqa: ANN401 - JSON
    (quantity,) = [c["valueQuantity"] for c in summary["component"] if "valueQuantity" in c]
    return str(quantity["value"])


# What the server keeps


def test_a_repeat_doubles_nothing(opened: Open) -> None:
    with a_server() as (server, web):
        destination = opened(web.port)
        assert destination.send(report()) == Delivered("created")
        for _ in range(3):
            assert destination.send(report()) == Delivered("updated")
    assert len(server.valid_summaries()) == 1
    kinds = sorted(name.split("/")[0] for name in server.resources)
    assert kinds == ["Device", "ImagingStudy", "Observation", "Patient"]
    assert all(len(versions) == 1 for versions in server.resources.values())


def test_a_newer_report_takes_the_place_of_the_older(opened: Open) -> None:
    with a_server() as (server, web):
        destination = opened(web.port)
        destination.send(report("2.25.1", "512.30"))
        assert destination.send(report("2.25.2", "521.30", before="2.25.1")) == Delivered("updated")
    (summary,) = server.valid_summaries()
    assert (summary["status"], dose_of(summary)) == ("amended", "521.30")
    assert [dose_of(each) for each in server.resources["Observation/1"]] == ["512.30", "521.30"]


def test_a_newer_report_stands_where_the_older_never_came(opened: Open) -> None:
    with a_server() as (server, web):
        outcome = opened(web.port).send(report("2.25.3", "521.30", before="2.25.2"))
    assert outcome == Delivered("created")
    assert len(server.valid_summaries()) == 1


def test_an_older_report_never_comes_back(opened: Open) -> None:
    with a_server() as (server, web):
        destination = opened(web.port)
        destination.send(report("2.25.2", "521.30", before="2.25.1"))
        late = replace(report("2.25.1"), superseded=True)
        assert destination.send(late) == Delivered("a newer report stands in its place")
    (summary,) = server.valid_summaries()
    assert dose_of(summary) == "521.30"
    assert len(server.transactions) == 1


def test_two_reports_of_a_ct_are_two_summaries(opened: Open) -> None:
    with a_server() as (server, web):
        for uid in ("2.25.1", "2.25.2"):
            opened(web.port).send(replace(report(uid), one_of_study=False))
    assert len(server.valid_summaries()) == 2
    assert len(server.current("ImagingStudy")) == len(server.current("Patient")) == 1


def test_what_the_server_knows_of_the_patient_stays(opened: Open) -> None:
    with a_server() as (server, web):
        known = {
            "resourceType": "Patient",
            "id": "1",
            "identifier": [{"system": "urn:oid:1.2.3", "value": "6256485"}],
            "name": [{"family": "As the hospital writes it"}],
        }
        server.resources["Patient/1"] = [known]
        assert opened(web.port).send(report()) == Delivered("created")
    assert server.resources["Patient/1"] == [known]


def test_a_patient_whom_the_server_must_know_is_waited_for(opened: Open) -> None:
    with a_server() as (server, web):
        destination = opened(web.port, patient="known")
        outcome = destination.send(report())
        assert outcome == Refused(Cause.NOT_UNDERSTOOD, "HTTP 400 not-found")
        assert not server.resources, "all or nothing"
        identifier = {"system": "urn:oid:1.2.3", "value": "6256485"}
        server.resources["Patient/7"] = [
            {"resourceType": "Patient", "id": "7", "identifier": [identifier]}
        ]
        assert destination.send(report()) == Delivered("created")
    (summary,) = server.valid_summaries()
    assert summary["subject"] == {"reference": "Patient/7"}


def test_two_of_one_identifier_are_for_a_person(opened: Open) -> None:
    with a_server() as (server, web):
        destination = opened(web.port)
        destination.send(report())
        server.resources["Observation/2"] = deepcopy(server.resources["Observation/1"])
        outcome = destination.send(report("2.25.2", before="2.25.1"))
    assert outcome == Refused(Cause.NOT_UNIQUE, "HTTP 412 multiple-matches")


def test_no_identity_stands_where_servers_log_it(opened: Open) -> None:
    with a_server() as (_, web):
        opened(web.port).send(report())
    (question,) = web.questions
    assert question.path == "/fhir"
    told = json.dumps(question.headers)
    assert not any(word in told for word in ("6256485", "Doe", "1.2.826.0.1.3680043.10.1.1"))


# What is no summary


def test_what_has_no_dose_is_refused_here(opened: Open) -> None:
    with a_server() as (server, web):
        outcome = opened(web.port).send(consigned(a_report("1.1")))
    assert isinstance(outcome, Refused)
    assert outcome.cause is Cause.NO_SUMMARY
    assert not server.transactions


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        (b"\x10\x00\x10\x00PN", b"\x10\x00\x10\x00QZ", Refused),
        (b"1.2.826.0.1.3680043.10.1.1", b"1.2.826.0.1.3680043.10.Doe", Delivered),
    ],
)
def test_a_report_of_broken_values_is_no_news_for_the_log(
    opened: Open, good: bytes, bad: bytes, expected: type[Outcome]
) -> None:
    whole = report()
    assert good in whole.content
    with a_server() as (_, web):
        outcome = opened(web.port).send(replace(whole, content=whole.content.replace(good, bad)))
    assert isinstance(outcome, expected)  # and nothing was warned of, in words that quote a value


# What a server may answer


def response(*statuses: str) -> bytes:
    entries = [{"response": {"status": status}} for status in statuses]
    told = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return json.dumps(told).encode()


def issues(*codes: str, words: str = "") -> bytes:
    listed = [{"severity": "error", "code": code, "diagnostics": words} for code in codes]
    return json.dumps({"resourceType": "OperationOutcome", "issue": listed}).encode()


FOUR = ("201 Created", "200", "200 OK", "201")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, response(*FOUR)), Delivered("created")),
        (Reply(200, response("200", *FOUR[1:])), Delivered("updated")),
        (
            Reply(200, response(*FOUR[:3])),
            Retry(Cause.ANSWER_UNCLEAR, "HTTP 200 with 201 200 200"),
        ),
        (
            Reply(200, response(*FOUR[:3], "422 nonsense")),
            Retry(Cause.ANSWER_UNCLEAR, "HTTP 200 with 201 200 200 422"),
        ),
        (Reply(200), Retry(Cause.ANSWER_UNCLEAR, "HTTP 200 without a transaction-response")),
        (
            Reply(200, issues("processing")),
            Retry(Cause.ANSWER_UNCLEAR, "HTTP 200 without a transaction-response"),
        ),
        (Reply(400, issues("invariant")), Refused(Cause.NOT_UNDERSTOOD, "HTTP 400 invariant")),
        (
            Reply(422, issues("required", "value")),
            Refused(Cause.NOT_UNDERSTOOD, "HTTP 422 required value"),
        ),
        (
            Reply(422, issues("throttled", "value")),
            Refused(Cause.NOT_UNDERSTOOD, "HTTP 422 throttled value"),
        ),
        (Reply(400, issues("lock-error")), Retry(Cause.SERVER_BUSY, "HTTP 400 lock-error")),
        (Reply(409, issues("conflict")), Retry(Cause.PROCESSING_FAILED, "HTTP 409 conflict")),
        (Reply(412), Refused(Cause.NOT_UNIQUE, "HTTP 412")),
        (Reply(401, issues("login")), Retry(Cause.LOGIN_REFUSED, "HTTP 401 login")),
        (Reply(404), Retry(Cause.PATH_UNKNOWN, "HTTP 404")),
        (
            Reply(503, issues("transient"), {"Retry-After": "60"}),
            Retry(Cause.SERVER_BUSY, "HTTP 503 transient", after_s=60.0),
        ),
        (Reply(500, issues("exception")), Retry(Cause.PROCESSING_FAILED, "HTTP 500 exception")),
        (Reply(301), Retry(Cause.REDIRECTED, "HTTP 301")),
    ],
)
def test_every_answer_has_an_outcome(opened: Open, reply: Reply, outcome: Outcome) -> None:
    with ScriptedWeb([reply]).running() as server:
        assert opened(server.port).send(report()) == outcome


def test_what_a_server_says_of_the_patient_is_not_repeated(opened: Open) -> None:
    quoted = " ".join(CANARY)
    for status in (200, 400, 422, 500):
        body = issues("invalid", quoted, words=quoted)
        with ScriptedWeb([Reply(status, body)]).running() as server:
            outcome = opened(server.port).send(report())
        assert not any(word in repr(outcome) for word in CANARY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["entry", "response", "status", "type", "issue", "code", "severity"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    body=JSON.map(json.dumps).map(str.encode) | st.binary(max_size=60), status=st.integers(100, 999)
)
def test_no_answer_is_too_strange(body: bytes, status: int) -> None:
    outcome = outcome_of(Answer(status, {}, body), 4)
    assert not isinstance(outcome, Delivered)


@given(code=st.sampled_from(sorted(ISSUES)), status=st.sampled_from([400, 410, 422]))
def test_what_may_pass_is_tried_again(code: str, status: int) -> None:
    assert isinstance(outcome_of(Answer(status, {}, issues(code)), 4), Retry)


# Settings


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ("", "patient_system"),
        ('patient_system = "no uri"', "patient_system"),
        ('patient_system = "urn:oid:1.2"\nutc_offset = "9:00"', "utc_offset"),
        ('patient_system = "urn:oid:1.2"\nidentifier_system = ""', "identifier_system"),
        ('patient_system = "urn:oid:1.2"\nauthorization = "bearer"', "authorization"),
    ],
)
def test_what_cannot_be_meant_is_found(lines: str, where: str) -> None:
    here = '[[destination]]\nname = "e"\nkind = "fhir"\nhost = "e.example"\n'
    with pytest.raises(ConfigurationError, match=where):
        parse_configuration(f"{here}[destination.fhir]\n{lines}")


def test_images_have_no_summary() -> None:
    here = '[[destination]]\nname = "e"\nkind = "fhir"\nhost = "e.example"\nsend = ["images"]\n'
    with pytest.raises(ConfigurationError, match="only reports"):
        parse_configuration(f'{here}[destination.fhir]\npatient_system = "urn:oid:1.2"')
