"""Objects in files that nobody received: which study each is of, and what is read of it.

**Knows:** that what is said of a performed procedure step stands in files without a study.
**Does not know:** what a study's objects say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID

from appliance.config import Sources
from appliance.errors import UnreadableObjectError
from appliance.services.study_sources import ATTRIBUTES, is_read_whole
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import read_attributes, read_dataset
from appliance.spool.dataset import BROKEN, read_step


def by_study(
    paths: Iterable[Path],
) -> tuple[dict[str, list[Path]], list[tuple[Path, UnreadableObjectError]]]:
    """The files of each study, in the order given, and those that are of none.

    What creates a step was said before anything else of it.
    """
    studies: dict[str, list[Path]] = defaultdict(list)
    lost: list[tuple[Path, UnreadableObjectError]] = []
    files = list(paths)
    steps = dict(_studies_of_steps(files))
    for path in sorted(files, key=lambda each: not _creates_step(each)):
        try:
            studies[_study_of(path, steps)].append(path)
        except UnreadableObjectError as failure:
            lost.append((path, failure))
    return studies, lost


def opened(path: Path, settings: Sources) -> Dataset:
    """What understanding asks of the object; raises UnreadableObjectError."""
    if _is_step(path):
        return _step(path)
    attributes = read_attributes(path, ATTRIBUTES)
    return read_dataset(path) if is_read_whole(attributes, settings) else attributes


def _step(path: Path) -> Dataset:
    message = read_step(path)
    message.SOPClassUID = PERFORMED_PROCEDURE_STEP
    message.SOPInstanceUID = UID(_uid_of_step(path))
    return message


def _is_step(path: Path) -> bool:
    return str(_meta(path).get("MediaStorageSOPClassUID") or "") == PERFORMED_PROCEDURE_STEP


def _meta(path: Path) -> Dataset:
    try:
        return read_file_meta_info(path)
    except BROKEN:
        return FileMetaDataset()


def _study_of(path: Path, steps: Mapping[str, str]) -> str:
    if not _is_step(path):
        return str(read_attributes(path, ATTRIBUTES).StudyInstanceUID)
    if (study := steps.get(_uid_of_step(path))) is None:
        raise UnreadableObjectError("no Study Instance UID (0020,000D)", str(path))
    return study


def _studies_of_steps(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """The study of each step: only the message that creates a step names it."""
    for path in paths:
        for item in _scheduled(path):
            if study := str(item.get("StudyInstanceUID") or ""):
                yield _uid_of_step(path), study


def _creates_step(path: Path) -> bool:
    return bool(_scheduled(path))


def _scheduled(path: Path) -> Sequence[Dataset]:
    """What the step was scheduled as; nothing for any other file."""
    if not _is_step(path):
        return ()
    return list(read_step(path).get("ScheduledStepAttributesSequence") or ())


def _uid_of_step(path: Path) -> str:
    return str(_meta(path).get("MediaStorageSOPInstanceUID") or "")
