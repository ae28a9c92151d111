"""New settings come into force on trial: they stay if the box is well, and if somebody keeps them.

**Knows:** the order: former settings kept, new ones written, services started again, vital signs
looked at, a person asked where the browser may have lost the box; and the way back at every step.
**Does not know:** where settings are kept and how services are started: these are arguments.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, RefusedError
from appliance.services.settings_effects import Effects, effects_of
from appliance.services.settings_folder import Step
from appliance.services.settings_holding import Holding, Paper
from appliance.services.vitals import Sign

LOOK_S = 2.0
WELL_WITHIN_S = 180.0
STEADY_S = 6.0
KEEP_WITHIN_S = 300.0
"""For how long somebody is waited for who says that the box can still be reached."""
NOT_KEPT = "nobody kept them in time"


class Machine(Protocol):
    """Whoever starts services and the box again."""

    def bring_into_force(self, effects: Effects) -> None:
        """Raises ApplianceError."""

    def install_offered(self) -> None:
        """Have the newest bundle of the site's server installed. Raises ApplianceError."""

    def restart_box(self) -> None:
        """Begin to. Raises ApplianceError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How those who wait are told, and asked."""

    step: Callable[[Step], None]
    ask_until: Callable[[float], None]
    is_kept: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``went_back`` says why the former settings are in force; empty: the new ones are."""

    went_back: str
    tables: tuple[str, ...]
    effects: Effects


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTrial:
    """One change of the settings of ``held``.

    ``look`` tells the vital signs of a box with such settings.
    """

    held: Holding
    machine: Machine
    look: Callable[[Configuration], tuple[Sign, ...]]
    clock: Clock
    telling: Telling
    well_within_s: float = WELL_WITHIN_S
    steady_s: float = STEADY_S
    keep_within_s: float = KEEP_WITHIN_S

    def try_out(
        self, paper: Paper, base: str, secrets: Mapping[str, bytes | None] | None = None
    ) -> Tried:
        """Have ``paper`` be in force, with ``secrets`` beside it.

        Raises RefusedError where other settings than ``base`` are in force by now, and
        ConfigurationError for what is not valid; nothing has changed then.
        """
        former = self.held.paper()
        if former.digest != base:
            raise RefusedError("the settings were changed meanwhile")
        given = {name: value for name, value in (secrets or {}).items() if value is not None}
        self.telling.step(Step.CHECKING)
        self.held.begin_trial()
        try:
            for name, value in given.items():
                self.held.put_secret(name, value)
            wanted = self.held.expect_valid(paper)
        except (ApplianceError, OSError):
            self.held.go_back()
            raise
        tables = changed_tables(former, paper, is_box=self.held.is_box)
        effects = effects_of([*tables, *(["secret"] if secrets else [])])
        ill = {str(sign) for sign in self._look_before(former) if not sign.is_well}
        why = self._tried(paper, secrets or {}, effects, wanted, ill)
        if why:
            why = "; ".join(filter(None, (why, self.back(effects, why))))
        else:
            self.held.end_trial()
        return Tried(went_back=why, tables=tables, effects=effects)

    def back(self, effects: Effects, why: str) -> str:
        """The former settings are in force again; what systemd said when services started again.

        What just failed may still be ending, so they are started once more if need be.
        """
        self.telling.step(Step.GOING_BACK)
        if not self.held.go_back():
            return ""
        log.warning("settings_went_back", reason=why)
        failure = self._brought_into_force(effects)
        if failure:
            self.clock.sleep(LOOK_S)
            failure = self._brought_into_force(effects)
        return failure

    def _brought_into_force(self, effects: Effects) -> str:
        """What went wrong with it; empty: nothing."""
        try:
            self.machine.bring_into_force(effects)
        except ApplianceError as failure:
            return str(failure)
        return ""

    def _tried(
        self,
        paper: Paper,
        secrets: Mapping[str, bytes | None],
        effects: Effects,
        wanted: Configuration,
        ill: set[str],
    ) -> str:
        """Why they do not stay; empty when they do."""
        try:
            self.telling.step(Step.WRITING)
            self.held.put(paper)
            for name, value in secrets.items():
                self.held.put_secret(name, value)
            self.telling.step(Step.RESTARTING)
            self.machine.bring_into_force(effects)
        except (ApplianceError, OSError) as failure:
            return str(failure)
        self.telling.step(Step.LOOKING)
        if found := self._ailing(wanted, ill):
            return found
        return "" if not effects.asks or self._kept() else NOT_KEPT

    def _look_before(self, former: Paper) -> tuple[Sign, ...]:
        """What ailed before is not the new settings' doing; nor are settings that were no good."""
        try:
            return self.look(self.held.expect_valid(former))
        except ApplianceError:
            return ()

    def _ailing(self, wanted: Configuration, ill: set[str]) -> str:
        """What is not well at the end; empty once it was well for long enough."""
        end = self.clock.monotonic() + self.well_within_s
        well_since: float | None = None
        while True:
            found = [str(sign) for sign in self.look(wanted) if not sign.is_well]
            found = [each for each in found if each not in ill]
            now = self.clock.monotonic()
            well_since = None if found else (now if well_since is None else well_since)
            if well_since is not None and now - well_since >= self.steady_s:
                return ""
            if now >= end:
                return "; ".join(found) or "it was not well for long enough"
            self.clock.sleep(LOOK_S)

    def _kept(self) -> bool:
        """Whether somebody kept them in time: who can say so has not lost the box."""
        end = self.clock.monotonic() + self.keep_within_s
        self.telling.ask_until(self.clock.wall() + self.keep_within_s)
        while not self.telling.is_kept():
            if self.clock.monotonic() >= end:
                return False
            self.clock.sleep(min(LOOK_S, self.keep_within_s / 4))
        return True


def changed_tables(before: Paper, after: Paper, *, is_box: bool) -> tuple[str, ...]:
    """The tables that are not the same, those of ``[appliance]`` by their own names."""
    pairs = zip(_tables(before, is_box=is_box), _tables(after, is_box=is_box), strict=True)
    found = [name for one, other in pairs for name in _different(one, other)]
    return tuple(dict.fromkeys(found))


def _tables(paper: Paper, *, is_box: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    main, beside = _document(paper.main), _document(paper.beside or "")
    if not is_box:
        return {}, main
    inside = main.pop("appliance", {})
    return main, inside if isinstance(inside, dict) and inside else beside


def _document(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError:  # what was in force cannot even be read
        return {}


def _different(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for name in {**one, **other}:
        if one.get(name) != other.get(name):
            yield name
