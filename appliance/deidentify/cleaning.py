"""From the bytes of an object to those of its de-identified likeness, or to the reasons why not."""

from appliance.deidentify.outcome import Cleaned, Hindrance, Reason, Unclean
from appliance.deidentify.preset import Preset
from appliance.deidentify.pseudonym import Pseudonyms
from appliance.deidentify.screen import Blanking, no_blanking


def cleaned(
    content: bytes,  # noqa: ARG001
    preset: Preset,  # noqa: ARG001
    pseudonyms: Pseudonyms,  # noqa: ARG001
    blanking: Blanking = no_blanking,  # noqa: ARG001
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

    Returns:
        ``Cleaned``, Explicit VR Little Endian with new File Meta Information, or ``Unclean``: the
        object must not leave. Nothing is raised for bytes that are no DICOM.
    """
    return Unclean((Reason(Hindrance.UNREADABLE, "de-identification is being built"),))
