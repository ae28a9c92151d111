"""Settings of the archive that studies are fetched from."""

from dataclasses import dataclass

from appliance.config.setting import (
    AE_TITLE,
    HOURS,
    OPTIONAL_AE_TITLE,
    OPTIONAL_HOST,
    PORT_MAXIMUM,
    setting,
)
from appliance.config.tls import Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSeries:
    """``[[archive.series]]``: a series that holds dose screens, by what an archive says of it."""

    description: str = setting(
        "Regular expression found in Series Description (0008,103E), case ignored; empty: any.", ""
    )
    number: int = setting("Series Number (0020,0011); -1: any.", -1, minimum=-1, maximum=2147483647)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """``[archive]``: the PACS that studies are fetched from."""

    ae_title: str = setting("Its AE title.", "ARCHIVE", form=AE_TITLE)
    host: str = setting(
        "Its host name or address; empty: nothing is fetched.", "", form=OPTIONAL_HOST
    )
    port: int = setting("Its TCP port.", 104, minimum=1, maximum=PORT_MAXIMUM)
    calling_ae_title: str = setting(
        "AE title the box calls with; empty: the receiver's.", "", form=OPTIONAL_AE_TITLE
    )
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection.", 10.0, minimum=1, maximum=300
    )
    timeout_s: float = setting(
        "Seconds to wait for an answer, or for the next object.", 60.0, minimum=1, maximum=3600
    )
    method: str = setting(
        "`get`: objects come over the association that asks for them (C-GET); `move`: the archive "
        "sends them to the box's receiver (C-MOVE), which it has to know.",
        "get",
        choices=("get", "move"),
    )
    model: str = setting(
        "Information model of C-GET and C-MOVE; queries are always Study Root.",
        "study-root",
        choices=("study-root", "patient-root"),
    )
    move_destination: str = setting(
        "AE title the archive knows the receiver by, for `move`; empty: the receiver's.",
        "",
        form=OPTIONAL_AE_TITLE,
    )
    studies_per_min: float = setting(
        "Studies fetched a minute, at most; 0: no limit.", 60.0, minimum=0, maximum=100000
    )
    hours: str = setting(
        "Hours of the day in which `appliance backfill` asks the archive, local time; empty: all.",
        "",
        form=HOURS,
    )
    most_matches: int = setting(
        "Studies of a day that an archive may leave out of a longer answer: a day with so many is "
        "asked for again in parts.",
        200,
        minimum=2,
        maximum=100000,
    )
    most_instances: int = setting(
        "A series of more objects than this holds no dose screens.", 20, minimum=1, maximum=1000
    )
    images: str = setting(
        "`needed`: one image of each series of a study whose screens do not print the phantom; "
        "`none`: never.",
        "needed",
        choices=("needed", "none"),
    )
    most_cases: int = setting(
        "Studies of one scanner that a backfill puts before a person for the same reason; the "
        "others are held until those are settled.",
        5,
        minimum=1,
        maximum=10000,
    )
    missing_every_min: float = setting(
        "Minutes between looks for studies of today of which the box has neither a dose screen nor "
        "a report; 0: never.",
        0.0,
        minimum=0,
        maximum=1440,
    )
    missing_after_min: float = setting(
        "Minutes after its Study Time (0008,0030) from which a study of today may miss something.",
        60.0,
        minimum=0,
        maximum=1440,
    )
    series: tuple[DoseSeries, ...] = setting(
        "Series that hold dose screens here, beside those that are known.", ()
    )
    tls: Tls = setting("How it is called by TLS.", factory=Tls)
