"""A pattern that leaves the screen while it is measured: that reading does not count."""

from dataclasses import dataclass, replace
from pathlib import Path

from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.sessions.conducting import DISTURBED, Complete
from appliance.displayqa.sessions.happening import Hindered, Measured, Tried
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.step import Measure
from tests.services.ward import Wall, done, ward


@dataclass
class Restless(Wall):
    """Nothing stays on it until it does."""

    stays: bool = False
    leaves: NotShown | None = None

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        shown = super().show(member, place)
        self.closed = self.leaves
        return replace(shown, lasts=lambda: self.stays) if isinstance(shown, Shown) else shown


CLOSED = NotShown("page-closed", ("the page was closed", "ページが閉じられました"))


def test_what_was_not_seen_throughout_is_not_kept(tmp_path: Path) -> None:
    with ward(tmp_path) as made:
        made.wall = wall = Restless()
        session = made.begin().identifier
        while not isinstance(step := made.tests.session(session).remaining[0], Measure):
            made.tests.submit(session, done(step))
        assert made.go_on(session) == DISTURBED
        wall.leaves = CLOSED
        assert made.go_on(session) == Hindered(by=CLOSED.by, sentences=CLOSED.sentences)
        wall.leaves = wall.closed = None
        entries = made.tests.session(session).entries
        assert not any(isinstance(each.happening, Measured | Tried) for each in entries)
        wall.stays = True
        assert not isinstance(made.go_on(session), Complete)
        entries = made.tests.session(session).entries
        assert sum(isinstance(each.happening, Measured) for each in entries) >= 18
