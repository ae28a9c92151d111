"""From the bytes of an object to those of its de-identified likeness, or to the reasons why not."""

from types import MappingProxyType

from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian

from appliance.deidentify.attributes import cleaned_attributes
from appliance.deidentify.definition import Types, top_level
from appliance.deidentify.file_format import closed, opened
from appliance.deidentify.method import say_method
from appliance.deidentify.outcome import Cleaned, Hindrance, Reason, Unclean
from appliance.deidentify.patient import moments_of, name_patient
from appliance.deidentify.pixels import cleaned_pixels
from appliance.deidentify.preset import Preset
from appliance.deidentify.pseudonym import Pseudonyms
from appliance.deidentify.screen import Blanking, no_blanking
from appliance.deidentify.work import LocalCodes, Work
from appliance.errors import UnreadableObjectError
from appliance.spool.dataset import tolerance

NO_CODES: LocalCodes = MappingProxyType({})
NAMES = ("PatientID", "StudyInstanceUID", "SOPInstanceUID")
"""What others ask back for."""


def cleaned(
    content: bytes,
    preset: Preset,
    pseudonyms: Pseudonyms,
    blanking: Blanking = no_blanking,
    local_codes: LocalCodes = NO_CODES,
) -> Cleaned | Unclean:
    """The object as it may leave.

    The same arguments give the same bytes. Within a project (``pseudonyms``) UIDs, Patient IDs and
    the distance of a patient's dates stay consistent from object to object, so references inside a
    set, and a report's Predecessor Documents Sequence (0040,A360), lead where they led.

    Args:
        content: A PS3.10 file, or a data set without File Meta Information.
        preset: What may stay; one that ``keeps_identity`` has the bytes unchanged.
        pseudonyms: The site's key, and which project the object goes to.
        blanking: Takes the identity off dose screens; without it none leaves de-identified.
        local_codes: Meanings of the site's own codes that it says name nobody, by scheme and value.

    Returns:
        ``Cleaned``, Explicit VR Little Endian with new File Meta Information, or ``Unclean``: the
        object must not leave. Nothing is raised for bytes that are no DICOM.
    """
    try:
        dataset = opened(content)
        with tolerance("an object"):
            if preset.keeps_identity:
                return Cleaned(content, str(dataset.SOPClassUID), str(dataset.SOPInstanceUID))
            moments = moments_of(dataset, preset, pseudonyms)
            return _cleaned(dataset, Work(preset, pseudonyms, moments, local_codes), blanking)
    except UnreadableObjectError as failure:
        return Unclean((Reason(Hindrance.UNREADABLE, failure.what),))


def _cleaned(dataset: Dataset, work: Work, blanking: Blanking) -> Cleaned | Unclean:
    types = top_level(str(dataset.get("SOPClassUID", "")))
    if types is None or not dataset.get("SOPInstanceUID"):
        return Unclean((Reason(Hindrance.SOP_CLASS_UNKNOWN),))
    if dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian and "PixelData" in dataset:
        return Unclean((Reason(Hindrance.TRANSFER_SYNTAX, "big endian pixels"),))
    kept = _kept(dataset, types, work, blanking)
    if work.references and work.removed_items:
        work.hinder(Hindrance.CONTENT_REFERENCES)
    if work.reasons:
        return Unclean(tuple(work.reasons))
    applied = say_method(kept, work)
    names = (str(kept.SOPClassUID), str(kept.SOPInstanceUID))
    return Cleaned(closed(kept), *names, applied, _replaced(dataset, kept))


def _replaced(dataset: Dataset, kept: Dataset) -> dict[str, str]:
    pairs = ((str(kept.get(each) or ""), str(dataset.get(each) or "").strip()) for each in NAMES)
    return {new: old for new, old in pairs if new and old and new != old}


def _kept(dataset: Dataset, types: Types, work: Work, blanking: Blanking) -> Dataset:
    kept = cleaned_attributes(dataset, types, work)
    name_patient(dataset, kept, work)
    cleaned_pixels(dataset, kept, work, blanking)
    return kept
