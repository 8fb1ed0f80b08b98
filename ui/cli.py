"""The `coursecite` command; with `eval_commands`, the only place that wires everything together."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from typer.core import TyperGroup

from corpus import read_course, report_row
from ui import eval_commands, key_commands, lti_commands, privacy_commands, user_commands, widget_commands
from ui.terminal import print_index, print_line, print_reply, say, status
from ui.wiring import journal_address, open_assistant, open_courses, open_index, open_journal, operator, read_settings

# Nothing heavy up here: `coursecite --help` answers at once because torch, FAISS and Gradio are
# imported by the commands that use them.


class _Commands(TyperGroup):
    """Ends every command alike: an expected error is one sentence and an exit code, Ctrl-C ends quietly."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.secho("Stopped; nothing is half-written. Run the command again to go on.", err=True)
            ctx.exit(130)
        except Exception as error:
            from ui.errors import EXPECTED, exit_code

            if not isinstance(error, EXPECTED):
                raise
            typer.secho(f"coursecite: {error}", err=True, fg="red")
            ctx.exit(exit_code(error))


app = typer.Typer(
    cls=_Commands,
    name="coursecite",
    help="Answers questions about a course in the course's own words, with the passage that proves each sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(eval_commands.app, name="eval")
app.add_typer(user_commands.app, name="user")
app.add_typer(key_commands.app, name="key")
app.add_typer(lti_commands.app, name="lti")
app.add_typer(privacy_commands.app, name="privacy")
app.add_typer(widget_commands.app, name="widget")

CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course", metavar="DIR", help="The folder with the course; without it, the course that is included."
    ),
]


@app.command()
def index(
    course: Annotated[Path, typer.Argument(metavar="COURSE_DIR", help="The folder with the course's files.")],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Index every file again, changed or not.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as one JSON object.")] = False,
) -> None:
    """Read a course and make it searchable; only changed files are read again. Say what was found in each file."""
    from rag.models import load_embedder

    settings = read_settings()
    found = read_course(course)
    with status("Loading the embedder"):
        embedder = load_embedder(settings)
    indexed = open_index(found, embedder, settings, rebuild=rebuild)
    if as_json:
        about = {"course": indexed.course_id, "title": indexed.title, "index_version": indexed.version}
        typer.echo(json.dumps(about | report_row(indexed.report), ensure_ascii=False))
    else:
        print_index(indexed)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in quotes.")],
    course: CourseOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, when the answer is complete.")
    ] = False,
) -> None:
    """Answer one question about a course, with the words that prove it."""
    from rag import readable, record

    question = readable(question)
    reply = open_assistant(course, read_settings()).ask(question)
    if as_json:
        typer.echo(json.dumps(record(reply.answer), ensure_ascii=False))
    else:
        print_reply(question, reply)


@app.command()
def serve(
    course: Annotated[
        list[Path] | None,
        typer.Option(
            "--course",
            metavar="DIR",
            help="A folder with a course; give it once for each. Without it, the course that is included.",
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
) -> None:
    """Open the web chat. Without accounts and platforms, for this machine alone; with them, everybody must sign in."""
    from ui.arenas import limit_arenas

    limit_arenas()  # first of all: some of what is imported starts threads
    from ui.api import ApiLimits
    from ui.app import ANY_HOST, LOOPBACK, build
    from ui.asking import Asking
    from ui.evaluator import Evaluator
    from ui.indexer import Indexer
    from ui.instructor import Desk
    from ui.logs import configure_logs
    from ui.lti.gradebooks import Gradebooks
    from ui.lti.keys import ToolKeys
    from ui.lti.launching import Tool
    from ui.lti.platform_keys import PlatformKeys
    from ui.server import is_loopback, listen, run
    from ui.sign_in import learner_of
    from ui.waiting import Line

    settings = read_settings()
    configure_logs(settings.log)
    journal = open_journal(settings)
    has_accounts = journal.accounts.exist()
    public = urlsplit(settings.public_url)
    is_guarded = has_accounts or journal.platforms.exist()
    socket = listen(host, port, is_guarded=is_guarded, public_host=public.hostname or "")
    courses, indexes = open_courses(course or [], settings)
    evaluator = Evaluator(courses, eval_commands.CourseEvaluations(settings.data), settings.data / "runs")
    indexer = Indexer(courses, indexes)
    indexer.request_missing()
    root = settings.public_url or f"http://{host}:{port}"
    desk = Desk(courses, indexes, indexer, journal, evaluator, learner_of, base=root, reports=settings.participation)
    say(f"The chat is open on http://{host}:{port} - stop it with Ctrl-C.")
    if not is_loopback(host):
        say("Passwords and answers can be read on their way; put a server before it that speaks https.")
    if journal.platforms.exist() and not settings.public_url:
        say(f"Learning platforms send people back to {root}; set COURSECITE_PUBLIC_URL to where they reach it.")
    asking = Asking(
        Line(settings.line), per_minute=settings.questions_per_minute, logs_questions=settings.log_questions
    )
    limits = ApiLimits(settings.origins, settings.requests_per_minute)
    hosts = (*LOOPBACK, *filter(None, [public.hostname])) if is_loopback(host) else ANY_HOST
    keys = ToolKeys(settings.data)
    launches = settings.launches_per_minute
    tool = Tool(journal, courses, keys, PlatformKeys(), root, settings.participation, launches)
    accounts = journal if has_accounts else None
    served = build(courses, hosts, desk, journal=journal, accounts=accounts, asking=asking, limits=limits, tool=tool)
    with Gradebooks(tool).told() if settings.participation else nullcontext():
        run(served, socket, asking.line, public.path.rstrip("/"))


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The archive to write, as coursecite-2026-11-25.tar.gz.")
    ],
    course: Annotated[
        list[Path] | None,
        typer.Option("--course", metavar="DIR", help="A folder that the server is given; give it once for each."),
    ] = None,
) -> None:
    """Write all that is kept into one archive: questions, accounts, keys, created courses, evaluation runs."""
    from ui.backup import write_backup
    from ui.journal.database import connect

    settings = read_settings()
    journal = open_journal(settings)  # brings an old one up to date
    journal.audit.note(operator(), "backup_written", subject=file.name)
    journal.close()
    database = connect(journal_address(settings))
    try:
        with status("Writing the backup"):
            write_backup(file, database, settings.data, course or ())
    finally:
        database.close()
    print_line(f"Written to {file}; it holds what people asked and secrets, so keep it where nobody else reads it.")
    if not course:
        say("Folders that the server is given with --course are not in it; name them here with --course, too.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `coursecite backup` wrote.")],
) -> None:
    """Put a backup back, into an empty data folder and an empty database; that of an earlier version, too."""
    from ui.backup import GIVEN, read_backup
    from ui.journal.database import connect

    settings = read_settings()
    database = connect(journal_address(settings))
    try:
        with status("Restoring"):
            about = read_backup(file, database, settings.data)
    finally:
        database.close()
    print_line(f"Restored what was backed up on {about['made']}; courses are indexed when the server is started.")
    for folder in sorted((settings.data / GIVEN).glob("*")):
        print_line(f"Give it this course as before: --course {folder}")


def main() -> None:
    """Run the command line; what the `coursecite` console script calls."""
    app()
