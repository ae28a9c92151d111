"""Whatever came first: screens, images, steps, the order, a person's word, the CT's own report.

The same things happen in any order and with quiet at any place between them; some arrive twice.
Receivers end with one valid report, and it is always the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from appliance.config import Configuration, Recogniser, Sources
from appliance.services.order_search import OrderSearch, order_search
from appliance.simulators.consoles.examination import Examination
from appliance.simulators.performed_step import begun, ended
from tests.orders import ris
from tests.pipeline.studies import a_siemens_study, who
from tests.services.desk import Desk
from tests.services.imaged import examination, slices
from tests.services.test_complete_reports import content, predecessors
from tests.services.test_native_reports import native
from tests.services.test_ordering import TEN, my_order, without_description
from tests.services.test_steps_of_a_study import tell

HOUR_S = 3600.0
SIGNED = {"total_dlp_mgy_cm": "234.00"}


class Box(Desk):
    """A desk, its clerk, and a RIS that does not know the order before it is entered."""

    def __init__(self, folder: Path, native_report: str = "pass") -> None:
        self.ris = ris.ScriptedRIS()
        super().__init__(
            folder,
            Configuration(
                recogniser=Recogniser(settle_s=60, confirm_first=0),
                sources=Sources(wait_for_screen_s=HOUR_S, native_report=native_report),
                worklist=ris.settings(self.ris.port, wait_s=600.0),
            ),
        )
        found = order_search(self.configuration, self.ledger, self.hands.clock)
        assert found
        self.errand: OrderSearch = found
        self.signs = False
        table = f"code,jj1017,meaning\nC001,{TEN},胸部単純\n"
        self.configuration.code_table.write_text(table, "utf-8")

    def turn(self, quiet_s: float) -> None:
        """Some time passes, and everybody does what is due."""
        self.work()
        self.hands.wait(quiet_s)
        while self.errand.work_next():
            continue
        self.work()
        if self.signs and self.quarantine.cases():
            self.settling.settle(self.case().id, "Tanaka^Jiro", "compared", SIGNED)
            self.signs = False
            self.work()

    def sign(self) -> None:
        """A person who looks into the quarantine corrects the case as soon as there is one."""
        self.signs = True

    def enter_order(self) -> None:
        self.ris.answers = [my_order()]

    def valid(self) -> Dataset:
        """The one report that no other replaces."""
        reports = [dcmread(each.path) for each in self.reports()]
        replaced = {uid for each in reports for uid in predecessors(each)}
        (found,) = [each for each in reports if str(each.SOPInstanceUID) not in replaced]
        return found


Happening = Callable[[Box], object]


@dataclass(frozen=True)
class Story:
    """What happens to a study; ``pairs`` are happenings of which the first comes first."""

    happenings: Mapping[str, Happening]
    pairs: Sequence[tuple[str, str]] = (("step begun", "step ended"),)
    native_report: str = "pass"


def arrive(*objects: Dataset) -> Happening:
    return lambda box: box.get(*objects)


def wrong_total() -> Examination:
    return replace(examination(), total_dlp_mgy_cm="240.00")


@cache
def story(name: str) -> Story:
    seen = wrong_total() if name == "corrected" else examination()
    screens = without_description(a_siemens_study(1, examination=seen, identity=who(1)))
    images = slices(times=2)
    happenings: dict[str, Happening] = {
        "screens": arrive(*screens),
        "screens again": arrive(*screens),
        "step begun": lambda box: tell(box, begun(who(1))),
        "step ended": lambda box: tell(box, ended(who(1), examination())),
        "order": Box.enter_order,
        "first images": arrive(*images[::2]),
        "late images": arrive(*images[1::2]),
        "some images again": arrive(*images[::3]),
    }
    if name == "corrected":
        happenings["correction"] = Box.sign
    if name in {"native", "native completed"}:
        happenings["native report"] = arrive(*without_description([native()]))
        happenings["native report again"] = happenings["native report"]
    return Story(happenings, native_report="complete" if name == "native completed" else "pass")


STORIES = ("read", "corrected", "native", "native completed")


@st.composite
def courses(draw: st.DrawFn, name: str) -> list[tuple[str, float]]:
    """The happenings in an order, each with the seconds of quiet after it."""
    told = story(name)
    order = draw(st.permutations(sorted(told.happenings)))
    for first, then in told.pairs:
        one, other = sorted((order.index(first), order.index(then)))
        order[one], order[other] = first, then
    pauses = st.sampled_from([1.0, 61.0, 700.0, 2 * HOUR_S])
    return [(each, draw(pauses)) for each in order]


def ended_in(name: str, course: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The valid report after ``course``, and how the study ended."""
    told = story(name)
    with TemporaryDirectory() as folder, running(Path(folder), told) as box:
        for each, quiet_s in course:
            told.happenings[each](box)
            box.turn(quiet_s)
        for _ in range(3):
            box.turn(2 * HOUR_S)
        report = box.valid()
        if name == "corrected":
            report.ContentSequence = [*filter(is_no_source, report.ContentSequence)]
        said = str(report.ContentSequence) if "native" in name else content(report)
        return said + codes(report), box.reason()


def is_no_source(item: Dataset) -> bool:
    """Not (113854, DCM, Source of Dose Information): a signature keeps the sources of its day."""
    return str(item.ConceptNameCodeSequence[0].CodeValue) != "113854"


def codes(report: Dataset) -> str:
    return str(report.get("PerformedProcedureCodeSequence"))


@contextmanager
def running(folder: Path, told: Story) -> Iterator[Box]:
    box = Box(folder, told.native_report)
    with box.ris.running():
        yield box
    box.ledger.close()


@cache
def wanted(name: str) -> tuple[str, str]:
    """What comes of it when all happens at once, in the order in which it is told."""
    return ended_in(name, [(each, 1.0) for each in story(name).happenings])


def the_same_comes_of_it(name: str, data: st.DataObject) -> None:
    course = data.draw(courses(name))
    assert ended_in(name, course) == wanted(name)


@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_in_any_order_the_same_comes_of_it(name: str, data: st.DataObject) -> None:
    the_same_comes_of_it(name, data)


def test_an_order_that_comes_after_ours_and_the_cts_own_leaves_one_valid_report() -> None:
    course = [("screens", 700.0), ("native report", 61.0), ("order", 2 * HOUR_S)]
    assert ended_in("native completed", course) == wanted("native completed")


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_really_in_any_order_the_same_comes_of_it(name: str, data: st.DataObject) -> None:
    the_same_comes_of_it(name, data)


def test_the_stories_end_as_they_should() -> None:
    assert {name: wanted(name)[1] for name in STORIES} == {
        "read": "reported",
        "corrected": "settled by a person",
        "native": "native report",
        "native completed": "native report",
    }
    assert all(TEN in wanted(name)[0] for name in STORIES if name != "native")
    assert TEN not in wanted("native")[0]
