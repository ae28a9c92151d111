"""What is said of a whole medium: README.TXT, and the label for printing."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from appliance.media.words import both, joined

README = "README.TXT"
LINE = "\r\n"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells editors of old systems that the Japanese is UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What stands on a medium beside its objects.

    Attributes:
        use: ``patient`` or ``registry``.
        institution: Who hands it out; empty if the site did not say.
        contact: Whom to ask about it.
        made_on: Day it was made, ``2026-11-21``.
        software: Name and version of what made it.
        objects: How many DICOM files.
        cleaning: The preset it was de-identified by; ``none``: identity is kept.
        recipient: Whom it is encrypted for; empty: it is not.
        left_out: Objects that were left out as thin slices or moving images.
    """

    use: str
    institution: str
    contact: str
    made_on: str
    software: str
    objects: int
    cleaning: str = "none"
    recipient: str = ""
    left_out: int = 0

    def facts(self) -> list[tuple[str, str]]:
        """The rows of the table that README, page and label share: name, value."""
        identity = (
            joined("identified")
            if self.cleaning == "none"
            else f"{joined('deidentified')}: {self.cleaning}"
        )
        rows = [
            (joined("institution"), self.institution),
            (joined("contact"), self.contact),
            (joined("made_on"), self.made_on),
            (joined("objects"), str(self.objects)),
            (joined("content"), identity),
            (joined("recipient"), self.recipient),
            (joined("left_out"), str(self.left_out) if self.left_out else ""),
            (joined("software"), self.software),
        ]
        return [(name, value) for name, value in rows if value]

    def sentences(self) -> list[str]:
        """What a reader has to know, English before Japanese."""
        names = [f"purpose_{self.use}", "nothing_starts", "usb"]
        names += ["encrypted"] if self.recipient else ["not_for_diagnosis", "not_dicom", "check"]
        return [sentence for name in names for sentence in both(name)]


def write_readme(folder: Path, notice: Notice) -> None:
    """README.TXT, UTF-8 with line ends that every editor takes."""
    lines = [joined(f"title_{notice.use}"), "", *notice.sentences(), ""]
    lines += [f"{name}: {value}" for name, value in notice.facts()]
    (folder / README).write_bytes((BOM + LINE.join([*lines, ""])).encode("utf-8"))


def label(notice: Notice, patient_name: str, patient_id: str, study_dates: list[str]) -> str:
    """An HTML page of 12 cm for the surface of the medium; it names the patient."""
    rows = [
        (joined("label_patient"), patient_name),
        (joined("patient_id"), patient_id),
        (joined("study_date"), ", ".join(study_dates)),
        *notice.facts(),
    ]
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    contents = "".join(f"<p>{escape(each)}</p>" for each in both("not_dicom"))
    return (
        '<!DOCTYPE html><html lang="ja"><meta charset="utf-8">'
        f"<title>{escape(joined('title_patient'))}</title><style>{_STYLE}</style>"
        f"<body><h1>{escape(joined('title_patient'))}</h1><dl>{cells}</dl>{contents}</body></html>"
    )


_STYLE = (
    "body{font-family:sans-serif;width:11.6cm;margin:2mm;font-size:8pt}h1{font-size:11pt}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:1mm 3mm;margin:0}"
    "dt{color:#444}dd{margin:0;font-weight:bold}p{margin:1mm 0}"
)
