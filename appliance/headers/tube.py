"""X-Ray sources: tube voltage and current of an irradiation, from its slices."""

from decimal import Decimal
from typing import Any

from appliance.dose.record import Number
from appliance.headers.element import named
from appliance.headers.refusal import Why
from appliance.headers.statement import Statement, distinct

CURRENT = "XRayTubeCurrent"
PLACES = Decimal("0.01")


def tube(said: Statement, kvp: Number | None) -> dict[str, Any]:
    """Mean and maximum tube current (TID 10013 rows 17 and 18).

    Each image states the current that it was made with; where the tube is modulated, the mean over
    the slices of one reconstruction is that over the reconstructed length.
    """
    currents = [each.tube_current_ma for each in said.acquisition.volume]
    stated = [each for each in currents if each is not None]
    if not stated:
        return {}
    if len(stated) < len(currents) or kvp is None:
        why = Why.DIFFERS if kvp is None else Why.NOT_IN_ALL
        said.refuse("tube_current_ma", why, CURRENT, distinct(currents))
        return {}
    if len(set(stated)) == 1:
        only = said.agreed("tube_current_ma", CURRENT, lambda each: each.tube_current_ma)
        return {"tube_current_ma": only, "tube_current_max_ma": only}
    mean = (sum(stated, Decimal(0)) / len(stated)).quantize(PLACES)
    detail = f"{named(CURRENT)} of {len(stated)} images"
    return {
        "tube_current_ma": said.computed(mean, f"mean of {detail}"),
        "tube_current_max_ma": said.computed(max(stated), f"greatest of {detail}"),
    }
