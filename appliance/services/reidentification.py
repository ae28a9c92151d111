"""From a pseudonym back to what it stands for: by making the pseudonyms of what the house has anew.

There is no table to steal: without the site's key, or without the objects, nothing comes back.

**Knows:** which identifiers of an object are replaced by pseudonyms.
**Does not know:** who asks and why (the command and the journal), and where the key lies.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydicom import Dataset

from appliance.deidentify import Pseudonyms
from appliance.errors import UnreadableObjectError
from appliance.spool import read_dataset


def originals(
    files: Iterable[Path], pseudonyms: Pseudonyms, asked: Sequence[str]
) -> dict[str, str]:
    """Pseudonym → Patient ID or UID, of those asked for that stand in ``files``."""
    wanted, found = set(asked), dict[str, str]()
    for file in files:
        if not wanted:
            break
        try:
            dataset = read_dataset(file)
        except UnreadableObjectError:
            continue
        for pseudonym, original in _replaced(dataset, pseudonyms):
            if pseudonym in wanted:
                wanted.discard(pseudonym)
                found[pseudonym] = original
    return found


def _replaced(dataset: Dataset, pseudonyms: Pseudonyms) -> list[tuple[str, str]]:
    """Each identifier of the object with its pseudonym before it."""
    patient = str(dataset.get("PatientID") or "").strip()
    uids = {
        str(uid)
        for element in dataset.iterall()
        if element.VR == "UI" and element.value
        for uid in ([element.value] if isinstance(element.value, str) else element.value)
    }
    return [
        (pseudonyms.patient(patient), patient),
        *((pseudonyms.uid(uid), uid) for uid in sorted(uids)),
    ]
