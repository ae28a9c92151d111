"""One object being de-identified: what is asked, and what was found and done so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.deidentify.moment import Moments
from appliance.deidentify.option import Option
from appliance.deidentify.outcome import Hindrance, Reason
from appliance.deidentify.preset import Preset
from appliance.deidentify.pseudonym import Pseudonyms, is_of_the_standard

LocalCodes = Mapping[tuple[str, str], str]


@dataclass(slots=True)
class Work:
    """Filled while the object is walked through.

    Attributes:
        preset: What may stay.
        pseudonyms: Of the project.
        moments: What becomes of the patient's dates and times.
        local_codes: Code Meanings of the site's own codes that it says name nobody, by Coding
            Scheme Designator and Code Value.
        applied: Options that decided about something in this object.
        reasons: Why it cannot leave; empty: it can.
        removed_items: Content items that were removed.
        references: References from one content item to another by its place.
    """

    preset: Preset
    pseudonyms: Pseudonyms
    moments: Moments
    local_codes: LocalCodes = field(default_factory=dict)
    applied: set[Option] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)
    removed_items: int = 0
    references: int = 0

    def may(self, option: Option) -> bool:
        """Whether the preset has ``option``; it then counts as applied."""
        if option in self.preset.options:
            self.applied.add(option)
            return True
        return False

    def hinder(self, hindrance: Hindrance, detail: str = "") -> None:
        """Note a reason, once."""
        reason = Reason(hindrance, detail)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def uid(self, original: str) -> str:
        """What stands for a UID: itself if it is the standard's, or UIDs are retained."""
        original = original.strip("\0 ")
        if not original or is_of_the_standard(original):
            return original
        if self.may(Option.RETAIN_UIDS):
            return original if is_uid(original) else ""
        return self.pseudonyms.uid(original)


def is_uid(text: str) -> bool:
    """Whether ``text`` is made of what UIDs are made of; old scanners' leading zeros count."""
    return len(text) <= 64 and not set(text) - set("0123456789.")  # noqa: PLR2004 - PS3.5 9.1
