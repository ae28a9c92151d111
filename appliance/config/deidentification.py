"""Settings of what the house keeps about what left without identity."""

from dataclasses import dataclass

from appliance.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentification:
    """``[deidentification]``: what the house keeps about what left without identity."""

    keep_table: bool = setting(
        "Note what each pseudonym that leaves stands for, encrypted with the site's key, in "
        "`reidentification.table` of `data_dir`. Without it `appliance reidentify` needs the "
        "objects.",
        default=False,
    )
