"""The `coursecite user` commands: who may sign in to a server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ui.learner import Role
from ui.terminal import print_line, print_table, say
from ui.wiring import open_journal, operator, read_settings

app = typer.Typer(
    help="Says who may sign in: accounts with a role, in the database that COURSECITE_DATABASE names.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.", show_default=False)]
PasswordOption = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from stdin, for scripts; else it is asked for, twice."),
]


@app.command()
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What they may do.")] = "learner",
    password_stdin: PasswordOption = False,
) -> None:
    """Let somebody sign in."""
    given = _password(from_stdin=password_stdin)
    journal = open_journal(read_settings())
    learner = journal.accounts.add(name, role, given)
    journal.audit.note(operator(), "account_added", subject=learner.name)
    print_line(f"{learner.name} may sign in as {learner.role}.")
    say("A server that was started before there were any accounts asks nobody to sign in; start it again.")


@app.command("list")
def list_() -> None:
    """Show every account: its name, its role, its id for `coursecite privacy`, and the day it was made."""
    accounts = open_journal(read_settings()).accounts.all()
    rows = [[one.learner.name, one.learner.role, one.learner.id, f"{one.created:%Y-%m-%d}"] for one in accounts]
    if rows:
        print_table(["name", "role", "id", "since"], rows)
    else:
        say("There are no accounts; add one with: coursecite user add NAME --role admin")


@app.command()
def remove(name: NameArgument) -> None:
    """Let somebody sign in no more, and sign them out; what they asked stays."""
    journal = open_journal(read_settings())
    learner = journal.accounts.remove(name)
    journal.audit.note(operator(), "account_removed", subject=learner.name)
    print_line(f"{learner.name} cannot sign in any more.")
    say(f"What they asked is kept; delete it with: coursecite privacy delete --learner {learner.id}")


@app.command()
def password(name: NameArgument, password_stdin: PasswordOption = False) -> None:
    """Give somebody another password, and sign them out everywhere."""
    given = _password(from_stdin=password_stdin)
    journal = open_journal(read_settings())
    journal.accounts.set_password(name, given)
    journal.audit.note(operator(), "password_changed", subject=name)
    print_line(f"{name} signs in with the new password from now on.")


def _password(*, from_stdin: bool) -> str:
    """Never an argument: others on the machine can read those, and the shell writes them down."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not _is_at_terminal():
        raise typer.BadParameter("There is no terminal to ask for a password at; give it with --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _is_at_terminal() -> bool:
    return sys.stdin.isatty()
