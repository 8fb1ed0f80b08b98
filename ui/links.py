"""Addresses of pages and files, relative to the chat, so that they lead there wherever it is mounted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from corpus import Place

QUIZ: Final = "quiz"
SECTION: Final = "section:"
"""What the chat may begin with, as its address says it: a question of a quiz, or what a section is about."""


CHOOSE: Final = "lti/choose"
"""Where somebody who came from a learning platform chooses which course one of theirs is."""


def chat_link(course: str, conversation: int | None = None) -> str:
    """The chat about a course, or with one of its conversations."""
    query = {"course": course} | ({"conversation": str(conversation)} if conversation else {})
    return f"?{urlencode(query)}"


def instructor_link(course: str) -> str:
    """The instructors' pages of a course; of all courses where none is named."""
    return f"instructor/courses/{quote(course, safe='')}" if course else "instructor/"


def document_link(course: str, doc_id: str, start: int = 0, end: int = 0) -> str:
    """The page that shows a whole document, scrolled to ``text[start:end]``."""
    at = f"?{urlencode({'start': start, 'end': end})}#quote" if end else ""
    return f"course/{quote(course, safe='')}/document/{quote(doc_id)}{at}"


def original_link(course: str, name: str, place: Place) -> str:
    """A file of the course, opened at its page or minute where that can be said."""
    fragment = f"#{place.fragment}" if place.fragment else ""
    return f"course/{quote(course, safe='')}/original/{quote(name)}{fragment}"


def mounted_at(scope: Mapping[str, Any]) -> str:
    """Where the app of a request is mounted, without a slash at its end: empty where it has a host of its own."""
    return str(scope.get("root_path", ""))


def cookie_path(scope: Mapping[str, Any]) -> str:
    """Beneath which path browsers send a cookie of this server: what else is on its host need not know it.

    >>> cookie_path({"root_path": "/sub/instructor", "app_root_path": "/sub"}), cookie_path({"root_path": ""})
    ('/sub', '/')
    """
    return str(scope.get("app_root_path", mounted_at(scope))) or "/"  # within a part of the app, that of the whole


def route_path(scope: Mapping[str, Any]) -> str:
    """The path of a request beneath where the app is mounted.

    >>> route_path({"path": "/sub/login", "root_path": "/sub"}), route_path({"path": "/login", "root_path": ""})
    ('/login', '/login')
    """
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path
