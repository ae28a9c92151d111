"""What was read of images' pixels, kept so that the pixels may go. What it means is not known here.

An image with a row needs its pixels no more; one without a row keeps them.
"""

from collections.abc import Mapping

from appliance.ledger import Ledger


class ImageReadings:
    """The table ``image_reading``; a reading is a text."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, readings: Mapping[int, str]) -> None:
        """What was read of each image, by the id of its row; an empty one replaces nothing."""
        with self._ledger.transaction():
            for instance_id, sizes in readings.items():
                self._ledger.execute(
                    "INSERT INTO image_reading (instance_id, sizes) VALUES (?1, ?2)"
                    " ON CONFLICT (instance_id) DO UPDATE SET sizes = ?2 WHERE ?2 <> '[]'",
                    instance_id,
                    sizes,
                )

    def of_study(self, study_instance_uid: str) -> dict[str, str]:
        """What was read of each image of a study, by SOP Instance UID; not of one that came twice.

        Two objects of one UID differ, and a UID does not say which of them was read.
        """
        rows = self._ledger.rows(
            "SELECT sop_instance_uid, sizes FROM study_member JOIN image_reading USING"
            " (instance_id) JOIN instance ON instance.id = instance_id"
            " WHERE study_instance_uid = ? GROUP BY sop_instance_uid HAVING count(*) = 1",
            study_instance_uid,
        )
        return {str(row["sop_instance_uid"]): str(row["sizes"]) for row in rows}
