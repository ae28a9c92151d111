"""DLP of an irradiation where its images state one in a private element.

No standard attribute of an image has a DLP, and adding up slices would leave out what overranging
exposes. A private one is taken when it can only be that of the event: divided by CTDIvol it is the
length of what is imaged and of no more than one feed and one collimation beyond, and what is imaged
is longer than that, so that a DLP of two events never fits.
"""

from decimal import Decimal

from appliance.dose.plausibility import MM_PER_CM
from appliance.dose.record import Number, Sourced
from appliance.headers.private import blocks
from appliance.headers.refusal import Refusal, Why
from appliance.headers.slice import Technique
from appliance.headers.statement import COPIED, Statement, distinct, origin_at
from appliance.headers.volume import SAME_PLACE_MM

NAME, WHAT = "dlp_mgy_cm", "private DLP"


def private_dlp(said: Statement, ctdi_vol_mgy: Number | None) -> Number | None:
    """The one DLP that every image states, proven; refused when it is there and not proven."""
    slices = said.acquisition.slices
    stated = distinct(each.technique.private_dlp_mgy_cm for each in slices)
    if not stated:
        return None
    first = said.acquisition.volume.slices[0]
    if len(stated) > 1 or ctdi_vol_mgy is None or not _fits(said, stated[0] / ctdi_vol_mgy.value):
        shown = ", ".join(map(str, stated))
        refusal = Refusal(said.path(NAME), Why.DLP_OF_WHAT, WHAT, shown, first.sop_instance_uid)
        said.refusals.append(refusal)
        return None
    return Sourced(stated[0], str(stated[0]), origin_at(first, COPIED, _name()))


def _fits(said: Statement, length_cm: Decimal) -> bool:
    how = said.acquisition.volume.slices[0].technique
    imaged, beyond = said.acquisition.volume.length_mm, _beyond_mm(how)
    if imaged is None or beyond is None or imaged <= beyond:
        return False
    return imaged - SAME_PLACE_MM <= length_cm * MM_PER_CM <= imaged + beyond


def _beyond_mm(how: Technique) -> Decimal | None:
    """The most that a spiral exposes beyond its images."""
    if how.table_feed_mm is None or how.total_collimation_mm is None:
        return None
    return how.table_feed_mm + how.total_collimation_mm


def _name() -> str:
    """The element's name; one maker's images state a DLP."""
    return next(block.name(NAME) for block in blocks() if NAME in block.elements)
