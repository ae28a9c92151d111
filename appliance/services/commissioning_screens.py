"""The first screens of a new CT: how many came, which wait, and how many persons confirmed.

**Knows:** what the settings want confirmed, and how far that is.
**Does not know:** how a screen is confirmed (``settling``): that is done where studies wait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.commissioning import Finding, Verdict, What
from appliance.commissioning.arrivals import Arrived
from appliance.config import Configuration
from appliance.dose.doubt import Reason
from appliance.quarantine import Case, Confirmations, Quarantine

REPORTED = "reported"
CONFIRM_THEM = (
    "Compare each with its picture where studies wait, and confirm or correct it.",
    "保留の画面で、画像と照合して確認または訂正してください。",
)
SEND_SOME = (
    "Send a study with its dose screen from the CT.",
    "CT から線量画面を含む検査を送信してください。",
)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How far confirming is, of a scanner and a layout; ``scanner`` begins with its AE title."""

    scanner: str
    layout: str
    count: int
    wanted: int

    @property
    def is_enough(self) -> bool:
        """Whether further studies pass by themselves."""
        return self.count >= self.wanted


def confirmed(
    configuration: Configuration,
    studies: Sequence[Arrived],
    quarantine: Quarantine,
    confirmations: Confirmations,
) -> list[Confirmed]:
    """Of every scanner and layout of these studies that persons are to confirm."""
    pairs: dict[tuple[str, str], str] = {}
    for each in studies:
        case = None if each.case_id is None else quarantine.case(each.case_id)
        if case is not None and _is_to_confirm(case):
            pair = str(case.evidence["scanner"]), str(case.evidence["layout"])
            pairs.setdefault(pair, each.calling_ae)
    wanted = configuration.recogniser.confirm_first
    return [
        Confirmed(f"{caller} ({pair[0]})", pair[1], confirmations.count(*pair), wanted)
        for pair, caller in pairs.items()
    ]


def screens(studies: Sequence[Arrived], known: Sequence[Confirmed]) -> Iterator[Finding]:
    """What is to be said of them."""
    if not studies:
        yield Finding.of(Verdict.BAD, What.NO_STUDY, SEND_SOME)
        return
    reported = sum(each.outcome == REPORTED for each in studies)
    told = {"studies": len(studies), "reported": reported}
    yield Finding.of(
        Verdict.GOOD if reported else Verdict.DOUBTFUL, What.STUDIES_ARRIVED, None, **told
    )
    for each in known:
        verdict = Verdict.GOOD if each.is_enough else Verdict.BAD
        what = What.SCREENS_CONFIRMED if each.is_enough else What.SCREENS_TO_CONFIRM
        told_of = {"scanner": each.scanner, "layout": each.layout}
        remedy = None if each.is_enough else CONFIRM_THEM
        count, wanted = each.count, each.wanted
        yield Finding.of(verdict, what, remedy, count=count, wanted=wanted, **told_of)
    if not known:
        yield Finding.of(Verdict.NOTED, What.NO_CONFIRMATION_ASKED)
    waiting = sum(each.open_case_id is not None for each in studies)
    if waiting:
        yield Finding.of(Verdict.DOUBTFUL, What.STUDIES_WAIT, CONFIRM_THEM, studies=waiting)


def _is_to_confirm(case: Case) -> bool:
    facts = {"scanner", "layout"} <= case.evidence.keys()
    return facts and any(each.reason is Reason.CONFIRMATION_NEEDED for each in case.doubts)
