"""``appliance account``: who may use the pages, looked after without them."""

import json

from appliance.accounts import Role
from appliance.accounts.account import Account
from appliance.accounts.hashing import Hashing
from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, RefusedError
from appliance.services.account_register import AccountRegister, sessions_of
from appliance.services.setup_code import offered_code


def run(context: Context) -> int:
    """Do the action. Raises NotFoundError, RefusedError."""
    configuration, arguments = context.configuration, context.arguments
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with opened_ledger(context) as ledger:
        sessions = sessions_of(configuration, ledger, SYSTEM_CLOCK)
        register = AccountRegister(ledger, SYSTEM_CLOCK, Hashing(), sessions)
        match arguments.action:
            case "list":
                _list(context, register.accounts.all())
            case "setup-code":
                _setup_code(context, register)
            case action:
                _change(context, register, action)
    return EXIT_OK


def _change(context: Context, register: AccountRegister, action: str) -> None:
    name, by = context.arguments.name, context.arguments.by
    match action:
        case "create":
            password = register.create(name, Role(context.arguments.role), by)
            context.say("account.one_time", name=name, password=password)
        case "reset":
            password = register.reset(name, by)
            context.say("account.one_time", name=name, password=password)
        case "role":
            register.set_role(name, Role(context.arguments.role), by)
            context.say("account.role", name=name, role=context.arguments.role)
        case "lock":
            register.lock(name, by)
            context.say("account.locked", name=name)
        case _:
            register.unlock(name, by)
            context.say("account.unlocked", name=name)


def _setup_code(context: Context, register: AccountRegister) -> None:
    if not register.accounts.is_empty():
        remedy = context.texts.say("account.reset_instead")
        raise RefusedError(context.texts.say("account.there_are"), remedy=remedy)
    print(offered_code(context.configuration))  # noqa: T201 - what was asked for


def _list(context: Context, accounts: list[Account]) -> None:
    if context.arguments.format == "json":
        print(json.dumps([_as_json(each) for each in accounts], indent=2))  # noqa: T201
    elif accounts:
        names = ("name", "role_head", "state", "last_login")
        heads = [context.texts.say(f"account.{each}") for each in names]
        print(columns([heads, *(_row(context, each) for each in accounts)]))  # noqa: T201
    else:
        context.say("account.none")


def _row(context: Context, account: Account) -> list[str]:
    last = account.last_login_at
    words = context.texts.say(f"account.is_{_state(account)}")
    return [account.name, account.role, words, "-" if last is None else iso8601(last)]


def _as_json(account: Account) -> dict[str, str | int | None]:
    last = account.last_login_at
    return {
        "account": account.name,
        "role": account.role,
        "state": _state(account),
        "failures": account.failures,
        "created_at": iso8601(account.created_at),
        "last_login_at": None if last is None else iso8601(last),
    }


def _state(account: Account) -> str:
    if account.is_locked:
        return "locked"
    return "new" if account.is_new else "in_use"
