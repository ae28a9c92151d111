"""Settings of what leaves without identity, and what the house keeps about it."""

from dataclasses import dataclass

from appliance.config.setting import SHORT_STRING, Form, setting

MEANING = Form(r"(?=.*\S)[^\\]{1,64}", "1 to 64 characters, no backslash")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCode:
    """``[[deidentification.local_code]]``: a code of the house that names no person."""

    scheme: str = setting(
        "Its Coding Scheme Designator (0008,0102), such as `99HOSP`.",
        required=True,
        form=SHORT_STRING,
    )
    value: str = setting("Its Code Value (0008,0100).", required=True, form=SHORT_STRING)
    meaning: str = setting(
        "The Code Meaning (0008,0104) that leaves with it, whatever the object says.",
        required=True,
        form=MEANING,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentification:
    """``[deidentification]``: what may leave, and what the house keeps about what left."""

    keep_table: bool = setting(
        "Note what each pseudonym that leaves stands for, encrypted with the site's key, in "
        "`reidentification.table` of `data_dir`. Without it `appliance reidentify` needs the "
        "objects.",
        default=False,
    )
    local_code: tuple[LocalCode, ...] = setting(
        "Codes of the house that name no person. Where institution identity is retained they leave "
        "with the meaning given here; of any other local code the meaning is cleaned.",
        (),
    )
