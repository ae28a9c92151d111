"""Settings of what displays are judged by."""

from dataclasses import dataclass

from appliance.config.setting import (
    NAME,
    PATH,
    PORT_MAXIMUM,
    Form,
    setting,
)

OPTIONAL_HOUR = Form(r"|([01]\d|2[0-3]):[0-5]\d", "empty, or a time of day such as 10:00")
PORT = Form(r"[a-z0-9-]{1,32}@/[^\s@]{1,200}", "a model and a device, such as `ls-100@/dev/ttyS0`")
ADDRESS = Form(r"[^\\]{0,1024}", "up to 1024 characters, no backslash")


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
    ports: tuple[str, ...] = setting(
        "Meters at serial ports that are not USB, which nothing tells of: model, as `appliance "
        "displayqa measure --model` has it, and device, such as `ls-100@/dev/ttyS0`. They are "
        "spoken to when somebody looks for meters.",
        (),
        form=PORT,
    )
    remind_days: int = setting(
        "Days before the last day of a display's constancy test from when on an alarm says that it "
        "is due; and after a display was entered, that it still was not accepted.",
        14,
        minimum=0,
        maximum=366,
    )
    daily_by: str = setting(
        "From when on, each day, an alarm names the displays whose daily check is not done. Empty: "
        "nobody is reminded, for the box does not know on which days a display is used.",
        "",
        form=OPTIONAL_HOUR,
    )
    send_to: tuple[str, ...] = setting(
        "Destinations that the report of each test is sent to, as a PDF in DICOM.", (), form=NAME
    )
    bind: str = setting(
        "Address to listen on where others ask what is known of displays; 0.0.0.0 is every IPv4 "
        "interface.",
        "127.0.0.1",
    )
    port: int = setting(
        "TCP port where each `[[workstation]]` can be asked for its displays by DICOM (Display "
        "System, N-GET); 0: none. Wants the pages of `[console]` enabled.",
        0,
        minimum=0,
        maximum=PORT_MAXIMUM,
    )
    institution_address: str = setting(
        "Institution Address (0008,0081), which who asks must be told.", "", form=ADDRESS
    )
