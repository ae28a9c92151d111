"""Settings of removable media."""

from dataclasses import dataclass

from appliance.config.setting import LONG_STRING, OPTIONAL_NAME, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """``[destination.medium]``: what waits until an enrolled stick takes it."""

    certificate_file: str = setting(
        "PEM certificate of whom each export is encrypted for; relative to `data_dir`. Empty: it "
        "is not encrypted.",
        "",
    )
    pages: bool = setting(
        "Write the reports as pages, too, into each export; takes a fifth of a second a report.",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """``[media]``: sticks, discs, and what a patient is handed."""

    contact: str = setting(
        "Whom to ask about a medium, such as a department and its telephone number; stands on "
        "labels and pages.",
        "",
        form=LONG_STRING,
    )
    labels: tuple[str, ...] = setting(
        "Labels of file systems: a stick that has one is enrolled without a token.", ()
    )
    thin_slices: bool = setting(
        "Put series of thin slices on a patient's medium: the site agreed so with whoever gets it.",
        default=False,
    )
    thin_below_mm: float = setting(
        "Slices thinner than this are thin. Unverified: the agreement of the societies names none.",
        3.0,
        minimum=0,
        maximum=100,
    )
    moving_images: bool = setting(
        "Put images of several frames on a patient's medium: the site agreed so.", default=False
    )
    import_key_file: str = setting(
        "PEM file with the Ed25519 public key that whatever is taken from a stick is signed by; "
        "relative to `data_dir`. Empty: nothing is.",
        "",
    )
    import_recipient: str = setting(
        "What signed imports call this box; another one's are not taken.", "", form=OPTIONAL_NAME
    )
    import_max_mib: int = setting(
        "Largest file taken from a stick, in MiB.", 2048, minimum=1, maximum=65536
    )
