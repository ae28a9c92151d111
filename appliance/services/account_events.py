"""What happens to accounts, by the kinds of its entries in the journal."""

from enum import StrEnum


class AccountEvent(StrEnum):
    """Kinds; ``by`` is the account that did it, or whoever was at the command line."""

    LOGGED_IN = "logged-in"
    """``by``, ``address``."""
    LOGGED_OUT = "logged-out"
    """``by``, ``address``."""
    LOGIN_REFUSED = "login-refused"
    """``by``, empty where nobody is called so; ``address``, ``reason``."""
    CREATED = "account-created"
    """``account``, ``by``, ``role``."""
    ROLE_CHANGED = "role-changed"
    """``account``, ``by``, ``old``, ``new``."""
    PASSWORD_RESET = "password-reset"  # noqa: S105 - a kind
    """``account``, ``by``."""
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind
    """``account``, ``by``."""
    LOCKED = "account-locked"
    """``account``, ``by``; the box itself after too many wrong passwords."""
    UNLOCKED = "account-unlocked"
    """``account``, ``by``."""
