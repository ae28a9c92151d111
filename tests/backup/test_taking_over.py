"""A restored box takes the place of what was there: whole, whenever the power goes."""

import os
from pathlib import Path

import pytest

from appliance.backup import taking_over
from appliance.backup.taking_over import Place, is_pending, make_ready, take_over
from appliance.errors import StateError


class PowerGoneError(Exception):
    """Nothing is done after this."""


def a_box(folder: Path) -> tuple[Path, Path]:
    data, box = folder / "data", folder / "box"
    for place, names in ((data, ("ledger", "spool/a/1.dcm", "outbox/x")), (box, ("box.toml",))):
        for name in names:
            for root, word in ((place, "old"), (place / ".restore" / "new", "new")):
                file = root / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(word)
    (data / "spool" / "a" / "2.dcm").write_text("came meanwhile")
    (data / "only-old").write_text("old")
    return data, box


def content(folder: Path) -> dict[str, str]:
    return {
        each.relative_to(folder).as_posix(): each.read_text()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


NEW_DATA = {
    "ledger": "new",
    "spool/a/1.dcm": "new",
    "spool/a/2.dcm": "came meanwhile",
    "outbox/x": "new",
}
KEPT = {
    "replaced/0001/ledger": "old",
    "replaced/0001/spool/a/1.dcm": "old",
    "replaced/0001/spool/a/2.dcm": "came meanwhile",
    "replaced/0001/outbox/x": "old",
    "replaced/0001/only-old": "old",
}


def test_what_is_new_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    data, box = a_box(tmp_path)
    assert not take_over(data)
    make_ready(data, [box], keeps_old=False)
    with pytest.raises(StateError):
        taking_over.expect_none_pending(data)
    assert take_over(data)
    assert content(data) == NEW_DATA
    assert content(box) == {"box.toml": "new"}
    assert not take_over(data)
    taking_over.expect_none_pending(data)


@pytest.mark.parametrize("keeps_old", [False, True])
def test_whenever_the_power_goes_it_is_the_old_box_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keeps_old: bool
) -> None:
    cuts = 0
    while _cut_short(tmp_path / str(cuts), monkeypatch, cuts, keeps_old=keeps_old):
        cuts += 1
    assert cuts > 12, "every rename, link and file is a step"


def _cut_short(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int, *, keeps_old: bool
) -> bool:
    """Take over with the power going after ``steps`` steps, twice; whether it went at all."""
    data, box = a_box(folder)
    before = content(data)
    went = False
    for _ in range(2):
        with monkeypatch.context() as patched:
            _power_goes_after(steps, patched)
            try:
                if not is_pending(data) and not went:
                    make_ready(data, [box], keeps_old=keeps_old)
                take_over(data)
                break
            except PowerGoneError:
                went = True
        if not is_pending(data) and went and (data / "only-old").exists():
            now = content(data)
            now.pop(next((each for each in now if each.endswith(".part")), ""), None)
            assert now == before, "it did not begin"
            make_ready(data, [box], keeps_old=keeps_old)
    take_over(data)
    Place(data).clear()
    assert content(data) == NEW_DATA | (KEPT if keeps_old else {})
    assert content(box) == {"box.toml": "new"}
    return went


def _power_goes_after(steps: int, patched: pytest.MonkeyPatch) -> None:
    left = [steps]

    def counted(name: str, module: object) -> None:
        real = getattr(module, name)

        def step(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise PowerGoneError
            return real(*arguments, **named)

        patched.setattr(module, name, step)

    for name in ("rename", "link", "rmdir"):
        counted(name, os)
    counted("rename", Path)
    counted("write_file", taking_over)
