"""The ledger: one SQLite file that every service shares.

WAL, ``synchronous=FULL``, STRICT tables, numbered migrations. A row is durable when the
transaction that wrote it returns.

**Knows:** how to open the file, bring its schema up to date, and hold a transaction.
**Does not know:** what the tables mean; each room keeps its own SQL.
"""

from appliance.ledger.database import Ledger, open_ledger

__all__ = ["Ledger", "open_ledger"]
