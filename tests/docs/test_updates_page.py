"""docs/updates.md knows why a bundle is refused; outcomes are told in two languages."""

from pathlib import Path

from appliance.updates.board import boards
from appliance.updates.rules import Objection
from appliance.updates.server import Offer
from appliance.updates.state import Outcome

PAGE = (Path(__file__).parents[2] / "docs/updates.md").read_text("utf-8")
SHIPPED = Path(__file__).parents[2] / "image-build/rauc"


def test_every_objection_is_explained() -> None:
    for each in Objection:
        assert f"| `{each}` | {each.meaning[0]} | {each.meaning[1]} |" in PAGE


def test_every_outcome_has_both_languages() -> None:
    assert all(len(set(each.meaning)) == 2 for each in Outcome)
    assert all(each.meaning[0].isascii() for each in Outcome)


def test_every_boot_loader_and_key_of_an_offer_is_named() -> None:
    words = {board["boot_loader"] for board in boards().values()}
    assert all(word in PAGE for word in words)
    assert all(key in PAGE for key in Offer.__dataclass_fields__)


def test_what_rauc_needs_on_the_box_is_listed() -> None:
    for name in ("system.conf", "boot-loader"):
        assert (SHIPPED / name).exists()
        assert name in PAGE
