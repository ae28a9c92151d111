"""Whatever reads the display under test, as a session asks it: a meter, a program or a person."""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure
from appliance.displayqa.sessions.happening import MeterUsed


@dataclass(frozen=True, slots=True)
class Gauge:
    """A meter as it is written down, and how it is asked for one measurement.

    ``is_by_hand``: a person reads it, who is not asked for more than the plan has.
    """

    used: MeterUsed
    measure: Callable[[], Measurement | Failure]
    is_by_hand: bool = False
