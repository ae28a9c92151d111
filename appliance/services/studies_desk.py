"""What the pages of studies ask, answered: each call by a ledger of its own.

**Knows:** that every look at a patient is written down before it is answered.
**Does not know:** what a page looks like (``console``), what a room keeps (``study_course``).
"""

import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console.studies import desk
from appliance.console.studies.desk import (
    NOBODY,
    Course,
    Found,
    Identity,
    Listed,
    Refusal,
    Told,
    Wanted,
)
from appliance.deidentify import KEY_BYTES, Cleaned, Pseudonyms, cleaned, presets
from appliance.drl.reference import NOTHING, Reference, reference
from appliance.errors import ConfigurationError, NotFoundError
from appliance.ledger import open_ledger
from appliance.outbox import Outgoing
from appliance.services.again import Again
from appliance.services.local_codes import local_codes
from appliance.services.looks import seen
from appliance.services.study_course import Box
from appliance.services.study_pictures import Gallery, drawn
from appliance.studies import Studies, Study

PAGE = 25
MOST_LOOKED_AT = 100
"""Studies whose identity one request looks at: a file is opened for each."""
CLEAN, PROJECT = "registry", "console"


class _Opened(Box):
    """The rooms, and the studies in them."""

    @property
    def studies(self) -> Studies:
        """Every study."""
        return Studies(self.ledger)

    def look(self, uid: str, by: str, page: str) -> None:
        """Write down that somebody looks."""
        seen(self.ledger, self.clock, uid, by, page)


@dataclass
class StudiesDesk:
    """One a process; every call may come from any thread."""

    configuration: Configuration
    clock: Clock
    _gallery: Gallery = field(default_factory=Gallery)

    @cached_property
    def _reference(self) -> Reference:
        """Nothing where the site's tables are not sound, which is an alarm of its own."""
        try:
            return reference(self.configuration.drl, self.configuration.data_dir)
        except ConfigurationError:
            return NOTHING

    @contextmanager
    def _opened(self) -> Iterator[_Opened]:
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            yield _Opened(self.configuration, ledger, self.clock, self._reference)
        finally:
            ledger.close()

    def senders(self) -> Sequence[str]:
        """See ``Desk``."""
        with self._opened() as box:
            return box.studies.senders()

    def found(self, wanted: Wanted, by: str) -> Found:
        """See ``Desk``."""
        with self._opened() as box:
            if wanted.told is not None and wanted.words.strip():
                found = _looked_for(box, wanted)
            else:
                found = _page(box, wanted)
            with box.ledger.transaction():
                for each in found.studies:
                    if each.identity is not None:
                        box.look(each.study.study_instance_uid, by, "studies")
        return found

    def course(self, number: int, by: str) -> Course:
        """See ``Desk``."""
        with self._opened() as box:
            study = box.studies.study(number)
            box.look(study.study_instance_uid, by, "study")
            return box.course(study)

    def picture(self, number: int, instance_id: int, frame: int, by: str) -> bytes | Refusal:
        """See ``Desk``."""
        with self._opened() as box:
            uid = box.studies.study(number).study_instance_uid
            box.look(uid, by, "picture")
            made = self._gallery.get((number, instance_id, frame))
            found = made or drawn(box.ledger, box.spool, uid, instance_id, frame)
        if isinstance(found, bytes):
            self._gallery.keep((number, instance_id, frame), found)
        return found

    def report(self, number: int, outgoing_id: int, by: str) -> bytes | Refusal:
        """See ``Desk``."""
        with self._opened() as box:
            report = _report(box, box.studies.study(number), outgoing_id)
            box.look(report.study_instance_uid, by, "report")
        try:
            return report.path.read_bytes()
        except OSError:
            return Refusal.REMOVED

    def clean_report(self, number: int, outgoing_id: int, by: str) -> bytes | Refusal:
        """See ``Desk``: by a key that nobody has, so no two of them can be put together."""
        content = self.report(number, outgoing_id, by)
        if isinstance(content, Refusal):
            return content
        pseudonyms = Pseudonyms(secrets.token_bytes(KEY_BYTES), PROJECT)
        codes = local_codes(self.configuration)
        outcome = cleaned(content, presets()[CLEAN], pseudonyms, local_codes=codes)
        return outcome.content if isinstance(outcome, Cleaned) else Refusal.NOT_CLEAN

    def read_again(self, number: int, by: str) -> None:
        """See ``Desk``."""
        with self._opened() as box:
            uid = box.studies.study(number).study_instance_uid
            Again(box.ledger, self.clock, by).read(uid)

    def send_again(self, number: int, outgoing_id: int, destination: str, by: str) -> None:
        """See ``Desk``."""
        with self._opened() as box:
            report = _report(box, box.studies.study(number), outgoing_id)
            Again(box.ledger, self.clock, by).send(box.outbox, report, destination)


def _report(box: _Opened, study: Study, outgoing_id: int) -> Outgoing:
    for each in box.outbox.reports(study.study_instance_uid):
        if each.id == outgoing_id:
            return each
    raise NotFoundError("there is no such report of the study", str(outgoing_id))


def _page(box: _Opened, wanted: Wanted) -> Found:
    found = box.studies.newest(wanted.criteria, PAGE + 1, wanted.before)
    rest = found[PAGE - 1].number if len(found) > PAGE else None
    identities = box.identities
    listed = (
        Listed(each, (identities.of(each.study_instance_uid) or NOBODY))
        if wanted.shows_patients
        else Listed(each)
        for each in found[:PAGE]
    )
    return Found(studies=tuple(listed), next=rest)


def _looked_for(box: _Opened, wanted: Wanted) -> Found:
    """The studies of a patient, among as many of those that fit as one request looks at."""
    listed: list[Listed] = []
    studies = box.studies.newest(wanted.criteria, MOST_LOOKED_AT + 1, wanted.before)
    identities, looked_at = box.identities, 0
    for each in studies[:MOST_LOOKED_AT]:
        if len(listed) == PAGE:
            break
        looked_at += 1
        identity = identities.of(each.study_instance_uid)
        if identity is not None and is_meant(identity, wanted):
            listed.append(Listed(each, identity))
    is_all = looked_at == len(studies)
    rest = None if is_all else studies[looked_at - 1].number
    return Found(studies=tuple(listed), next=rest, looked_at=looked_at)


def is_meant(identity: Identity, wanted: Wanted) -> bool:
    """Whether a patient is looked for by these words.

    A number by how it begins; a name by words that are in it, in any order, however they are
    spelt: full width, half width, capitals.
    """
    words = plain(wanted.words)
    match wanted.told:
        case Told.PATIENT_ID:
            return plain(identity.patient_id).startswith(words)
        case Told.ACCESSION_NUMBER:
            return plain(identity.accession_number).startswith(words)
        case Told.NAME:
            name = plain(identity.patient_name)
            return all(word in name for word in words.split())
        case None:
            return True


def plain(text: str) -> str:
    """As compared: NFKC, without case; the delimiters of a name (PS3.5 6.2.1) are spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("^", " ").replace("=", " ").split())


def offered(made: StudiesDesk) -> desk.Desk:
    """The same, as pages know it; so it is checked that it is one."""
    return made
