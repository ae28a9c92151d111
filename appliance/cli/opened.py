"""The ledger that a command works on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.cli.context import Context
from appliance.errors import StateError
from appliance.ledger import Ledger, open_ledger


@contextmanager
def opened_ledger(context: Context) -> Iterator[Ledger]:
    """The ledger, for as long as the block lasts. Raises StateError when it cannot be used."""
    path = context.configuration.ledger_path
    ledger = open_ledger(path)
    try:
        yield ledger
    except sqlite3.Error as failure:
        raise StateError(f"cannot use the ledger: {failure}", str(path)) from failure
    finally:
        ledger.close()
