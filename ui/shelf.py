"""The shelf beside the chat: the courses to choose from, and the learner's conversations."""

from __future__ import annotations

from collections.abc import Sequence

from ui.journal import Conversation as KeptConversation
from ui.links import CHOOSE, chat_link, instructor_link
from ui.render import element, escape
from ui.texts.chat import ChatTexts


def shelf_html(  # noqa: PLR0913 - each is a part of it
    courses: Sequence[tuple[str, str]],
    course: str,
    kept: Sequence[KeptConversation],
    conversation: int | None,
    texts: ChatTexts,
    words: str = "",
    *,
    signed_in: bool = False,
    teaches: bool = False,
    chooses: bool = False,
) -> str:
    """All of it, as HTML that Gradio's sanitizer lets through.

    `courses` are slugs with titles, `course` is the one that is asked; `kept` are the conversations in
    which `words` were found, `conversation` is the one on screen.
    Somebody who `teaches` finds here the way to the instructors' pages, who `chooses` the course for one of their
    learning platform how to choose another one, who is `signed_in` how to sign out.
    """
    titles = dict(courses) if len(courses) > 1 else {}
    items = "".join(_conversation(one, titles.get(one.course_id, ""), one.id == conversation, texts) for one in kept)
    listed = element("ul", items, "conversations") if items else element("p", escape(texts.no_conversations), "none")
    search = (
        f'<input class="search" type="search" title="{escape(texts.search)}" placeholder="{escape(texts.search)}" '
        f'value="{escape(words)}">'
    )
    new = f'<a class="go new" href="{escape(chat_link(course))}">{escape(texts.new_conversation)}</a>'
    return element(
        "nav",
        (_courses(courses, course, texts) if len(courses) > 1 else "")
        + element("p", new)
        + (_link(instructor_link(course), texts.for_instructors) if teaches else "")
        + (_link(CHOOSE, texts.choose_course) if chooses else "")
        + element("h2", escape(texts.conversations))
        + element("p", search)
        + listed
        + (_link("logout", texts.sign_out) if signed_in else ""),
        "shelf",
    )


def _courses(courses: Sequence[tuple[str, str]], course: str, texts: ChatTexts) -> str:
    links = [
        element(
            "li", f'<a class="go" href="{chat_link(slug)}">{escape(title)}</a>', "current" if slug == course else ""
        )
        for slug, title in courses
    ]
    return element("h2", escape(texts.courses)) + element("ul", "".join(links), "courses")


def _link(address: str, text: str) -> str:
    return element("p", f'<a href="{escape(address)}">{escape(text)}</a>')


def _conversation(kept: KeptConversation, course: str, current: bool, texts: ChatTexts) -> str:
    title = escape(kept.title)
    link = f'<a class="go" href="{escape(chat_link(kept.course_id, kept.id))}">{title}</a>'
    where = element("span", escape(course), "course") if course else ""
    rename = f'<input class="rename" name="{kept.id}" title="{escape(texts.title)}" value="{title}">'
    actions = " ".join(
        (
            f'<button class="act" name="rename" value="{kept.id}">{escape(texts.rename)}</button>',
            f'<a href="conversations/{kept.id}.md" download>Markdown</a>',
            f'<a href="conversations/{kept.id}.json" download>JSON</a>',
            f'<button class="act sure" name="delete" value="{kept.id}" title="{escape(texts.delete_sure)}">'
            f"{escape(texts.delete)}</button>",
        )
    )
    summary = element("summary", "⋯", "", f'title="{escape(texts.more_about)} {title}"')
    more = element("details", summary + element("p", rename) + element("p", actions, "actions"), "more")
    return element("li", link + where + more, _current(current))


def _current(current: bool) -> str:
    return "current" if current else ""
