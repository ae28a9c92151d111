"""Whatever happens meanwhile, a reading is of the level and the place that it is kept for."""

from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure, Fault, Reading
from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.sessions.conducting import Complete, Conductor
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import (
    LIGHT,
    Happening,
    Hindered,
    MeterUsed,
    Placed,
    Remarked,
    Repeated,
)
from appliance.displayqa.sessions.places import PLACES
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Measure, Way
from tests.displayqa.sessions.tests_of_displays import session, steps
from tests.services.ward import MIDDLE_LEVEL, done

MEASURES = [each for each in steps() if isinstance(each, Measure)]
FALLEN = NotShown("page-closed", ("closed", "閉"))
TROUBLE = ("killed before", "killed after", "moved", "repeated", "remarked", "other meter")
AGAIN = (
    Repeated(pattern="jira-bn"),
    Repeated(place="top-left"),
    Repeated(check=LIGHT),
    Repeated(),
    *(Repeated(pattern=each.pattern, place=each.place) for each in MEASURES[::5]),
)


class KilledError(Exception):
    """The process ends here."""


@dataclass
class World:
    """A display, a meter that is where a person put it, and what goes wrong, by draws."""

    data: st.DataObject
    budget: int = 25
    where: str = "top"
    level: int = 0
    meter: str = "m-1"
    happened: list[Happening] = field(default_factory=list)
    way: Way = Way.SIMULATED

    def session(self) -> Session:
        return session(*self.happened)

    def truth(self, level: int, place: str) -> Decimal:
        return Decimal(1 + 20 * level + list(PLACES).index(place))

    def goes_wrong(self, kinds: tuple[str, ...]) -> str:
        """Which of these, or none; often enough to matter, and not for ever."""
        if self.budget == 0:
            return ""
        drawn = self.data.draw(st.sampled_from((*kinds, *[""] * 4)))
        self.budget -= bool(drawn)
        return drawn

    def tell(self, happening: Happening) -> None:
        """A person does something, and tells of it."""
        if isinstance(happening, Placed):
            self.where = happening.place
        self.happened.append(happening)

    def keep(self, happening: Happening, number: int) -> bool:
        trouble = self.goes_wrong(TROUBLE)
        match trouble:
            case "killed before":
                raise KilledError
            case "moved":
                self.tell(Placed(place=self.data.draw(st.sampled_from(sorted(PLACES)))))
            case "repeated":
                self.tell(self.data.draw(st.sampled_from(AGAIN)))
            case "remarked":
                self.tell(Remarked(text="hm"))
            case "other meter":
                self.meter += "1"
        if number != 1 + len(self.happened):  # the beginning is not in the list
            return False
        self.happened.append(happening)
        if trouble == "killed after":
            raise KilledError
        return True

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        if self.goes_wrong(("closed",)):
            return FALLEN
        self.level = 0 if place else MIDDLE_LEVEL.get(member.name, member.level)
        return Shown()

    def measure(self) -> Measurement | Failure:
        if self.goes_wrong(("fault",)):
            return Failure(self.data.draw(st.sampled_from(Fault)))
        reading = Reading(luminance_cd_m2=self.truth(self.level, self.where))
        return Measurement(reading, (reading,), Decimal(0), 1, 0)

    def go_on(self) -> bool:
        """One process, until a person is needed or it dies; whether the test is complete."""
        gauge = Gauge(MeterUsed(name=self.meter, model="M"), self.measure)
        try:
            stop = Conductor(self.session, self.keep, self, gauge, lambda _: None).go_on()
        except KilledError:
            return False
        if not isinstance(stop, Complete | Hindered):
            self.tell(done(stop))
        return isinstance(stop, Complete)


@settings(max_examples=50)
@given(st.data())
def test_every_reading_that_counts_is_of_its_level_and_its_place(data: st.DataObject) -> None:
    world = World(data)
    while not world.go_on():
        assert len(world.happened) < 500

    readings = world.session().readings
    assert set(readings) == {(each.pattern, each.place) for each in MEASURES}
    for (_, place), each in readings.items():
        assert each.luminances_cd_m2 == (world.truth(each.ddl, place or "middle"),)
