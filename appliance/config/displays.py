"""Settings of what displays are judged by."""

from dataclasses import dataclass

from appliance.config.setting import PATH, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayQa:
    """``[displayqa]``: quality assurance of displays."""

    rulesets: str = setting(
        "Folder of the site's own rulesets; one there takes the place of the shipped one of its "
        "name. Relative to `data_dir`.",
        "displayqa-rulesets",
        form=PATH,
    )
