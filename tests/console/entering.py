"""Persons with accounts: made in a ledger, logged in on the page as a person does."""

from pathlib import Path

from playwright.sync_api import Page

from appliance.accounts import Role
from appliance.accounts.account import Account, Accounts
from appliance.accounts.hashing import Hashing
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.ledger import open_ledger

PASSWORD = "green lamps over the harbour"  # noqa: S105 - of accounts in tests
QUICK = Hashing(memory_kib=64, passes=1)
"""Passwords whose hashes nobody has to fear for."""


def account(
    ledger_path: Path,
    name: str = "tanaka",
    role: Role = Role.TECHNOLOGIST,
    clock: Clock = SYSTEM_CLOCK,
) -> Account:
    """An account in the ledger of a box, with ``PASSWORD``."""
    ledger_path.parent.mkdir(exist_ok=True)
    ledger = open_ledger(ledger_path)
    made = Accounts(ledger, clock).create(name, role, QUICK.hashed(PASSWORD), None)
    ledger.close()
    return made


def log_in(page: Page, origin: str, name: str = "tanaka") -> None:
    """On the page; then on the page where the log-in leads."""
    page.goto(f"{origin}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    page.wait_for_selector("form.person")
