"""The arguments of ``appliance account``."""

import argparse

from appliance.accounts import Role
from appliance.cli.grammar import Commands, command

ACTIONS = {
    "create": ("Make an account with a one-time password", "初期パスワード付きアカウントを作成"),
    "reset": ("Give an account a one-time password", "初期パスワードを再発行"),
    "role": ("Let an account be for something else", "役割を変更"),
    "lock": ("Let nobody log in with an account", "アカウントをロック"),
    "unlock": ("Let its person log in again", "ロックを解除"),
}


def add_account(commands: Commands) -> None:
    """Who may use the pages."""
    parser = command(
        commands, "account", "account", "Who may use the pages", "コンソールのユーザーアカウント"
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    listing = command(actions, "list", "account", "List the accounts", "一覧")
    listing.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people, or for programs"
    )
    for name, (english, japanese) in ACTIONS.items():
        action = command(actions, name, "account", english, japanese)
        action.add_argument("name", metavar="ACCOUNT", help="what the account is called")
        if name in {"create", "role"}:
            _role(action, is_option=name == "create")
        action.add_argument("--by", default="root", metavar="NAME", help="who does it")
    command(
        actions,
        "setup-code",
        "account",
        "The code that the first account takes, while there is none",
        "最初のアカウント作成に必要なコードを表示",
    )


def _role(parser: argparse.ArgumentParser, *, is_option: bool) -> None:
    names = [str(each) for each in Role]
    words = f"one of {', '.join(names)}"
    if is_option:
        parser.add_argument("--role", choices=names, required=True, metavar="ROLE", help=words)
    else:
        parser.add_argument("role", choices=names, metavar="ROLE", help=words)
