"""Which displays the site has: for each name the entries of it, of which the last counts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from sqlite3 import Row
from typing import Any

from appliance.clock import Clock
from appliance.displays.display import Display
from appliance.errors import NotFoundError, RefusedError, StateError
from appliance.ledger import Ledger

_INSERT = """
INSERT INTO display_entry (name, content, entered_at, entered_by) VALUES (?, ?, ?, ?)
"""
_LAST = """
SELECT * FROM display_entry WHERE id IN (SELECT max(id) FROM display_entry GROUP BY name)
ORDER BY name
"""
_DECIMALS = ("size_inch", "target_cd_m2", "reflection_cd_m2_lx")


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry: ``display`` is None where it says that the display is no longer in use.

    ``at`` in seconds since the epoch, ``by`` whom.
    """

    identifier: int
    name: str
    display: Display | None
    at: float
    by: str


class Register:
    """The displays in a ledger; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def enter(self, display: Display, by: str) -> Entered:
        """A display that was not there. Raises RefusedError when one of that name is in use."""
        with self._ledger.transaction():
            if self._in_use(display.name):
                raise RefusedError("there is a display of that name", display.name)
            return self._append(display.name, display, by)

    def change(self, display: Display, by: str) -> Entered:
        """What is known of it anew. Raises NotFoundError when none of that name is in use."""
        with self._ledger.transaction():
            self.display(display.name)
            return self._append(display.name, display, by)

    def retire(self, name: str, by: str) -> Entered:
        """It is no longer in use; its tests stay. Raises NotFoundError likewise."""
        with self._ledger.transaction():
            self.display(name)
            return self._append(name, None, by)

    def in_use(self) -> dict[str, Entered]:
        """The last entry of every display in use, by name."""
        last = map(_entered, self._ledger.rows(_LAST))
        return {each.name: each for each in last if each.display is not None}

    def display(self, name: str) -> Display:
        """As it was entered last. Raises NotFoundError when none of that name is in use."""
        entered = self._in_use(name)
        if entered is None or entered.display is None:
            raise NotFoundError("there is no display of that name", name)
        return entered.display

    def entry(self, identifier: int) -> Entered:
        """One entry. Raises NotFoundError."""
        row = self._ledger.row("SELECT * FROM display_entry WHERE id = ?", identifier)
        if row is None:
            raise NotFoundError("there is no such entry of a display", str(identifier))
        return _entered(row)

    def last(self, name: str) -> Entered | None:
        """The last entry of a name, in use or not; None: there never was one."""
        rows = self.history(name)
        return rows[-1] if rows else None

    def history(self, name: str) -> list[Entered]:
        """Everything that was ever entered of it, the oldest first."""
        sql = "SELECT * FROM display_entry WHERE name = ? ORDER BY id"
        return [_entered(row) for row in self._ledger.rows(sql, name)]

    def _in_use(self, name: str) -> Entered | None:
        last = self.last(name)
        return last if last and last.display is not None else None

    def _append(self, name: str, display: Display | None, by: str) -> Entered:
        content = None if display is None else json.dumps(as_json(display), ensure_ascii=False)
        now = self._clock.wall()
        row = self._ledger.execute(_INSERT, name, content, now, by)
        return Entered(int(row.lastrowid or 0), name, display, now, by)


def as_json(display: Display) -> dict[str, Any]:
    """Every field of it; decimal numbers as text."""
    return {
        key: str(value) if isinstance(value, Decimal) else value
        for key, value in asdict(display).items()
    }


def parsed(content: Mapping[str, Any]) -> Display:
    """What ``as_json`` made. Raises StateError for what this version does not know."""
    unknown = sorted(set(content) - {each.name for each in fields(Display)})
    if unknown:
        remedy = "install the version that wrote it, or a newer one"
        raise StateError(f"a display with unknown {', '.join(unknown)}", "", remedy)
    exact = {key: Decimal(content[key]) for key in _DECIMALS if content.get(key) is not None}
    return Display(**(dict(content) | exact))


def _entered(row: Row) -> Entered:
    display = None if row["content"] is None else parsed(json.loads(row["content"]))
    return Entered(row["id"], row["name"], display, row["entered_at"], row["entered_by"])
