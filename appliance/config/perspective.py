"""Settings of what doses are compared with and converted by."""

from dataclasses import dataclass

from appliance.config.setting import CODE_NAME, LONG_STRING, NAME, PATH, setting

MOST_MGY = 100_000
MOST_AGE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Drl:
    """``[drl]``: the reference levels that the site's doses are compared with."""

    edition: str = setting(
        "Edition of the reference levels: `japan-2015`, `japan-2020`, `japan-2025`, or one of the "
        "site's own tables.",
        "japan-2025",
        form=NAME,
    )
    tables: str = setting(
        "Folder of the site's own tables; a table there takes the place of the shipped one of its "
        "edition. Relative to `data_dir`.",
        "drl",
        form=PATH,
    )
    procedures: str = setting(
        "The site's table from procedure codes (JJ1017) to examinations, a CSV file; relative to "
        "`data_dir`. No file: no code is known.",
        "drl-procedures.csv",
        form=PATH,
    )
    minimum_studies: int = setting(
        "Studies of an examination from which on a median above a verified figure raises an alarm; "
        "fewer are marked as few.",
        20,
        minimum=1,
        maximum=100000,
    )
    months: int = setting(
        "Months back over which the box itself compares.", 12, minimum=1, maximum=120
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAlert:
    """``[[dose_alert]]``: a value of the site above which someone should look at the study."""

    name: str = setting("Name in alarms.", required=True, form=NAME)
    ctdi_vol_mgy: float = setting(
        "CTDIvol of an event; 0: not looked at.", 0.0, minimum=0, maximum=MOST_MGY
    )
    dlp_mgy_cm: float = setting(
        "DLP of an event; 0: not looked at.", 0.0, minimum=0, maximum=1_000_000
    )
    study_dlp_mgy_cm: float = setting(
        "Sum of the DLPs of all events of a study that the entry is for; 0: not looked at.",
        0.0,
        minimum=0,
        maximum=1_000_000,
    )
    region: str = setting(
        "Only events of that Target Region, a name from docs/rdsr.md; empty: any.",
        "",
        form=CODE_NAME,
    )
    phantom: str = setting("Only events with that phantom.", "", choices=("", "HEAD16", "BODY32"))
    label: str = setting(
        "Regular expression that the scan's label must match as a whole, case ignored.", ".*"
    )
    from_age_years: float = setting(
        "Youngest age of the patient.", 0.0, minimum=0, maximum=MOST_AGE
    )
    below_age_years: float = setting(
        "Oldest age, not included; 0: no end. A patient of unknown age is looked at too.",
        0.0,
        minimum=0,
        maximum=MOST_AGE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionFactor:
    """``[[effective_dose.factor]]``: one factor, and what it holds for."""

    region: str = setting(
        "Target Region it holds for, a name from docs/rdsr.md.", required=True, form=CODE_NAME
    )
    phantom: str = setting(
        "Phantom that the DLP is stated for.", required=True, choices=("HEAD16", "BODY32")
    )
    from_age_years: float = setting("Youngest age it holds for.", 0.0, minimum=0, maximum=MOST_AGE)
    below_age_years: float = setting(
        "Oldest age, not included; 0: no end.", 0.0, minimum=0, maximum=MOST_AGE
    )
    msv_per_mgy_cm: float = setting(
        "The factor, in mSv/(mGy.cm).", required=True, minimum=0.00001, maximum=1
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveDose:
    """``[effective_dose]``: factors the site answers for; none: reports hold no effective dose."""

    method: str = setting(
        "How the factors were obtained (CID 10011): from a computation, or from a measurement.",
        "DLP_COMPUTED",
        choices=("DLP_COMPUTED", "DLP_MEASURED"),
    )
    reference_authority: str = setting(
        "Whose tissue weighting factors they rest on (CID 10015).",
        "ICRP103",
        choices=("ICRP60", "ICRP103"),
    )
    patient_model: str = setting(
        "The model of a computation; required with factors that were computed.",
        "",
        form=LONG_STRING,
    )
    phantom_type: str = setting(
        "The phantom of a measurement; required with factors that were measured.",
        "",
        form=LONG_STRING,
    )
    dosimeter_type: str = setting(
        "The dosimeter of a measurement; required with factors that were measured.",
        "",
        form=LONG_STRING,
    )
    factor: tuple[ConversionFactor, ...] = setting("The factors; none is shipped.", ())
