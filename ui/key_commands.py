"""The `coursecite key` commands: which programs may use the API."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.learner import RIGHTS
from ui.terminal import print_line, print_table, say
from ui.wiring import open_journal, operator, read_settings

app = typer.Typer(
    help="Says which programs may use the API: keys for some courses, or all, with some rights.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the key is called here.", show_default=False)]


@app.command()
def add(
    name: NameArgument,
    right: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RIGHT", help=f"What it is for ({', '.join(RIGHTS)}); give it once for each. Without it: ask."
        ),
    ] = None,
    course: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A course that it opens; give it once for each. Without it: all courses."),
    ] = None,
    per_minute: Annotated[int, typer.Option(help="The most questions that it asks in a minute.")] = 60,
    days: Annotated[int | None, typer.Option(help="After how many days it expires. Without it: never.")] = None,
) -> None:
    """Make a key, and print it: this once, and never again."""
    journal = open_journal(read_settings())
    key, secret = journal.keys.add(name, right or ["ask"], course or None, per_minute, days)
    journal.audit.note(operator(), "key_added", subject=key.learner.name)
    print_line(secret)
    say("Keep it where other secrets are kept; it is not shown again.")


@app.command("list")
def list_() -> None:
    """Show every key: what it is called, what it is for, and how long it holds."""
    rows = [
        [
            key.learner.name,
            ", ".join(sorted(key.learner.rights or ())),
            ", ".join(sorted(key.learner.courses)) if key.learner.courses is not None else "all",
            f"{key.learner.per_minute}",
            f"{key.created:%Y-%m-%d}",
            f"{key.expires:%Y-%m-%d}" if key.expires else "–",
            key.learner.id,
        ]
        for key in open_journal(read_settings()).keys.all()
    ]
    if rows:
        print_table(["name", "rights", "courses", "a minute", "since", "until", "id"], rows)
    else:
        say("There are no keys; make one with: coursecite key add NAME")


@app.command()
def revoke(name: NameArgument) -> None:
    """Make a key worthless at once; what was asked with it stays."""
    journal = open_journal(read_settings())
    key = journal.keys.revoke(name)
    journal.audit.note(operator(), "key_revoked", subject=key.learner.name)
    print_line(f"The key {key.learner.name} opens nothing any more.")
