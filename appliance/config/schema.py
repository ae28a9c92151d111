"""Every setting as a frozen dataclass field with its bounds and its meaning.

``docs/configuration.md`` is checked against this module, and ``load`` reads by it.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance.config.archive import Archive
from appliance.config.audit import Audit
from appliance.config.backup import Backup
from appliance.config.commitment import Commitment, ScannerCommitment
from appliance.config.console import Console
from appliance.config.deidentification import Deidentification
from appliance.config.destination import Destination
from appliance.config.displays import DisplayQa
from appliance.config.machine import FrontPanel, MachineLimits, Timekeeping
from appliance.config.media import Media
from appliance.config.meter import Meter
from appliance.config.mqtt import Mqtt
from appliance.config.perspective import DoseAlert, Drl, EffectiveDose
from appliance.config.retention import Preservation, Retention
from appliance.config.route import Route
from appliance.config.setting import (
    AE_TITLE,
    CHARACTER_SETS,
    CODE_NAME,
    LONG_STRING,
    NAME,
    OPTIONAL_AE_TITLE,
    OPTIONAL_SHORT_STRING,
    PATH,
    PORT_MAXIMUM,
    SHORT_STRING,
    setting,
)
from appliance.config.sources import Sources
from appliance.config.tls import Certificates, ReceiverTls
from appliance.config.updates import Updates
from appliance.config.vpn import Vpn
from appliance.config.worklist import Worklist
from appliance.config.workstation import Workstation

PHANTOMS = ("HEAD16", "BODY32")
TIERS = ("bronze", "silver", "gold", "none")
ACQUISITION_TYPES = ("SEQUENCED", "SPIRAL", "CONSTANT_ANGLE", "STATIONARY", "FREE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``[site]``: where the box stands."""

    institution_name: str = setting(
        "Institution Name (0008,0080) of reports whose study names none.", "", form=LONG_STRING
    )
    language: str = setting(
        "Language of messages for people.", "auto", choices=("auto", "en", "ja")
    )
    japanese_font: str = setting(
        "Font file for Japanese text in pictures; empty: that of a Debian font package "
        "(fonts-vlgothic, fonts-ipafont-gothic, fonts-noto-cjk), else pictures are in English.",
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """``[receiver]``: the Storage, MPPS and Verification SCP."""

    ae_title: str = setting("AE title of the box.", "DOSEBOX", form=AE_TITLE)
    bind: str = setting("Address to listen on; 0.0.0.0 is every IPv4 interface.", "127.0.0.1")
    port: int = setting("TCP port to listen on.", 11112, minimum=1, maximum=PORT_MAXIMUM)
    callers: str = setting(
        "`open` lets anybody call; `listed` only the AE titles and addresses of [[scanner]], and "
        "destinations that are asked to commit.",
        "open",
        choices=("open", "listed"),
    )
    require_called_ae_title: bool = setting(
        "Refuse associations that call another AE title than `ae_title`.", default=False
    )
    max_associations: int = setting("Associations served at a time.", 20, minimum=1, maximum=500)
    max_associations_per_address: int = setting(
        "Associations served at a time for one address.", 8, minimum=1, maximum=500
    )
    acse_timeout_s: float = setting(
        "Seconds a connection may stay silent before its association request.",
        5.0,
        minimum=1,
        maximum=60,
    )
    dimse_timeout_s: float = setting(
        "Seconds to wait for the rest of a message.", 60.0, minimum=1, maximum=3600
    )
    network_timeout_s: float = setting(
        "Seconds an association may stay idle.", 120.0, minimum=1, maximum=86400
    )
    max_pdu_bytes: int = setting(
        "Largest PDU the box offers to receive.", 131072, minimum=4096, maximum=1048576
    )
    min_free_mib: int = setting(
        "Free disk space under which objects are refused with 0xA700, in MiB.",
        512,
        minimum=1,
        maximum=1048576,
    )
    tls: ReceiverTls = setting("The port where associations come by TLS.", factory=ReceiverTls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """``[recogniser]``: from objects to reports."""

    settle_s: float = setting(
        "Seconds a study must be quiet before it is reported, unless all its pages are there.",
        60.0,
        minimum=0,
        maximum=86400,
    )
    settle_in_progress_s: float = setting(
        "The same while a performed procedure step of the study is IN PROGRESS; it is then not "
        "looked at before, even with all its pages.",
        1800.0,
        minimum=0,
        maximum=86400,
    )
    poll_s: float = setting("Seconds between looks at the spool.", 1.0, minimum=0.05, maximum=60)
    tesseract: str = setting(
        "The tesseract program, a name on PATH or a path.", "tesseract", form=PATH
    )
    tesseract_timeout_s: float = setting(
        "Seconds one tesseract run may take.", 30.0, minimum=1, maximum=600
    )
    layouts: str = setting(
        "Folder of the site's own layouts, where `appliance teach` puts them; relative to "
        "`data_dir`.",
        "layouts",
        form=PATH,
    )
    trusted_tier: str = setting(
        "Tier of layouts from which on no person need confirm what was read; `none`: no tier is "
        "enough. `appliance layouts` lists the tiers.",
        "silver",
        choices=TIERS,
    )
    confirm_first: int = setting(
        "Studies of a scanner that a person confirms one after the other, for each layout below "
        "`trusted_tier`, before its studies pass by themselves; 0: none.",
        3,
        minimum=0,
        maximum=1000,
    )
    confirm_always: bool = setting(
        "Have every study of a layout below `trusted_tier` confirmed, not only the first.",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``[report]``: the equipment that a report names as its maker."""

    manufacturer: str = setting("Manufacturer (0008,0070).", "dose-appliance", form=LONG_STRING)
    model_name: str = setting(
        "Manufacturer's Model Name (0008,1090).", "dose-appliance", form=LONG_STRING
    )
    device_serial_number: str = setting(
        "Device Serial Number (0018,1000) of the box; `auto` derives one from /etc/machine-id.",
        "auto",
        form=LONG_STRING,
    )
    series_number: int = setting(
        "Series Number (0020,0011) of reports.", 897, minimum=0, maximum=2147483647
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``[[scanner.rule]]``: what a scanner's screen does not print, set at commissioning."""

    label: str = setting(
        "Regular expression that the scan's printed label must match as a whole, case ignored.",
        ".*",
    )
    phantom: str = setting("Phantom the dose is stated for.", "", choices=("", *PHANTOMS))
    acquisition_type: str = setting("CT Acquisition Type.", "", choices=("", *ACQUISITION_TYPES))
    target_region: str = setting(
        "Target Region, a name from docs/rdsr.md such as `HEAD` or `CHEST`.", "", form=CODE_NAME
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """``[[scanner]]``: one CT that may send."""

    name: str = setting("Name in logs and status.", required=True, form=NAME)
    ae_title: str = setting("Its AE title; empty: any.", "", form=OPTIONAL_AE_TITLE)
    address: str = setting("Its IP address or network (CIDR); empty: any.", "")
    manufacturer: str = setting("Manufacturer (0008,0070) the rules apply to; empty: any.", "")
    device_serial_number: str = setting(
        "Device Serial Number (0018,1000) the rules apply to; empty: any.", ""
    )
    character_set: str = setting(
        "Encoding of text in objects that declare none, or the wrong one.",
        "",
        choices=CHARACTER_SETS,
    )
    certificate_name: str = setting(
        "Name that its certificate must bear, as DNS name, address or, without these, common name; "
        "without such a certificate its AE title and address are refused. Empty: none is asked.",
        "",
    )
    commitment: ScannerCommitment = setting(
        "Where and how it is told what is committed.", factory=ScannerCommitment
    )
    rule: tuple[Rule, ...] = setting("Rules, the first that matches counts.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class JJ1017:
    """``[jj1017]``: how the code of the examination is written into reports."""

    table: str = setting(
        "The site's table from its own codes to JJ1017, a CSV file; relative to `data_dir`. No "
        "file: only codes that are JJ1017 already are written.",
        "jj1017.csv",
        form=PATH,
    )
    placement: str = setting(
        "Where reports hold the code: Performed Procedure Code Sequence (0040,A372), Procedure "
        "Code Sequence (0008,1032), both, or nowhere. Unverified.",
        "performed-procedure",
        choices=("performed-procedure", "procedure", "both", "nowhere"),
    )
    designator_10: str = setting(
        "Coding Scheme Designator (0008,0102) of ten digits. Unverified.",
        "JJ1017-16M",
        form=SHORT_STRING,
    )
    designator_16m: str = setting(
        "Coding Scheme Designator of the first sixteen digits. Unverified.",
        "JJ1017-16M",
        form=SHORT_STRING,
    )
    designator_16s: str = setting(
        "Coding Scheme Designator of the last sixteen digits. Unverified.",
        "JJ1017-16S",
        form=SHORT_STRING,
    )
    scheme_version: str = setting(
        "Coding Scheme Version (0008,0103); empty: none is written. Unverified.",
        "3.4",
        form=OPTIONAL_SHORT_STRING,
    )
    meaning: str = setting(
        "Code Meaning (0008,0104): that of the site's `table`, or that which came with the "
        "`order`'s code; where one has none, the other. Unverified.",
        "table",
        choices=("table", "order"),
    )
    write_16s: bool = setting(
        "Write the last sixteen of 32 digits as a second code; else only the first sixteen.",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The whole file."""

    data_dir: Path = setting(
        "Folder for everything the box keeps; relative to the folder of this file.",
        Path("/var/lib/dose-appliance"),
        form=PATH,
    )
    run_dir: Path = setting(
        "Folder for what holds until the next start of the machine: what the front panel shows and "
        "is asked. It may be missing.",
        Path("/run/dose-appliance"),
        form=PATH,
    )
    log_level: str = setting(
        "Least severe lines to log.", "info", choices=("info", "warning", "error")
    )
    site: Site = setting("Where the box stands.", factory=Site)
    receiver: Receiver = setting("The Storage, MPPS and Verification SCP.", factory=Receiver)
    recogniser: Recogniser = setting("From objects to reports.", factory=Recogniser)
    report: Report = setting("The equipment named in reports.", factory=Report)
    sources: Sources = setting(
        "What completes and checks dose screens, and what is reported without one.",
        factory=Sources,
    )
    worklist: Worklist = setting(
        "The RIS that is asked for the order of a study.", factory=Worklist
    )
    jj1017: JJ1017 = setting(
        "How the code of the examination is written into reports.", factory=JJ1017
    )
    archive: Archive = setting("The PACS that studies are fetched from.", factory=Archive)
    commitment: Commitment = setting(
        "What is answered to those who ask the box to keep objects.", factory=Commitment
    )
    audit: Audit = setting(
        "The site's audit repository, which is told what happens here.", factory=Audit
    )
    certificates: Certificates = setting(
        "The watch over every certificate file that is named here.", factory=Certificates
    )
    deidentification: Deidentification = setting(
        "What leaves without identity, and what the house keeps about it.", factory=Deidentification
    )
    retention: Retention = setting("How long what is needed no more is kept.", factory=Retention)
    preservation: Preservation = setting(
        "Checks that what is kept is as it was, and that the archive has it.", factory=Preservation
    )
    media: Media = setting("Sticks, discs, and what a patient is handed.", factory=Media)
    updates: Updates = setting("New versions of the whole system.", factory=Updates)
    backup: Backup = setting("Copies of the whole box, encrypted.", factory=Backup)
    drl: Drl = setting("The reference levels that the site's doses are compared with.", factory=Drl)
    console: Console = setting("The pages of the box, for browsers.", factory=Console)
    mqtt: Mqtt = setting("The broker that is told how the box is.", factory=Mqtt)
    displayqa: DisplayQa = setting("What displays are judged by.", factory=DisplayQa)
    effective_dose: EffectiveDose = setting(
        "Factors for effective dose that the site answers for; without any there is none.",
        factory=EffectiveDose,
    )
    dose_alert: tuple[DoseAlert, ...] = setting(
        "The site's alert values: a study above one raises an alarm.", ()
    )
    vpn: Vpn = setting("The site's tunnel.", factory=Vpn)
    clock: Timekeeping = setting(
        "When something is wrong with the box's clock.", factory=Timekeeping
    )
    machine: MachineLimits = setting(
        "From when on the machine's own state is an alarm.", factory=MachineLimits
    )
    front_panel: FrontPanel = setting(
        "The lights and the button, and the input of power-fail.", factory=FrontPanel
    )
    scanner: tuple[Scanner, ...] = setting("The CTs that may send.", ())
    destination: tuple[Destination, ...] = setting("Where reports and what is received go.", ())
    meter: tuple[Meter, ...] = setting("The luminance meters and their certificates.", ())
    workstation: tuple[Workstation, ...] = setting(
        "The workstations that others may ask about by DICOM.", ()
    )
    rule: tuple[Route, ...] = setting(
        "What is done with what is received: the first rule that an object matches counts.", ()
    )

    @property
    def ledger_path(self) -> Path:
        """The SQLite file all services share."""
        return self.data_dir / "ledger.sqlite"

    @property
    def spool_dir(self) -> Path:
        """Objects as received."""
        return self.data_dir / "spool"

    @property
    def outbox_dir(self) -> Path:
        """Reports made here."""
        return self.data_dir / "outbox"

    @property
    def layouts_dir(self) -> Path:
        """The site's own layouts."""
        return self.data_dir / self.recogniser.layouts

    @property
    def orders_dir(self) -> Path:
        """What the RIS answered about each study."""
        return self.data_dir / "orders"

    @property
    def code_table(self) -> Path:
        """The site's table of JJ1017 codes."""
        return self.data_dir / self.jj1017.table

    @property
    def quarantine_dir(self) -> Path:
        """Evidence of studies that wait for a person."""
        return self.data_dir / "quarantine"
