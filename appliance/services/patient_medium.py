"""A medium for one patient: identity kept, Explicit VR Little Endian, never encrypted.

**Knows:** what the Japanese societies' agreement on media handed to patients asks for: one patient,
no compression, no thin slices or moving images unless agreed.
**Does not know:** how it is written (``handing``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from pydicom import Dataset, dcmread

from appliance.config import Configuration, Media
from appliance.errors import NotFoundError, RefusedError
from appliance.media.exhibit import Exhibit, exhibit
from appliance.media.fault import Failed
from appliance.media.medium import Taken
from appliance.media.notice import Notice, label
from appliance.media.uncompressed import uncompressed
from appliance.outbox import is_sound
from appliance.services.handing import PATIENT, Handing, Load
from appliance.services.staging import stage
from appliance.sop_classes import CT_IMAGES, SECONDARY_CAPTURES
from appliance.spool import Remains, Spool

_PICTURES = frozenset({*SECONDARY_CAPTURES, *CT_IMAGES})
_OF_MOVEMENT = ("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate")


@dataclass(frozen=True, slots=True)
class Handed:
    """How it went; ``label`` is HTML for the surface of the medium, and names the patient."""

    outcome: Taken | Failed
    objects: int
    left_out: int
    label: str


def hand_out(
    configuration: Configuration,
    spool: Spool,
    handing: Handing,
    studies: Sequence[str],
    *,
    with_received: bool = False,
) -> Handed:
    """Write the reports of ``studies``, and with them what was received of them if asked.

    Images of which nothing is kept any more are left out. Raises NotFoundError for a study without
    a report, RefusedError when its report is not as it was made or gone, or the objects are of more
    than one patient or of nobody, UnreadableObjectError for pixels that cannot be decoded.
    """
    with handing.aside() as aside:
        chosen = _Chosen(configuration.media, aside)
        for path in _paths(spool, handing, studies, with_received=with_received):
            if path is None:
                chosen.left_out += 1
            else:
                chosen.add(path)
        who = chosen.one_patient()
        notice = replace(handing.notice(PATIENT, len(chosen.files)), left_out=chosen.left_out)
        staged = stage(aside, chosen.files, notice, with_pages=True)
        outcome = handing.hand(staged, Load(PATIENT, "", (), chosen.files, tuple(studies)))
        return Handed(outcome, len(chosen.files), chosen.left_out, _label(notice, who, chosen))


class _Chosen:
    """The objects that go, and whose they are."""

    def __init__(self, settings: Media, aside: Path) -> None:
        self._settings = settings
        self._aside = aside
        self._patients: dict[tuple[str, str, str], Exhibit] = {}
        self.files: list[Path] = []
        self.days: set[str] = set()
        self.left_out = 0

    def add(self, path: Path) -> None:
        """Take the object at ``path``, unless it is left out."""
        content = uncompressed(path.read_bytes())
        dataset = dcmread(BytesIO(content))
        shown = exhibit(dataset, "", None)
        self._patients[shown.patient_id, shown.birth_date, _name(dataset)] = shown
        if self._is_left_out(dataset):
            self.left_out += 1
            return
        self.days |= {shown.study_date} - {""}
        self.files.append(self._aside / f"{len(self.files):06d}")
        self.files[-1].write_bytes(content)

    def one_patient(self) -> Exhibit:
        """The patient of every object. Raises RefusedError."""
        if len(self._patients) != 1:
            what = "the objects are of more than one patient: ID, name or birth date differ"
            raise RefusedError(what, "", "export each patient to a medium of their own")
        (shown,) = self._patients.values()
        if not shown.patient_id:
            raise RefusedError("the objects have no Patient ID (0010,0020)", "", "")
        return shown

    def _is_left_out(self, dataset: Dataset) -> bool:
        if dataset.SOPClassUID not in _PICTURES:
            return False
        if "PixelData" not in dataset:
            return True  # it was only needed for its header, and its pixels are not kept
        many = _number(dataset, "NumberOfFrames", 1, unreadable=2) > 1
        if many and any(keyword in dataset for keyword in _OF_MOVEMENT):
            return not self._settings.moving_images
        is_volume = many and dataset.SOPClassUID in CT_IMAGES
        thickness = _number(dataset, "SliceThickness", self._settings.thin_below_mm, unreadable=0)
        is_thin = thickness < self._settings.thin_below_mm
        return (is_thin or is_volume) and not self._settings.thin_slices


def _number(dataset: Dataset, keyword: str, absent: float, unreadable: float) -> float:
    try:
        value = dataset.get(keyword)
        return absent if value in (None, "") else float(value)
    except (ValueError, TypeError):
        return unreadable


def _paths(
    spool: Spool, handing: Handing, studies: Iterable[str], *, with_received: bool
) -> Iterator[Path | None]:
    """Each object's file; None for one of which nothing is kept."""
    for study in studies:
        reports = handing.outbox.reports(study)
        if not reports:
            raise NotFoundError("there is no report of this study", study)
        if not is_sound(reports[-1]):
            what = "the report of this study was removed after its time, or is damaged"
            raise RefusedError(what, study, "`appliance storage missing` lists what is damaged")
        yield reports[-1].path
        remains = spool.reductions.of_study(study)
        for instance in spool.instances(study) if with_received else ():
            if instance.sop_class_uid in _PICTURES:
                is_gone = remains.get(instance.id) is Remains.NOTHING
                yield None if is_gone else spool.file(instance)


def _name(dataset: Dataset) -> str:
    """The first component group that says something: mostly the one in Latin letters."""
    groups = str(dataset.get("PatientName") or "").split("=")
    return next(filter(None, (group.strip(" ^").casefold() for group in groups)), "")


def _label(notice: Notice, who: Exhibit, chosen: _Chosen) -> str:
    return label(notice, who.patient_name, who.patient_id, sorted(chosen.days))
