"""Settings of what beside dose screens is believed, and when."""

from dataclasses import dataclass

from appliance.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """``[sources]``: what completes and checks dose screens, and what is reported without one."""

    images: bool = setting(
        "Complete and check what was read with the headers of the study's images.", default=True
    )
    performed_steps: bool = setting(
        "Complete and check it with what the CT says by MPPS.", default=True
    )
    report_without_screen: bool = setting(
        "Report a study without a dose screen when its images or performed steps state its dose; "
        "what they do not state, such as DLP, is unknown in that report.",
        default=True,
    )
    wait_for_screen_s: float = setting(
        "Seconds a study must be quiet before it is reported without a dose screen.",
        1800.0,
        minimum=0,
        maximum=86400,
    )
    ctdi_vol_tolerance_percent: float = setting(
        "How far the CTDIvol of the images may be from that of the screen before a person is "
        "asked; 0: no farther than rounding.",
        0.0,
        minimum=0,
        maximum=50,
    )
    size_specific_dose: bool = setting(
        "Measure the patient in axial images and report SSDE where the method's conditions hold.",
        default=True,
    )
    native_report: str = setting(
        "What becomes of the CT's own dose report: `pass` sends it on unchanged, `complete` with "
        "order and codes that it lacks, `keep` not at all. Either way the study gets no other.",
        "pass",
        choices=("pass", "complete", "keep"),
    )
