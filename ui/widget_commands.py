"""The `coursecite widget` commands: on which web sites a course may be asked about."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.terminal import print_line, print_table, say
from ui.wiring import open_journal, operator, read_settings

app = typer.Typer(
    help="Says on which web sites a course may be asked about by everybody who comes by.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CourseArgument = Annotated[
    str, typer.Argument(metavar="COURSE", help="The course's id, as in its address.", show_default=False)
]


@app.command()
def allow(
    course: CourseArgument,
    origin: Annotated[
        list[str],
        typer.Option(metavar="URL", help="A web site, as https://learn.example; give it once for each."),
    ],
    per_visitor: Annotated[int, typer.Option(help="The most questions of one visitor within an hour.")] = 20,
    per_day: Annotated[int, typer.Option(help="The most questions of all visitors within a day.")] = 500,
) -> None:
    """Let pages of these web sites, and no others, show the widget of a course; print the line that puts it there."""
    settings = read_settings()
    journal = open_journal(settings)
    widget = journal.widgets.put(course, origin, per_visitor, per_day)
    journal.audit.note(operator(), "widget_allowed", course, ", ".join(sorted(widget.origins)))
    root = (settings.public_url or "http://127.0.0.1:7860").rstrip("/")
    print_line(f'<script src="{root}/widget/coursecite.js" data-course="{course}" async></script>')


@app.command("list")
def list_() -> None:
    """Show the courses that have a widget, where it may be, and how often visitors may ask."""
    rows = [
        [one.course_id, ", ".join(sorted(one.origins)), str(one.per_visitor), str(one.per_day)]
        for one in open_journal(read_settings()).widgets.all()
    ]
    if rows:
        print_table(["course", "web sites", "a visitor's hour", "a day"], rows)
    else:
        say("No course has a widget; allow one with: coursecite widget allow COURSE --origin URL")


@app.command()
def remove(course: CourseArgument) -> None:
    """Have a course be asked about on no other site any more."""
    journal = open_journal(read_settings())
    journal.widgets.remove(course)
    journal.audit.note(operator(), "widget_removed", course)
    print_line(f"The course {course} is asked about on no other site any more.")
