"""The `coursecite privacy` commands: what is kept about one person, handed out or deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal import print_line
from ui.wiring import open_journal, operator, read_settings

if TYPE_CHECKING:
    from ui.journal import Journal

app = typer.Typer(
    help="Hands out, or deletes, everything that is kept about one person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

LearnerOption = Annotated[
    str,
    typer.Option(
        "--learner",
        metavar="ID",
        help="Whose: the name of an account, an id of `coursecite user list`, or local, who needs no account.",
        show_default=False,
    ),
]


@app.command()
def export(
    learner: LearnerOption,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there, not to stdout.")] = None,
) -> None:
    """Print everything that is kept about a person as one JSON object."""
    from ui.files import write_whole

    journal = open_journal(read_settings())
    content = json.dumps(journal.privacy.export(_id(journal, learner)), indent=2)
    journal.audit.note(operator(), "data_exported")  # whose is left out: else their name would outlive a deletion
    if out:
        write_whole(out, f"{content}\n".encode(), mode=0o600)
        print_line(f"Written to {out}.")
    else:
        typer.echo(content)


@app.command()
def delete(
    learner: LearnerOption,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Delete everything that is kept about a person, the account too. Backups of the database are not touched."""
    journal = open_journal(read_settings())
    learner_id = _id(journal, learner)
    if not yes:
        typer.confirm(f"Delete everything that is kept about {learner}, for good?", abort=True)
    deleted = journal.privacy.delete(learner_id)
    journal.audit.note(operator(), "data_deleted")
    counted = f"{deleted} conversation" if deleted == 1 else f"{deleted} conversations"
    print_line(f"Nothing is kept about {learner} any more; there were {counted}.")


def _id(journal: Journal, given: str) -> str:
    """Whose it is. Raises `AccountInvalid` where nothing is kept, for that may be a name that was mistyped.

    Names hold no colon and ids do, so that one is never taken for the other.
    """
    from ui.errors import AccountInvalid

    account = journal.accounts.of(given)
    learner_id = account.id if account else given
    if not journal.privacy.knows(learner_id):
        raise AccountInvalid(f"Nothing is kept about {given}; `coursecite user list` shows the names and ids.")
    return learner_id
