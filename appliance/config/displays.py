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
    grey_scale: str = setting(
        "Series of patterns whose eighteen levels are measured; `appliance displayqa patterns` "
        "lists them.",
        "jira-bn",
        choices=("jira-bn", "tg18-ln8", "tg270-uln8"),
    )
    beside_days: int = setting(
        "A test is compared with those of the workstation's other displays that began within so "
        "many days of it.",
        3,
        minimum=1,
        maximum=366,
    )
