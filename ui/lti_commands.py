"""The `coursecite lti` commands: from which learning platforms people may come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ui.lti.kinds import Kind, usual_addresses
from ui.terminal import print_line, print_table, say
from ui.wiring import open_journal, operator, read_settings

if TYPE_CHECKING:
    from ui.journal import Registration
    from ui.lti.keys import ToolKeys

app = typer.Typer(
    help="Says from which learning platforms (LMS) people may come by LTI 1.3, and keeps the keys for that.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


PrivateOption = Annotated[
    bool,
    typer.Option("--private-network", help="It may be at an address of this network alone, and speak http."),
]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one for each field of a registration
    issuer: Annotated[str, typer.Argument(metavar="ISSUER", help="Who the platform says it is, an address.")],
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="What it calls this tool.")],
    deployment: Annotated[
        list[str], typer.Option("--deployment", metavar="ID", help="A deployment id; give it once for each.")
    ],
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="Its addresses are those of every Moodle, or of Canvas in the cloud.")
    ] = None,
    auth_url: Annotated[str, typer.Option(metavar="URL", help="Where it says who somebody is.")] = "",
    token_url: Annotated[str, typer.Option(metavar="URL", help="Where it gives access tokens.")] = "",
    jwks_url: Annotated[str, typer.Option(metavar="URL", help="Where its public keys are.")] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", metavar="URL", help="Where its pages are, if not at the issuer; once for each."),
    ] = None,
    course: Annotated[
        list[str] | None,
        typer.Option("--course", metavar="SLUG", help="A course that its instructors may choose; else every one."),
    ] = None,
    name: Annotated[str, typer.Option(help="What it is called here.")] = "",
    participation: Annotated[
        bool,
        typer.Option("--participation", help="It is told who took part, where COURSECITE_PARTICIPATION says so too."),
    ] = False,
    private_network: PrivateOption = False,
) -> None:
    """Register a platform, or change what is known of it, by its issuer and client id."""
    from ui.journal import Registration
    from ui.lti.registrations import complete

    usual = usual_addresses(kind, issuer) if kind else ("", "", "")
    given = Registration(
        name,
        issuer,
        client_id,
        auth_url or usual[0],
        token_url or usual[1],
        jwks_url or usual[2],
        frozenset(deployment),
        frozenset(origin or ()),
        frozenset(course) if course else None,
        private_network,
        participation,
    )
    journal = open_journal(read_settings())
    platform = journal.platforms.put(complete(given))
    journal.audit.note(operator(), "platform_added", subject=platform.registration.name)
    print_line(f"Platform {platform.id}: people may come from {platform.registration.name}.")
    if not journal.accounts.exist():
        say("Nobody else gets in from now on; add an account for yourself: coursecite user add NAME --role admin")


@app.command("list")
def list_() -> None:
    """Show every platform: its number, name, issuer, client id, deployments, what it is told, and since when."""
    rows = []
    for one in open_journal(read_settings()).platforms.all():
        about: Registration = one.registration
        deployments = ", ".join(sorted(about.deployments))
        told = "participation" if about.participation else ""
        since = f"{one.created:%Y-%m-%d}"
        rows.append([str(one.id), about.name, about.issuer, about.client_id, deployments, told, since])
    if rows:
        print_table(["number", "name", "issuer", "client id", "deployments", "told", "since"], rows)
    else:
        say("There are no platforms; add one with coursecite lti add, or let it register itself: coursecite lti invite")


@app.command()
def remove(
    platform: Annotated[int, typer.Argument(metavar="NUMBER", help="Its number in `coursecite lti list`.")],
) -> None:
    """Let nobody in from a platform any more, and end the visits from there; what was asked stays."""
    journal = open_journal(read_settings())
    removed = journal.platforms.remove(platform)
    journal.audit.note(operator(), "platform_removed", subject=removed.registration.name)
    print_line(f"Nobody comes from {removed.registration.name} any more.")


@app.command()
def invite(private_network: PrivateOption = False) -> None:
    """Let one platform register itself, within a day: print the address that it is to be given for that."""
    settings = read_settings()
    journal = open_journal(settings)
    token = journal.platforms.invite(private_network=private_network)
    journal.audit.note(operator(), "platform_invited")
    print_line(f"{settings.public_url or 'http://127.0.0.1:7860'}/lti/register?invitation={token}")
    say("Give it to the platform as the tool's registration address; whoever has it may register one platform.")


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Make a new key pair; platforms are shown it at once, it signs in an hour, and the one before stays valid."""
    made = _keys().rotate()
    open_journal(read_settings()).audit.note(operator(), "tool_keys_rotated", subject=made.kid)
    print_line(f"Key {made.kid} is published, and signs in an hour.")


@app.command()
def keys() -> None:
    """Print the public keys as a JSON Web Key Set, for a platform that cannot fetch them from /lti/jwks."""
    print_line(json.dumps(_keys().jwks(), indent=2))


def _keys() -> ToolKeys:
    from ui.lti.keys import ToolKeys

    return ToolKeys(read_settings().data)
