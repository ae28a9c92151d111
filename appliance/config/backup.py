"""Settings of backups of the whole box."""

from dataclasses import dataclass

from appliance.config.setting import FILE, OPTIONAL_NAME, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """``[backup]``: copies of the whole box, encrypted, to put another box in its place."""

    stick: str = setting(
        "Name of the enrolled stick that stays plugged in and takes a backup every day; empty: "
        "none.",
        "",
        form=OPTIONAL_NAME,
    )
    folder: str = setting(
        "Folder that takes it instead, such as a file server's that is mounted; empty: none.",
        "",
        form=FILE,
    )
    passphrase_file: str = setting(
        "File with the passphrase that opens the backups, in its first line; empty: none does.",
        "",
        form=FILE,
    )
    recipients: tuple[str, ...] = setting(
        "Public keys (`age1…`) whose holders can open the backups, with the passphrase or without "
        "one; `appliance backup key` makes such a pair.",
        (),
    )
    objects: str = setting(
        "Received objects that go along: `needed` are those that may not go by `[retention]`, "
        "`evidence` also dose screens, dose reports and performed procedure steps, `all` is "
        "everything.",
        "evidence",
        choices=("needed", "evidence", "all"),
    )
    keep: int = setting("Backups of this box that stay on a medium.", 7, minimum=1, maximum=1000)
    overdue_days: float = setting(
        "Days without a backup after which an alarm is raised, once a stick or folder is named.",
        3.0,
        minimum=0.1,
        maximum=365,
    )
    box_dir: str = setting(
        "Folder with the configuration, secrets and keys of the box, which go along; one that is "
        "not there is left out.",
        "/data/box",
        form=FILE,
    )

    @property
    def is_scheduled(self) -> bool:
        """Whether a backup is made every day."""
        return bool(self.stick or self.folder)
