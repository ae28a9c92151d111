"""The history of doses in columns, kept up with the ledger.

What is little is added while somebody looks; a hundred thousand studies by a thread of their
own, and whoever looks meanwhile is told how far it is.

**Knows:** which reports count by now, and which tables of figures are in force.
**Does not know:** how a dose is compared (``drl``), and what a page shows of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Lock, Thread

import numpy as np

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.doses import Doses
from appliance.drl.columns import Array, Columns, Counting
from appliance.drl.reference import reference
from appliance.errors import StateError
from appliance.ledger import open_ledger
from appliance.memory import give_back

AT_ONCE, LITTLE = 250, 500
"""Studies of one portion, and how many whoever looks waits for."""
BREATH_S = 0.01
"""Between portions, for those who serve other pages."""


class DoseColumns:
    """One a process; every call may come from any thread."""

    def __init__(self, configuration: Configuration, clock: Clock) -> None:
        self._configuration, self._clock = configuration, clock
        self._columns: Columns | None = None
        self._tables: object = None
        self._version: tuple[int, ...] = ()
        self._lock, self._ended = Lock(), Event()
        self._filling: Thread | None = None

    @contextmanager
    def current(self) -> Iterator[Columns | Counting]:
        """What there is now; nobody else reads it while the block runs.

        Raises ConfigurationError where the site's tables of figures cannot be used.
        """
        with self._lock:
            yield self._kept_up()

    def end(self) -> None:
        """Leave off counting."""
        self._ended.set()
        if self._filling:
            self._filling.join()

    def _kept_up(self) -> Columns | Counting:
        columns = self._in_force()
        with self._history() as doses:
            version = doses.version()
            if version == self._version:
                return columns
            if self._filling is not None and self._filling.is_alive():
                return Counting(len(columns.numbers), version[0])
            numbers = np.fromiter(doses.current(), "i8")
            columns.remove(np.setdiff1d(columns.numbers, numbers))
            missing = np.setdiff1d(numbers, columns.numbers)
            if len(missing) <= LITTLE:
                columns.add(doses.numbered(missing.tolist()))
                self._version = version
                return columns
        self._filling = Thread(target=self._fill, args=(columns, missing), daemon=True)
        self._filling.start()
        return Counting(len(columns.numbers), len(numbers))

    def _fill(self, columns: Columns, missing: Array) -> None:
        try:
            with self._history() as doses:
                for at in range(0, len(missing), AT_ONCE):
                    some = doses.numbered(missing[at : at + AT_ONCE].tolist())
                    with self._lock:
                        columns.add(some)
                    if self._ended.wait(BREATH_S) or columns is not self._columns:
                        return
        except (StateError, sqlite3.Error) as failure:
            log.error("doses_not_counted", reason=type(failure).__name__)
            return
        with self._lock:
            columns.rest()
        give_back()
        log.info("doses_counted", studies=len(missing))

    def _in_force(self) -> Columns:
        """The columns by the tables as they are now."""
        tables = tuple(_signatures(self._configuration))
        if self._columns is None or tables != self._tables:
            by = reference(self._configuration.drl, self._configuration.data_dir)
            self._columns, self._version, self._tables = Columns(by), (), tables
        return self._columns

    @contextmanager
    def _history(self) -> Iterator[Doses]:
        with closing(open_ledger(self._configuration.ledger_path, read_only=True)) as ledger:
            yield Doses(ledger, self._clock)


def _signatures(configuration: Configuration) -> Iterator[tuple[str, int, int]]:
    """What changes with the site's tables."""
    settings, folder = configuration.drl, configuration.data_dir
    files = [folder / settings.procedures, *(folder / settings.tables).glob("*.toml")]
    for each in sorted(files):
        if each.exists():
            found = each.stat()
            yield str(each), found.st_mtime_ns, found.st_size
