"""What the box keeps in its own words, in those of who reads a page."""

import re
from dataclasses import fields

from pydicom.uid import UID, XRayRadiationDoseSRStorage

from appliance.console.studies.plain_text import visible
from appliance.console.undelivered import undelivered
from appliance.dose.codec import EVENT_FIELDS, TOTAL_FIELDS
from appliance.dose.doubt import Reason
from appliance.dose.record import SizeSpecificDose
from appliance.sop_classes import (
    CT_IMAGES,
    PERFORMED_PROCEDURE_STEP,
    REPORTS,
    SECONDARY_CAPTURES,
)
from appliance.texts import Texts

_ENDINGS = {
    "settled by a person": "settled_by_person",
    "discarded by a person": "discarded_by_person",
    "wrong patient by a person": "wrong_patient_by_person",
    "native report": "native_report",
}

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EVENT = re.compile(r"events\[(\d+)\]\.")
FIELDS = (
    EVENT_FIELDS.keys()
    | TOTAL_FIELDS.keys()
    | {each.name for each in fields(SizeSpecificDose)}
    | {"further_sources", "size_specific_doses", "effective_dose"}
)
"""Names in a dose record that have a text, ``field_…``."""


def field(path: str, texts: Texts) -> str:
    """``events[2].dlp_mgy_cm`` in words; what is no field stays as it is."""
    found = _EVENT.match(path)
    name = path[found.end() :] if found else path
    said = texts.say(f"studies.field_{name}") if name in FIELDS else visible(name)
    return texts.say("studies.of_scan", number=int(found[1]) + 1, field=said) if found else said


def failure(text: str, texts: Texts) -> str:
    """Why something did not arrive: what happened, and what to do."""
    return visible(undelivered(text, texts))


def reason(text: str, texts: Texts) -> str:
    """Why a study ended as it did; empty where nothing is to be said."""
    if text in set(Reason):
        return texts.pick(Reason(text).meaning)
    if text in _ENDINGS:
        return texts.say(f"studies.{_ENDINGS[text]}")
    return visible(text)


def person(name: str) -> str:
    """A name (PS3.5 6.2.1) as people read it: its parts by spaces, its spellings by strokes."""
    spelt = (" ".join(each.replace("^", " ").split()) for each in name.split("="))
    return " / ".join(filter(None, spelt))


def day(text: str) -> str:
    """A DA as YYYY-MM-DD; what is none stays as it is."""
    found = _DAY.fullmatch(text)
    return "-".join(found.groups()) if found else text


def kind_of(sop_class_uid: str) -> str:
    """What an object is, as the key of a text."""
    if sop_class_uid in SECONDARY_CAPTURES:
        return "class_screen"
    if sop_class_uid in CT_IMAGES:
        return "class_image"
    if sop_class_uid == XRayRadiationDoseSRStorage:
        return "class_dose_report"
    if sop_class_uid in REPORTS:
        return "class_report"
    return "class_step" if sop_class_uid == PERFORMED_PROCEDURE_STEP else "class_other"


def class_name(sop_class_uid: str) -> str:
    """The standard's name of a SOP class; its UID where it is none."""
    return visible(UID(sop_class_uid).name)


def key(word: str) -> str:
    """A word of the ledger as the end of a text's key."""
    return word.lower().replace(" ", "_").replace("-", "_")
