"""A FHIR server as strict as R4 lets one be, for transactions only; it keeps every version.

It follows http 3.1.0.11 of FHIR R4: all or nothing; conditional creates and updates; references
by ``fullUrl`` and by search. Resources must be what ``fhir.resources`` (R4B) allows. It knows
searches by ``identifier`` and no others.
"""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote

from fhir.resources.R4B import get_fhir_model_class

from tests.destinations.web_servers import Question, Reply

Json = dict[str, Any]
PROCESSING_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3}


class Fault(Exception):  # noqa: N818 - what a server answers
    def __init__(self, status: int, code: str, words: str = "") -> None:
        super().__init__(status, code, words)
        self.status, self.code, self.words = status, code, words


@dataclass
class FhirServer:
    """``resources``: by ``Type/id``, the versions of each, the newest last."""

    resources: dict[str, list[Json]] = field(default_factory=dict)
    transactions: list[Json] = field(default_factory=list)

    def answer(self, question: Question) -> Reply:
        try:
            told = self._asked(question)
        except Fault as fault:
            issue = {"severity": "error", "code": fault.code, "diagnostics": fault.words}
            told = {"resourceType": "OperationOutcome", "issue": [issue]}
            return self._reply(fault.status, told)
        return self._reply(200, told)

    def current(self, kind: str) -> list[Json]:
        return [versions[-1] for name, versions in self.resources.items() if name.startswith(kind)]

    def valid_summaries(self) -> list[Json]:
        wrong = ("entered-in-error", "cancelled")
        return [each for each in self.current("Observation") if each["status"] not in wrong]

    def _asked(self, question: Question) -> Json:
        if (question.method, question.path) != ("POST", "/fhir"):
            raise Fault(404, "not-found", question.path)
        if not question.headers["content-type"].startswith("application/fhir+json"):
            raise Fault(415, "not-supported")
        bundle = json.loads(question.body, parse_float=Decimal, object_pairs_hook=_no_repeats)
        _validate(bundle)
        if bundle["type"] != "transaction":
            raise Fault(400, "invalid", "not a transaction")
        before = deepcopy(self.resources)
        try:
            done = self._transaction(bundle["entry"])
        except Fault:
            self.resources = before
            raise
        self.transactions.append(bundle)
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": done}

    def _transaction(self, entries: list[Json]) -> list[Json]:
        if max(Counter(each["fullUrl"] for each in entries).values()) > 1:
            raise Fault(400, "invalid", "a fullUrl twice")
        order = sorted(entries, key=lambda each: PROCESSING_ORDER[each["request"]["method"]])
        places = {each["fullUrl"]: self._place(each) for each in order}
        for each in order:
            name, is_new, writes = places[each["fullUrl"]]
            if writes:
                resource = self._resolved(each["resource"], {k: v[0] for k, v in places.items()})
                kept = {**resource, "id": name.split("/")[1]}
                if is_new or self.resources[name][-1] != kept:
                    self.resources.setdefault(name, []).append(kept)
        return [self._told(*places[each["fullUrl"]]) for each in entries]

    def _place(self, entry: Json) -> tuple[str, bool, bool]:
        """Where the resource is or will be, whether it is new, and whether it is written."""
        request, kind = entry["request"], entry["resource"]["resourceType"]
        path, _, query = request["url"].partition("?")
        if path != kind:
            raise Fault(400, "invalid", "the URL is of another type")
        if request["method"] == "POST":
            if query:
                raise Fault(400, "invalid", "a search in the URL of a create")
            query = request.get("ifNoneExist", "")
        found = self._search(kind, query) if query else []
        if len(found) > 1:
            raise Fault(412, "multiple-matches")
        if found:
            return found[0], False, request["method"] == "PUT"
        taken = [name for name in self.resources if name.startswith(f"{kind}/")]
        name = f"{kind}/{len(taken) + 1}"
        self.resources[name] = []
        return name, True, True

    def _search(self, kind: str, query: str) -> list[str]:
        asked = parse_qs(query, strict_parsing=True)
        if set(asked) != {"identifier"}:
            raise Fault(400, "not-supported", "another search than by identifier")
        system, _, value = asked["identifier"][0].partition("|")
        wanted = (system, value.replace("\\|", "|").replace("\\,", ",").replace("\\$", "$"))
        wanted = (wanted[0], wanted[1].replace("\\\\", "\\"))
        return [
            name
            for name, versions in self.resources.items()
            if name.startswith(f"{kind}/") and versions and _has(versions[-1], wanted)
        ]

    def _resolved(self, value: Any, places: dict[str, str]) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [self._resolved(each, places) for each in value]
        if not isinstance(value, dict):
            return value
        resolved = {key: self._resolved(each, places) for key, each in value.items()}
        if isinstance(resolved.get("reference"), str):
            resolved["reference"] = self._target(resolved["reference"], places)
        return resolved

    def _target(self, reference: str, places: dict[str, str]) -> str:
        if reference.startswith("urn:uuid:"):
            if reference not in places:
                raise Fault(400, "invalid", "a reference to nothing")
            return places[reference]
        kind, _, query = reference.partition("?")
        found = self._search(kind, query)
        if len(found) != 1:
            code = "multiple-matches" if found else "not-found"
            raise Fault(412 if found else 400, code, "a conditional reference")
        return found[0]

    @staticmethod
    def _told(name: str, is_new: bool, _: bool) -> Json:  # noqa: FBT001 - as _place says
        status = "201 Created" if is_new else "200 OK"
        return {"response": {"status": status, "location": f"{name}/_history/1"}}

    @staticmethod
    def _reply(status: int, told: Json) -> Reply:
        return Reply(status, json.dumps(told, default=str).encode(), {"Content-Type": "json"})


def _has(resource: Json, wanted: tuple[str, str]) -> bool:
    identifiers = resource.get("identifier", [])
    return wanted in [(each.get("system", ""), unquote(each["value"])) for each in identifiers]


def _validate(bundle: Json) -> None:
    for resource in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        try:
            model = get_fhir_model_class(resource["resourceType"])
            model.model_validate(json.loads(json.dumps(resource, default=float)))
        except ValueError as failure:
            raise Fault(422, "structure", str(failure)) from failure
        for path, value in _leaves(resource):
            if value in ("", [], {}, None):
                raise Fault(422, "structure", f"{path} is empty")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path)


def _no_repeats(pairs: list[tuple[str, Any]]) -> Json:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Fault(400, "structure", "a name twice")
    return dict(pairs)
