"""What an archive has that says something of one study's dose, and bringing it here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance import config
from appliance.retrieve.archive import Archive
from appliance.retrieve.identifier import SeriesMatch
from appliance.retrieve.series import (
    SCREENS_AND_REPORTS,
    Selection,
    may_hold_dose,
    may_hold_images,
    selection,
)
from appliance.sop_classes import CT_IMAGES
from appliance.spool import Spool


@dataclass(frozen=True, slots=True)
class StudyRetriever:
    """Looks into studies of ``archive``, and fetches into ``spool`` what is worth it.

    Every call raises as the archive does.
    """

    archive: Archive
    spool: Spool
    settings: config.Archive

    def look(self, study: str, modality: str) -> list[Selection]:
        """What is to be fetched of a study; nothing when it has no series of ``modality``."""
        series = self.archive.series(study)
        if not any(each.modality == modality for each in series):
            return []
        return list(self._selected(study, series))

    def fetch(self, study: str, selected: Sequence[Selection]) -> frozenset[str]:
        """Bring them here; the SOP Instance UIDs of what did not come."""
        missing: frozenset[str] = frozenset()
        for each in selected:
            uid = each.series_instance_uid
            missing |= self.archive.fetch(study, uid, each.instances, whole=each.whole).missing
            if each.others and self._says_dose(each.instances[0]):
                missing |= self.archive.fetch(study, uid, each.others).missing
        return missing

    def fetch_images(self, study: str) -> int:
        """Bring one image of each series of images here; how many are here then."""
        count = 0
        for each in filter(may_hold_images, self.archive.series(study)):
            uid = each.series_instance_uid
            instances = self.archive.instances(study, uid)
            image = next((i for i in instances if i.sop_class_uid in {"", *CT_IMAGES}), None)
            if len(instances) > 1 and image is not None:
                wanted = [image.sop_instance_uid]
                count += not self.archive.fetch(study, uid, wanted).missing
        return count

    def _selected(self, study: str, series: Sequence[SeriesMatch]) -> Iterator[Selection]:
        for each in series:
            if may_hold_dose(each, self.settings):
                instances = self.archive.instances(study, each.series_instance_uid)
                found = selection(each, instances, self.settings)
                if found is not None:
                    yield found

    def _says_dose(self, instance: str) -> bool:
        return any(sop_class in SCREENS_AND_REPORTS for sop_class in self.spool.classes(instance))
